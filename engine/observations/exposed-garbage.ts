import type { Track } from '../tracks/track.ts';
import { type Candidate, type Gathering, Gatherings, gapPx } from './gatherings.ts';
import { type BoundRule, type Fact, isAtRest, type ObserveRule, reaches } from './scene.ts';
import { type RuleZone, ZoneStays } from './zones.ts';

/** Litter closer together than this share of the larger one's longer side is one problem. */
const NEAR_SHARE = 0.5;

/** A heap, or a bin that overflows; a bin that holds what is in it is no garbage. */
const isGarbage = (track: Track) => track.group === 'garbage' || track.label === 'overflow';

/**
 * Exposed garbage: garbage or an overflowing bin that lies in a keep-clean zone for longer than the dwell. What lies close
 * together in one zone is one fact.
 */
export function observeExposedGarbage(bound: BoundRule, zones: readonly RuleZone[]): ObserveRule {
  const stays = new ZoneStays(zones);
  const gatherings = new Gatherings();

  function factOf(heap: Gathering, inForceSinceMs: number): Fact | null {
    const first = heap.members.find((track) => track.id === heap.trackId) ?? largest(heap.members);
    const tracks = [first, ...heap.members.filter((track) => track !== first && track.misses === 0)];
    const lastSeenAtMs = Math.max(...heap.members.map((track) => track.lastSeenAtMs));
    const dwelt = lastSeenAtMs - Math.max(heap.startedAtMs, inForceSinceMs) >= bound.dwellMs;
    const believed = heap.members.some((track) => track.phase !== 'tentative' && reaches(track, bound.threshold));
    heap.standing ||= believed && dwelt;
    if (dwelt && !heap.standing) return null;
    return {
      trackId: heap.trackId,
      classGroup: 'garbage',
      zoneIndex: heap.zoneIndex,
      tracks,
      standing: heap.standing,
      confidence: Math.max(...heap.members.map((track) => track.score)),
      startedAtMs: heap.startedAtMs,
      lastSeenAtMs,
    };
  }

  return (scene) => {
    const lying: Candidate[] = [];
    const present = new Set<number>();
    for (const track of scene.tracks) {
      if (!isGarbage(track)) continue;
      const stay = stays.stayOf(track, scene);
      if (!stay) continue;
      present.add(track.id);
      const sinceMs = Math.max(track.stillSinceMs, stay.enteredAtMs);
      if (isAtRest(track)) lying.push({ track, zoneIndex: stay.zoneIndex, sinceMs, passing: false });
    }
    stays.keepOnly(present);
    return gatherings.update(lying, areNear).flatMap((heap) => factOf(heap, scene.inForceSinceMs) ?? []);
  };
}

function areNear(a: Candidate, b: Candidate): boolean {
  if (a.zoneIndex !== b.zoneIndex) return false;
  const reach = NEAR_SHARE * Math.max(longerSide(a.track), longerSide(b.track));
  const gap = gapPx(a.track.boxXyxyPx, b.track.boxXyxyPx);
  return Math.max(gap.x, gap.y) <= reach;
}

function longerSide({ boxXyxyPx: box }: Track): number {
  return Math.max(box[2]! - box[0]!, box[3]! - box[1]!);
}

function largest(tracks: readonly Track[]): Track {
  return tracks.reduce((a, b) => (longerSide(b) > longerSide(a) ? b : a));
}
