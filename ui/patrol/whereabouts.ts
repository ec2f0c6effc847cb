import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import type { Problem } from '#engine/contract/problem.ts';
import { ask, asProblem, Refused } from '../live/ask.ts';

/** Where the phone is, by itself. */
export interface Whereabouts {
  lngLat: [number, number];
  accuracyM: number;
  at: string;
}

/** Whether the officer shares where they are, what came of it, and where the phone is while it does. */
export interface Sharing {
  on: boolean;
  place: Whereabouts | null;
  problem: Problem | null;
}

const FRESH_MS = 60_000;
const FOUND_WITHIN_MS = 8000;
const SENT_EVERY_MS = 15_000;
const MOST_KEPT = 1000;
const MOST_AT_ONCE = 200;

let sharing: Sharing = { on: false, place: null, problem: null };
let unsent: Whereabouts[] = [];
let isSending = false;
let watchId: number | null = null;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function become(part: Partial<Sharing>): void {
  sharing = { ...sharing, ...part };
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useSharing = (): Sharing => useSyncExternalStore(subscribe, () => sharing);

const placeOf = ({ coords, timestamp }: GeolocationPosition): Whereabouts => ({
  lngLat: [coords.longitude, coords.latitude],
  accuracyM: coords.accuracy,
  at: new Date(timestamp).toISOString(),
});

/** Where the phone is now; null: it does not know, or may not say. It is asked for what needs it, and kept by nobody else. */
export function whereNow(): Promise<Whereabouts | null> {
  const { place } = sharing;
  if (place && Date.now() - Date.parse(place.at) < FRESH_MS) return Promise.resolve(place);
  if (!('geolocation' in navigator)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const options = { enableHighAccuracy: true, maximumAge: FRESH_MS, timeout: FOUND_WITHIN_MS };
    navigator.geolocation.getCurrentPosition(
      (found) => resolve(placeOf(found)),
      () => resolve(null),
      options,
    );
  });
}

/** The shift for which the officer switched it on: the page may be loaded anew within it. */
const KEPT_AS = 'chengnao.patrol.sharing';

/** Goes on with what was switched on for this shift, and ends what was switched on for another; null: off shift. */
export function shareIn(shiftId: string | null): void {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept !== null && kept === shiftId) startSharing(shiftId);
  else if (sharing.on || kept !== null) stopSharing();
}

/** Begins to tell the desk where the phone is, until `stopSharing`, or until the server says that the shift is over. */
export function startSharing(shiftId: string): void {
  if (sharing.on) return;
  localStorage.setItem(KEPT_AS, shiftId);
  if (!('geolocation' in navigator) || !isSecureContext) {
    const message = 'This browser tells no places here';
    become({ problem: { code: 'no-geolocation', message, got: null, expected: 'a page over HTTPS' } });
    return;
  }
  become({ on: true, problem: null });
  watchId = navigator.geolocation.watchPosition(
    (found) => {
      const place = placeOf(found);
      become({ place, problem: null });
      // A phone that has lain still is where it was: told as of now, or the desk takes it for lost.
      unsent = [...unsent, place].slice(-MOST_KEPT);
    },
    (error) => become({ problem: { code: 'no-place', message: error.message, got: error.code, expected: 'a place' } }),
    { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 },
  );
  timer = setInterval(() => void sendPlaces(), SENT_EVERY_MS);
  setTimeout(() => void sendPlaces(), 1500);
}

export function stopSharing(problem: Problem | null = null): void {
  if (watchId !== null) navigator.geolocation.clearWatch(watchId);
  clearInterval(timer);
  watchId = null;
  // What was passed on the shift is the shift's, also when the network comes back after its end.
  if (problem === null && unsent.length > 0) void tellPlaces(unsent.slice(-MOST_AT_ONCE)).catch(() => undefined);
  unsent = [];
  localStorage.removeItem(KEPT_AS);
  become({ on: false, place: null, problem });
}

async function sendPlaces(): Promise<void> {
  const { on, place } = sharing;
  if (!on || !place || isSending) return;
  if (unsent.length === 0) unsent = [{ ...place, at: new Date().toISOString() }];
  const points = unsent.slice(0, MOST_AT_ONCE);
  isSending = true;
  try {
    await tellPlaces(points);
    unsent = unsent.filter((point) => !points.includes(point));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) return;
    const problem = asProblem(error);
    if (problem.code === 'clock-ahead') {
      // They will not be true later either.
      unsent = unsent.filter((point) => !points.includes(point));
      become({ problem });
    } else stopSharing(problem);
  } finally {
    isSending = false;
  }
}

function tellPlaces(points: readonly Whereabouts[]): Promise<unknown> {
  return ask(z.unknown(), '/api/patrol/positions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ points }),
  });
}
