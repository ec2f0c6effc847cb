import { useSyncExternalStore } from 'react';

/**
 * How far the server's clock may be from this machine's: server time = Date.now() + something in [leastMs, mostMs].
 * Ages of pictures and alerts are told in the server's time, so that a wall with a wrong clock still tells true ages.
 */
export interface ClockSkew {
  leastMs: number;
  mostMs: number;
}

/** Narrows what is known of the skew by one answer's Date header, which is cut to whole seconds. */
export function narrowSkew(known: ClockSkew | null, dateMs: number, sentAtMs: number, receivedAtMs: number): ClockSkew {
  const seen = { leastMs: dateMs - receivedAtMs, mostMs: dateMs + 1000 - sentAtMs };
  if (!known) return seen;
  const both = { leastMs: Math.max(known.leastMs, seen.leastMs), mostMs: Math.min(known.mostMs, seen.mostMs) };
  return both.leastMs <= both.mostMs ? both : seen;
}

/** The skew to correct by: none while the two clocks may agree. */
export function correctionMs(known: ClockSkew | null): number {
  if (!known || (known.leastMs <= 0 && known.mostMs >= 0)) return 0;
  return Math.round((known.leastMs + known.mostMs) / 2);
}

let skew: ClockSkew | null = null;

/** Takes note of an answer's Date header. */
export function noteServerDate(date: string | null, sentAtMs: number, receivedAtMs: number): void {
  const dateMs = date ? Date.parse(date) : Number.NaN;
  if (Number.isFinite(dateMs)) skew = narrowSkew(skew, dateMs, sentAtMs, receivedAtMs);
}

/** Now by the server's clock, epoch milliseconds. */
export const serverNowMs = (): number => Date.now() + correctionMs(skew);

const listeners = new Set<() => void>();
let nowMs = serverNowMs();
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  nowMs = serverNowMs();
  for (const listener of listeners) listener();
  timer = setTimeout(tick, 1000 - (nowMs % 1000) + 5);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearTimeout(timer);
  };
}

/**
 * What is to be said of now, by the server's clock, looked at once a second on the second: one timer for the whole page. Who
 * uses it is drawn anew only when something else is to be said.
 */
export const useSaidOfNow = <T extends string | number>(say: (nowMs: number) => T): T =>
  useSyncExternalStore(subscribe, () => say(nowMs));

/** Now, once a second. */
export const useNowMs = (): number => useSaidOfNow((atMs) => atMs);
