import { useSyncExternalStore } from 'react';
import { onScale } from './scale.ts';

/**
 * How much room the screen gives, counted in design pixels: a large text makes a large screen a small one. The style
 * sheets go by `data-room` on the root element.
 */
export type Room = 'phone' | 'compact' | 'desk' | 'wide';

const PHONE_PX = 760;
const DESK_UNITS = 1600;
const WIDE_UNITS = 3000;

/**
 * @param widthPx the window's width, CSS pixels
 * @param unitPx how many CSS pixels one design pixel is
 */
export function roomOf(widthPx: number, unitPx: number): Room {
  if (widthPx <= PHONE_PX) return 'phone';
  const units = widthPx / unitPx;
  if (units < DESK_UNITS) return 'compact';
  return units < WIDE_UNITS ? 'desk' : 'wide';
}

/** How many CSS pixels one design pixel (--u) is now, for what is drawn on a canvas or reckoned in a script. */
export function measureUnitPx(): number {
  const probe = document.createElement('div');
  probe.style.cssText = 'position:absolute;visibility:hidden;width:calc(1000 * var(--u))';
  document.documentElement.append(probe);
  const unitPx = probe.getBoundingClientRect().width / 1000;
  probe.remove();
  return unitPx > 0 ? unitPx : 1;
}

let now: { room: Room; unitPx: number } = { room: 'desk', unitPx: 1 };
const listeners = new Set<() => void>();

/** Measures the screen, and again whenever its size or the operator's factor changes. */
export function openRoom(): void {
  const measure = () => {
    const root = document.documentElement;
    root.dataset.room = innerWidth <= PHONE_PX ? 'phone' : 'desk';
    const unitPx = measureUnitPx();
    const room = roomOf(innerWidth, unitPx);
    root.dataset.room = room;
    if (room === now.room && unitPx === now.unitPx) return;
    now = { room, unitPx };
    for (const listener of listeners) listener();
  };
  measure();
  addEventListener('resize', measure);
  onScale(measure);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useRoom = (): Room => useSyncExternalStore(subscribe, () => now.room);
export const useUnitPx = (): number => useSyncExternalStore(subscribe, () => now.unitPx);
