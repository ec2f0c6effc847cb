import type { Zone } from '#config/camera.ts';
import type { AlertDesk } from '../alerts/desk.ts';
import type { Store } from '../store/open-store.ts';
import type { DetectedBoxes } from '../tracks/live-track.ts';
import { iou } from '../tracks/overlap.ts';
import type { Track, TrackedClass } from '../tracks/track.ts';
import type { Outcome, ParkedEvent } from './score.ts';
import { WatchedStreet } from './watched-street.ts';

/** real: pictures of a camera as it took them; tuned: composed, looked at while rules were mended; held: only reported. */
export type Split = 'real' | 'tuned' | 'held';

/** What a model saw of one camera, and what was truly there. */
export interface Recording {
  name: string;
  split: Split;
  widthPx: number;
  heightPx: number;
  classes: readonly TrackedClass[];
  noParking: Zone['polygon'];
  dwellMs: number;
  pictures: readonly { atMs: number; detected: DetectedBoxes }[];
  events: readonly ParkedEvent[];
}

/** A track is on a parked vehicle from this overlap with its true box, when it has stood there a moment; who passes has not. */
const ON_IT_IOU = 0.5;
const STOOD_MS = 2_000;

let cameras = 0;

/** Plays a recording through tracker, observer and alert desk, by its own clock. */
export async function play(recording: Recording, store: Store, desk: AlertDesk): Promise<Outcome> {
  const { name, events, dwellMs, widthPx, heightPx, classes } = recording;
  const street = await WatchedStreet.open(store, desk, {
    cameraId: `eval-${++cameras}`,
    classes,
    widthPx,
    heightPx,
    zones: [{ kind: 'no-parking', polygon: recording.noParking }],
    algorithms: [{ rule: 'illegal-parking', dwellMs }],
    startMs: Date.now(),
  });
  const lastId = new Map<ParkedEvent, number>();
  let idSwitches = 0;
  for (const { atMs, detected } of recording.pictures) {
    const { tracks } = await street.look(detected, atMs);
    for (const event of events) {
      if (atMs < event.onsetMs || atMs >= event.endMs) continue;
      const [left, top, right, bottom] = event.xyxy;
      const truthPx = Float32Array.of(left * widthPx, top * heightPx, right * widthPx, bottom * heightPx);
      const before = lastId.get(event);
      const id = idOn(truthPx, tracks, before);
      if (id === null) continue;
      if (before !== undefined && id !== before) idSwitches++;
      lastId.set(event, id);
    }
  }
  return { name, dwellMs, events, alerts: await street.alerts(), idSwitches };
}

/** The id of the vehicle's track: as before while that one is still on it, else of the one that fits best. */
function idOn(truthPx: Float32Array, tracks: readonly Track[], before: number | undefined): number | null {
  let best: number | null = null;
  let bestIou = ON_IT_IOU;
  for (const track of tracks) {
    if (track.group !== 'vehicle' || track.misses > 0 || track.phase !== 'tracked') continue;
    if (track.id !== before && track.lastSeenAtMs - track.stillSinceMs < STOOD_MS) continue;
    const overlap = iou(track.boxXyxyPx, 0, truthPx, 0);
    if (overlap < bestIou && !(track.id === before && overlap >= ON_IT_IOU)) continue;
    if (track.id === before) return before;
    best = track.id;
    bestIou = overlap;
  }
  return best;
}
