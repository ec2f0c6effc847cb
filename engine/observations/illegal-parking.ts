import { iou } from '../tracks/overlap.ts';
import type { Track } from '../tracks/track.ts';
import { type BoundRule, type Fact, isAtRest, type ObserveRule, reaches, type Scene } from './scene.ts';
import { softScore } from './soft-nms.ts';
import { type RuleZone, ZoneStays } from './zones.ts';

/** A vehicle that stood long enough has driven on when it was seen moving in so many pictures in a row. */
const DRIVING_SAMPLES = 3;

interface Parked {
  startedAtMs: number;
  standing: boolean;
  moving: number;
  countedAtMs: number;
  /** Where it stood when its dwell was over. */
  readonly placeXyxyPx: Float32Array;
}

/** Seen moving, and sharing less than this with where it stood, it has driven on. */
const STILL_THERE_IOU = 0.5;

/** After so long unseen, and standing anew, it is another vehicle in the same place. */
const ANOTHER_AFTER_MS = 5_000;

/**
 * Illegal parking: a vehicle that stands still in a no-parking zone for longer than the dwell. It is pending from the
 * moment it is seen there and not moving, and no longer when its dwell is over and its score does not suffice beside the
 * surer vehicles that it overlaps. Time counts up to when it was last seen: a vehicle that is hidden does not become an
 * offender while no one sees it.
 */
export function observeIllegalParking(bound: BoundRule, zones: readonly RuleZone[]): ObserveRule {
  const stays = new ZoneStays(zones);
  const parked = new Map<number, Parked>();

  function factOf(track: Track, scene: Scene, zoneIndex: number, stillFromMs: number): Fact | null {
    let state = parked.get(track.id);
    if (!state || track.stillSinceMs > state.countedAtMs + ANOTHER_AFTER_MS) {
      state = {
        startedAtMs: stillFromMs,
        standing: false,
        moving: 0,
        countedAtMs: track.lastSeenAtMs,
        placeXyxyPx: new Float32Array(4),
      };
      parked.set(track.id, state);
    }
    if (track.misses === 0 && track.lastSeenAtMs > state.countedAtMs) {
      state.countedAtMs = track.lastSeenAtMs;
      state.moving = isAtRest(track) ? 0 : state.moving + 1;
    }
    const isOff = state.moving > 0 && iou(track.boxXyxyPx, 0, state.placeXyxyPx, 0) < STILL_THERE_IOU;
    if (state.moving >= DRIVING_SAMPLES || isOff) state.standing = false;
    if (!state.standing) {
      state.startedAtMs = stillFromMs;
      const stoodMs = track.lastSeenAtMs - Math.max(stillFromMs, scene.inForceSinceMs);
      const dwelt = stoodMs >= bound.dwellMs;
      const isSeen = track.phase !== 'tentative' && track.misses === 0 && !track.isAway;
      state.standing = dwelt && isSeen && reaches(track, bound.threshold, softScore(track, scene.tracks));
      if (!state.standing && (dwelt || state.moving > 0)) return null;
      if (state.standing) state.placeXyxyPx.set(track.placeXyxyPx);
    } else if (track.isAway) {
      // Where it is seen now is not where it stood.
      return null;
    }
    return {
      trackId: track.id,
      classGroup: 'vehicle',
      zoneIndex,
      tracks: [track],
      standing: state.standing,
      confidence: track.score,
      startedAtMs: state.startedAtMs,
      lastSeenAtMs: track.lastSeenAtMs,
    };
  }

  return (scene) => {
    const facts: Fact[] = [];
    const present = new Set<number>();
    for (const track of scene.tracks) {
      if (track.group !== 'vehicle') continue;
      const stay = stays.stayOf(track, scene);
      if (!stay) continue;
      present.add(track.id);
      const fact = factOf(track, scene, stay.zoneIndex, Math.max(track.stillSinceMs, stay.enteredAtMs));
      if (fact) facts.push(fact);
    }
    stays.keepOnly(present);
    for (const id of parked.keys()) if (!present.has(id)) parked.delete(id);
    return facts;
  };
}
