import type { KeptAlert } from './kept-alert.ts';

/** A longer pause between two analysed frames says nothing of what was there meanwhile: the camera was not watching. */
export const LONGEST_STEP_MS = 30_000;
const LEAST_ABSENT_FRAMES = 3;

/** The analysed time between two frames of a camera; 0 for the first one, and after a pause. */
export function analysedStepMs(beforeMs: number | null, nowMs: number): number {
  if (beforeMs === null) return 0;
  const stepMs = nowMs - beforeMs;
  return stepMs > 0 && stepMs <= LONGEST_STEP_MS ? stepMs : 0;
}

/**
 * Counts one analysed frame for an alert. `sightedAtMs` is the last real detection among its observations, null without
 * any; one that is not newer than what is known (a track that is lost, but still reported) does not count as seen.
 */
export function countFrame(alert: KeptAlert, sightedAtMs: number | null, nowMs: number, stepMs: number): void {
  if (sightedAtMs !== null && (sightedAtMs > alert.lastSeenAtMs || sightedAtMs >= nowMs)) {
    alert.absentMs = 0;
    alert.absentFrames = 0;
    return;
  }
  alert.absentMs += stepMs;
  alert.absentFrames += 1;
}

/** Whether the camera looked long enough, and often enough, without seeing it. */
export function isGone(alert: KeptAlert, endAfterMs: number): boolean {
  return alert.absentMs >= endAfterMs && alert.absentFrames >= LEAST_ABSENT_FRAMES;
}
