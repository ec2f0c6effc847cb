import type { Box, Observation } from '../contract/observation.ts';

/** Something that a rule waits for: its dwell runs, or it is not seen where it stood. */
export interface OpenThing {
  /** Where it was last seen, shares of the picture. */
  xyxy: Box['xyxy'];
  /** Whether it was detected in the last picture. */
  isSeen: boolean;
  /** From this moment on only a new look counts: before its dwell is over, as an alert is raised on what is seen then. */
  anewFromMs: number;
}

/** Before a dwell is over, what stands there is looked at anew in so much time: in three pictures a second apart. */
const LOOK_ANEW_MS = 3_500;

/** What the rules wait for after the picture of `nowMs`, with what supports it. */
export function openThings(observations: readonly Observation[], nowMs: number): OpenThing[] {
  return observations.flatMap(({ phase, boxes, lastSeenAtMs, startedAtMs, dwellMs }) => {
    const isSeen = lastSeenAtMs >= nowMs;
    if (phase !== 'pending' && isSeen) return [];
    return boxes.map(({ xyxy }) => ({ xyxy, isSeen, anewFromMs: startedAtMs + dwellMs - LOOK_ANEW_MS }));
  });
}
