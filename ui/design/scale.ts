import { useSyncExternalStore } from 'react';

/** The operator's own factor over the size that the screen gives; 1 is as designed. */
const SCALES = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;
const LEAST = 0.6;
const MOST = 4;
const KEPT_AS = 'chengnao.scale';

/** Body text is this many design pixels, and its capitals and hanzi are about as high. */
const BODY_PX = 18;
const BODY_ARCMIN = 22;

/**
 * The factor at which body text is seen under 22 arc minutes: height = distance × tan(angle), over the pixel pitch.
 * @param unitPx how many screen pixels one design pixel is at factor 1
 */
export function scaleFromViewing(distanceM: number, pitchMm: number, unitPx: number): number {
  const heightMm = distanceM * 1000 * Math.tan((BODY_ARCMIN / 60 / 180) * Math.PI);
  return clampScale(heightMm / pitchMm / BODY_PX / unitPx);
}

export const clampScale = (scale: number): number =>
  Number.isFinite(scale) ? Math.round(Math.min(MOST, Math.max(LEAST, scale)) * 100) / 100 : 1;

/** The next larger or smaller of the offered factors. */
export function stepScale(scale: number, direction: 1 | -1): number {
  if (direction === 1) return SCALES.find((one) => one > scale + 0.001) ?? scale;
  return SCALES.findLast((one) => one < scale - 0.001) ?? scale;
}

let scale = 1;
const listeners = new Set<() => void>();

/** Reads the kept factor and applies it. */
export function openScale(): void {
  scale = clampScale(Number(localStorage.getItem(KEPT_AS) ?? '1'));
  document.documentElement.style.setProperty('--scale', String(scale));
}

export function chooseScale(next: number): void {
  localStorage.setItem(KEPT_AS, String(next));
  openScale();
  for (const listener of listeners) listener();
}

/** Calls back when the factor has changed. */
export function onScale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useScale = (): number => useSyncExternalStore(onScale, () => scale);
