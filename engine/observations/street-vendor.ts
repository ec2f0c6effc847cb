import type { Track } from '../tracks/track.ts';
import { type Candidate, type Gathering, Gatherings, gapPx } from './gatherings.ts';
import { type BoundRule, type Fact, isAtRest, type ObserveRule, reaches, type Scene } from './scene.ts';
import { type RuleZone, ZoneStays } from './zones.ts';

/** Labels that a stall is made of, as far as a detector of COCO's classes can name them. */
const STALL_LABELS: ReadonlySet<string> = new Set([
  ...['umbrella', 'diningtable', 'dining table', 'chair', 'bench'],
  ...['bicycle', 'motorbike', 'motorcycle', 'truck'],
  ...['banana', 'apple', 'orange', 'broccoli', 'carrot', 'sandwich', 'hot dog', 'pizza', 'donut', 'cake'],
  ...['bottle', 'bowl', 'cup', 'handbag', 'backpack', 'suitcase'],
]);

/** Someone stays while their feet keep within this many of their own heights; a step away from the camera shows as less. */
const STAY_HEIGHTS = 1.5;
const DEPTH_WEIGHT = 2;
/** Whoever has not stayed this long is passing by. */
const PASSING_MS = 12_000;
/** A stall that no one stood at for longer than this begins anew. */
const UNATTENDED_MS = 10_000;
/** The stall stands no farther from the person than this many of the person's heights. */
const REACH_HEIGHTS = 0.6;

/** Who is seen in fewer of the pictures is not one person who stays, but several who pass the same place. */
const LEAST_PRESENCE = 0.5;

interface Place {
  x: number;
  y: number;
  heightPx: number;
  sinceMs: number;
  pictures: number;
  seen: number;
}

/**
 * Street vendor: a person who stays in a no-vending zone beside things that stalls are made of and that stay there too,
 * for longer than the dwell. One stall is one fact, whoever stands at it.
 *
 * This evidence is weak. There is no class for a stall or a goods tricycle, so someone who waits beside a parked bicycle
 * looks the same as a vendor, and a vendor with a cloth on the ground, or none of these things, is missed. Draw the zone
 * tightly, choose a long dwell, and have each alert judged by a person.
 */
export function observeStreetVendor(bound: BoundRule, zones: readonly RuleZone[]): ObserveRule {
  const stays = new ZoneStays(zones);
  const stalls = new Gatherings();
  const places = new Map<number, Place>();
  const attended = new WeakMap<Gathering, { fromMs: number; untilMs: number }>();

  /** The place that a person has kept to. */
  function placeOf(person: Track): Place {
    const box = person.boxXyxyPx;
    const x = (box[0]! + box[2]!) / 2;
    let place = places.get(person.id);
    if (!place || Math.hypot(x - place.x, DEPTH_WEIGHT * (box[3]! - place.y)) > STAY_HEIGHTS * place.heightPx) {
      const heightPx = Math.max(1, box[3]! - box[1]!);
      place = { x, y: box[3]!, heightPx, sinceMs: person.lastSeenAtMs, pictures: 0, seen: 0 };
      places.set(person.id, place);
    }
    place.pictures++;
    if (person.misses === 0) place.seen++;
    return place;
  }

  function gather(scene: Scene): Candidate[] {
    const candidates: Candidate[] = [];
    const inZone = new Set<number>();
    const alive = new Set<number>();
    for (const track of scene.tracks) {
      alive.add(track.id);
      if (track.group === 'person') {
        const { sinceMs, seen, pictures } = placeOf(track);
        const stay = stays.stayOf(track, scene);
        if (!stay) continue;
        inZone.add(track.id);
        const from = Math.max(sinceMs, stay.enteredAtMs);
        const stayedMs = track.lastSeenAtMs - from;
        if (stayedMs < Math.min(PASSING_MS, bound.dwellMs) || seen < LEAST_PRESENCE * pictures) continue;
        candidates.push({ track, zoneIndex: stay.zoneIndex, sinceMs: from, passing: true });
      } else if (STALL_LABELS.has(track.label) && track.hits > 1 && isAtRest(track)) {
        candidates.push({ track, zoneIndex: -1, sinceMs: track.stillSinceMs, passing: false });
      }
    }
    stays.keepOnly(inZone);
    for (const id of places.keys()) if (!alive.has(id)) places.delete(id);
    return candidates;
  }

  function factOf(stall: Gathering, since: ReadonlyMap<number, Candidate>, inForceSinceMs: number): Fact | null {
    const persons = stall.members.filter((track) => track.group === 'person');
    const things = stall.members.filter((track) => track.group !== 'person');
    if (persons.length === 0 || things.length === 0) return null;
    const earliest = (tracks: Track[]) => Math.min(...tracks.map((track) => since.get(track.id)!.sinceMs));
    const first = persons.reduce((a, b) => (b.lastSeenAtMs > a.lastSeenAtMs ? b : a));
    const lastSeenAtMs = Math.max(...persons.map((track) => track.lastSeenAtMs));
    const began = Math.max(earliest(persons), earliest(things));
    const before = attended.get(stall);
    const goesOn = before !== undefined && earliest(persons) - before.untilMs <= UNATTENDED_MS;
    const startedAtMs = goesOn ? Math.min(before.fromMs, began) : began;
    attended.set(stall, { fromMs: startedAtMs, untilMs: lastSeenAtMs });
    const surest = (tracks: Track[]) => Math.max(...tracks.map((track) => track.score));
    const believed = [persons, things].every((side) => side.some((track) => reaches(track, bound.threshold)));
    const dwelt = lastSeenAtMs - Math.max(startedAtMs, inForceSinceMs) >= bound.dwellMs;
    stall.standing = (stall.standing && goesOn) || (believed && dwelt);
    if (dwelt && !stall.standing) return null;
    return {
      trackId: stall.trackId,
      classGroup: 'vendor',
      zoneIndex: since.get(first.id)!.zoneIndex,
      tracks: [first, ...[...persons, ...things].filter((track) => track !== first && track.misses === 0)],
      standing: stall.standing,
      confidence: Math.min(surest(persons), surest(things)),
      startedAtMs,
      lastSeenAtMs,
    };
  }

  return (scene) => {
    const candidates = gather(scene);
    const since = new Map(candidates.map((candidate) => [candidate.track.id, candidate]));
    return stalls
      .update(candidates, standTogether)
      .flatMap((stall) => factOf(stall, since, scene.inForceSinceMs) ?? []);
  };
}

/** A person and a thing within reach. Things alone, or persons alone, make no stall. */
function standTogether(a: Candidate, b: Candidate): boolean {
  const [person, thing] = a.track.group === 'person' ? [a.track, b.track] : [b.track, a.track];
  if (person.group !== 'person' || thing.group === 'person') return false;
  const reachPx = REACH_HEIGHTS * (person.boxXyxyPx[3]! - person.boxXyxyPx[1]!);
  const gap = gapPx(person.boxXyxyPx, thing.boxXyxyPx);
  return Math.max(gap.x, gap.y) <= reachPx;
}
