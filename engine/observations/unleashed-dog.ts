import type { Track } from '../tracks/track.ts';
import { gapPx } from './gatherings.ts';
import { type BoundRule, type Fact, type ObserveRule, reaches, type Scene } from './scene.ts';
import { type RuleZone, ZoneStays } from './zones.ts';

/** A dog farther from everyone than so many of its own lengths is on no leash: some 3 m for a dog of 0.8 m. */
const LEASH_LENGTHS = 4;
/** A dog that runs past someone is not led: only so many detections near a person in a row end its outing. */
const NEAR_SAMPLES = 3;
/** A dog that is found again so soon, and no farther off than it can have run, is the one that was lost. */
const FOUND_WITHIN_MS = 5_000;
const LENGTHS_PER_S = 10;

/** A dog's time away from people, from one track to the next: who runs is often lost and found. */
interface Outing {
  /** The track that it is named after; perhaps gone. */
  trackId: number;
  /** Whether it has been away at all since it was last led. */
  begun: boolean;
  /** Whether it was ever seen to move: a rubbish bag that is taken for a dog never is. */
  moved: boolean;
  startedAtMs: number;
  awayUntilMs: number;
  near: number;
  standing: boolean;
  lastSeenAtMs: number;
  readonly boxXyxyPx: Float32Array;
}

/**
 * near: to someone detected; away: from everyone, or from the picture’s edge where no one is in view; unsure: someone who
 * was not detected may be near, or beyond the edge.
 */
type Company = 'near' | 'away' | 'unsure';

/**
 * Unleashed dog, experimental: a dog in a leash zone that keeps farther from the nearest person than `leashLengths` of its
 * own lengths (the longer side of its box) for longer than the dwell. With a person in view that one is the fact's second
 * box; without one the dog is alone in the fact, a stray. Distances are those of the picture: a dog straight behind its
 * person is nearer there than on the ground, and is missed rather than accused; so is one that never moves.
 */
export function observeUnleashedDog(bound: BoundRule, zones: readonly RuleZone[]): ObserveRule {
  const stays = new ZoneStays(zones);
  const outings = new Map<number, Outing>();
  const leashLengths = bound.leashLengths ?? LEASH_LENGTHS;

  function outingOf(dog: Track, scene: Scene, dogs: ReadonlyMap<number, Track>): Outing {
    const known = outings.get(dog.id) ?? lostOne(dog, dogs);
    const outing = known ?? {
      ...{ trackId: dog.id, begun: false, moved: false, startedAtMs: 0, awayUntilMs: 0 },
      ...{ near: 0, standing: false },
      ...{ lastSeenAtMs: Number.NEGATIVE_INFINITY, boxXyxyPx: new Float32Array(4) },
    };
    outings.set(dog.id, outing);
    if (dog.misses === 0 && dog.lastSeenAtMs > outing.lastSeenAtMs) {
      outing.moved ||= dog.hits > 1 && dog.stillSinceMs > dog.firstSeenAtMs;
      const company = companyOf(dog, scene, leashLengths);
      outing.near = company === 'near' ? outing.near + 1 : 0;
      if (company === 'away') {
        if (!outing.begun) Object.assign(outing, { begun: true, startedAtMs: dog.lastSeenAtMs });
        outing.awayUntilMs = dog.lastSeenAtMs;
      }
      if (outing.near >= NEAR_SAMPLES) Object.assign(outing, { begun: false, standing: false });
      outing.lastSeenAtMs = dog.lastSeenAtMs;
      outing.boxXyxyPx.set(dog.boxXyxyPx);
    }
    return outing;
  }

  /** The outing of a dog that is out of sight and may be this one. */
  function lostOne(dog: Track, dogs: ReadonlyMap<number, Track>): Outing | null {
    let nearest: { id: number; outing: Outing; distancePx: number } | null = null;
    for (const [id, outing] of outings) {
      const unseenMs = dog.lastSeenAtMs - outing.lastSeenAtMs;
      if (dogs.get(id)?.misses === 0 || unseenMs <= 0 || unseenMs > FOUND_WITHIN_MS) continue;
      const distancePx = apartPx(dog.boxXyxyPx, outing.boxXyxyPx);
      if (distancePx > (LENGTHS_PER_S * lengthPx(outing.boxXyxyPx) * unseenMs) / 1000) continue;
      if (!nearest || distancePx < nearest.distancePx) nearest = { id, outing, distancePx };
    }
    if (!nearest) return null;
    outings.delete(nearest.id);
    return nearest.outing;
  }

  function factOf(dog: Track, scene: Scene, outing: Outing, zoneIndex: number): Fact | null {
    if (!outing.begun) return null;
    const awayMs = outing.awayUntilMs - Math.max(outing.startedAtMs, scene.inForceSinceMs);
    const dwelt = awayMs >= bound.dwellMs;
    outing.standing ||=
      dwelt && outing.moved && dog.phase !== 'tentative' && dog.misses === 0 && reaches(dog, bound.threshold);
    if (!outing.standing && (dwelt || outing.near > 0)) return null;
    const person = nearestPerson(dog, scene);
    return {
      trackId: outing.trackId,
      classGroup: 'dog',
      zoneIndex,
      tracks: person ? [dog, person] : [dog],
      standing: outing.standing,
      confidence: dog.score,
      startedAtMs: outing.startedAtMs,
      lastSeenAtMs: dog.lastSeenAtMs,
    };
  }

  return (scene) => {
    const facts: Fact[] = [];
    const dogs = new Map(scene.tracks.filter((track) => track.group === 'dog').map((dog) => [dog.id, dog]));
    for (const dog of dogs.values()) {
      const stay = stays.stayOf(dog, scene);
      if (!stay || (dog.misses > 0 && !outings.has(dog.id))) continue;
      const fact = factOf(dog, scene, outingOf(dog, scene, dogs), stay.zoneIndex);
      if (fact) facts.push(fact);
    }
    stays.keepOnly(new Set(dogs.keys()));
    for (const [id, { lastSeenAtMs }] of outings) {
      if (!dogs.has(id) && scene.capturedAtMs - lastSeenAtMs > FOUND_WITHIN_MS) outings.delete(id);
    }
    return facts;
  };
}

function companyOf(dog: Track, scene: Scene, leashLengths: number): Company {
  const reachPx = leashLengths * lengthPx(dog.boxXyxyPx);
  const person = nearestPerson(dog, scene);
  if (person) {
    if (apartPx(dog.boxXyxyPx, person.boxXyxyPx) > reachPx) return 'away';
    return person.misses === 0 ? 'near' : 'unsure';
  }
  const [left = 0, top = 0, right = 0, bottom = 0] = dog.boxXyxyPx;
  const toEdgePx = Math.min(left, top, scene.widthPx - right, scene.heightPx - bottom);
  return toEdgePx > reachPx ? 'away' : 'unsure';
}

/** People count as in view a little longer than they are detected: as long as their tracks live. */
function nearestPerson(dog: Track, scene: Scene): Track | null {
  let nearest: Track | null = null;
  let leastPx = Number.POSITIVE_INFINITY;
  for (const track of scene.tracks) {
    if (track.group !== 'person') continue;
    const distancePx = apartPx(dog.boxXyxyPx, track.boxXyxyPx);
    if (distancePx >= leastPx) continue;
    nearest = track;
    leastPx = distancePx;
  }
  return nearest;
}

function apartPx(a: Float32Array, b: Float32Array): number {
  const gap = gapPx(a, b);
  return Math.hypot(gap.x, gap.y);
}

function lengthPx(box: Float32Array): number {
  return Math.max(1, box[2]! - box[0]!, box[3]! - box[1]!);
}
