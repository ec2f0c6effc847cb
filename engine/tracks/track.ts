/**
 * tentative: seen once, perhaps a flicker; tracked: seen in the last picture; lost: not seen in it, but expected back;
 * removed: over, and never handed out again.
 */
export type TrackPhase = 'tentative' | 'tracked' | 'lost' | 'removed';

/** One thing followed through the pictures of one camera. Handed out by reference: read it before the next update. */
export interface Track {
  /** Unique within one tracker, never reused. */
  readonly id: number;
  /** The class it is mostly seen as. */
  readonly classId: number;
  readonly label: string;
  /** The class group that it is associated in: vehicle, person, garbage, … */
  readonly group: string;
  /** Left, top, right, bottom where it was last detected, in pixels of that picture. */
  readonly boxXyxyPx: Float32Array;
  /** Where it is: its box, or the whole place of a still thing of which only a part was seen. */
  readonly placeXyxyPx: Float32Array;
  /** Smoothed over its detections, 0..1. */
  readonly score: number;
  /** The model's own threshold of its class, 0..1. */
  readonly threshold: number;
  readonly phase: TrackPhase;
  readonly firstSeenAtMs: number;
  /** When it was last really detected. */
  readonly lastSeenAtMs: number;
  /** Since when its box has not moved; for a thing in motion, the last time it was seen. */
  readonly stillSinceMs: number;
  /** Whether a still thing was seen beside its place last: it sets off, or will be seen at its place again. */
  readonly isAway: boolean;
  /** Pictures it was detected in. */
  readonly hits: number;
  /** Pictures since it was last detected. */
  readonly misses: number;
}

/** What a tracker knows of a class: the detector's `classes` fit. */
export interface TrackedClass {
  readonly label: string;
  readonly group: string;
  /** The score from which a detection may start a track, 0..1. */
  readonly threshold: number;
}
