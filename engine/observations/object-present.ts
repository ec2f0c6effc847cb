import type { Track } from '../tracks/track.ts';
import { type BoundRule, type Fact, type ObserveRule, reaches, type Scene } from './scene.ts';
import { type RuleZone, ZoneStays } from './zones.ts';

interface Presence {
  startedAtMs: number;
  standing: boolean;
}

/**
 * Things of the classes that an algorithm names, there for longer than the dwell: one fact for each. `zones` null: anywhere
 * in the picture. Time counts up to when a thing was last seen. A thing that is taken for another class now and then stays
 * what it was found as.
 */
export function observeObjectPresent(bound: BoundRule, zones: readonly RuleZone[] | null): ObserveRule {
  const wanted = new Set(bound.classes);
  const stays = zones && new ZoneStays(zones);
  const seen = new Map<number, Presence>();

  function factOf(track: Track, zoneIndex: number | null, sinceMs: number, { inForceSinceMs }: Scene): Fact | null {
    const presence = seen.get(track.id) ?? { startedAtMs: sinceMs, standing: false };
    seen.set(track.id, presence);
    const dwelt = track.lastSeenAtMs - Math.max(presence.startedAtMs, inForceSinceMs) >= bound.dwellMs;
    presence.standing ||= dwelt && track.phase !== 'tentative' && reaches(track, bound.threshold);
    if (dwelt && !presence.standing) return null;
    return {
      trackId: track.id,
      classGroup: bound.movesAbout ? 'mover' : 'object',
      zoneIndex,
      tracks: [track],
      standing: presence.standing,
      confidence: track.score,
      startedAtMs: presence.startedAtMs,
      lastSeenAtMs: track.lastSeenAtMs,
    };
  }

  return (scene) => {
    const facts: Fact[] = [];
    const present = new Set<number>();
    for (const track of scene.tracks) {
      if (!wanted.has(track.label) && !seen.has(track.id)) continue;
      const stay = stays?.stayOf(track, scene) ?? null;
      if (stays && !stay) continue;
      present.add(track.id);
      const fact = factOf(track, stay?.zoneIndex ?? null, stay?.enteredAtMs ?? track.firstSeenAtMs, scene);
      if (fact) facts.push(fact);
    }
    stays?.keepOnly(present);
    for (const id of seen.keys()) if (!present.has(id)) seen.delete(id);
    return facts;
  };
}
