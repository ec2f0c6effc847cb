import type { RuleName, ZoneKind } from '#config/rule.ts';
import type { Observation } from '../contract/observation.ts';
import type { Track } from '../tracks/track.ts';
import type { CalendarDays } from './hours.ts';

/** A rule bound to a camera, the site's settings merged in. Times in ms, threshold 0..1, hours like "07:00-22:00". */
export interface BoundRule {
  rule: RuleName;
  /** The id of the algorithm that it is of; absent: a shipped rule, whose name it is. */
  algorithm?: string | undefined;
  /** Only for object-present: the labels that it looks for. */
  classes?: readonly string[] | undefined;
  /** The zones it looks into; null: anywhere in the picture. Absent: those of its rule. */
  zoneKind?: ZoneKind | null | undefined;
  /** What it looks for is at no place: it is one problem wherever it goes. */
  movesAbout?: boolean | undefined;
  /** Absent: as its rule wants. */
  samplePeriodMs?: number | undefined;
  /** Only on these days; absent: on all. */
  calendar?: CalendarDays | undefined;
  dwellMs: number;
  threshold?: number | undefined;
  hours?: readonly string[] | undefined;
  /** Only for unleashed-dog: how many of its own lengths a dog may be from the nearest person. */
  leashLengths?: number | undefined;
}

/** What the tracks say at one moment. */
export interface Scene {
  tracks: readonly Track[];
  capturedAtMs: number;
  widthPx: number;
  heightPx: number;
  /** Since when the rule has been in force without a break; time before it does not count. */
  inForceSinceMs: number;
}

/** A fact as a rule finds it, before it is placed on earth and written as an observation. */
export interface Fact {
  /** The track that names the fact. */
  trackId: number;
  classGroup: Observation['classGroup'];
  /** null: it is looked for in the whole picture. */
  zoneIndex: number | null;
  /** The thing itself first, then what supports it. */
  tracks: readonly Track[];
  standing: boolean;
  confidence: number;
  startedAtMs: number;
  lastSeenAtMs: number;
}

/** Looks at one scene after the other and says which facts hold now. It keeps what it must remember between them. */
export type ObserveRule = (scene: Scene) => Fact[];

/** Whether a track is not seen to move: standing still, or seen only once. */
export function isAtRest(track: Track): boolean {
  return track.hits === 1 || track.stillSinceMs < track.lastSeenAtMs;
}

/**
 * Whether a track's score suffices: the binding's threshold, or else the model's own for its class. `score`: what counts of
 * it here, where that is less than all.
 */
export function reaches(track: Track, threshold: number | undefined, score = track.score): boolean {
  return score >= (threshold ?? track.threshold);
}
