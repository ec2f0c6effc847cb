import { type Habit, habitOf } from './habits.ts';
import { BoxMotion } from './motion.ts';
import { areaPx, coveredShare } from './overlap.ts';
import { type PictureSize, rescaleBox, Stillness } from './stillness.ts';
import type { Track, TrackedClass, TrackPhase } from './track.ts';

/** Scores are averaged over so many detections and so long, then followed as slowly: a lucky moment lifts no track. */
const AVERAGED_HITS = 20;
const AVERAGED_MS = 20_000;
/** How fast the name follows what it is seen as. */
const VOTE_SHARE = 0.15;
/** Another class of the group must be so much stronger before the track is called by it. */
const RENAME_FACTOR = 1.2;
const CONFIRMING_HITS = 2;
/** A box that lies in the place to this share, and is smaller than the other share of it, shows a part of what stands there. */
const INSIDE_SHARE = 0.8;
const PART_SHARE = 0.85;

/** Detected boxes by index; the detector's `Detections` fit. */
export interface DetectedBoxes {
  readonly count: number;
  readonly boxesXyxyPx: Float32Array;
  readonly scores: Float32Array;
  readonly classIds: Uint16Array;
}

/** A track as the tracker works on it. The one writer of its phase is {@link LiveTrack.enter}. */
export class LiveTrack implements Track {
  readonly id: number;
  readonly group: string;
  groupIndex: number;
  readonly habit: Habit;
  classId: number;
  label: string;
  readonly boxXyxyPx = new Float32Array(4);
  score: number;
  phase: TrackPhase = 'tentative';
  readonly firstSeenAtMs: number;
  lastSeenAtMs: number;
  hits = 1;
  misses = 0;
  /** Whether something else was detected at its place when it was missed last. */
  wasHidden = false;
  /** Where the filter expects it in the present picture. */
  readonly expectedXyxyPx = new Float32Array(4);
  readonly stillness = new Stillness();
  readonly #motion = new BoxMotion();
  #classes: readonly TrackedClass[];
  #votes = new Map<number, number>();

  constructor(
    id: number,
    classes: readonly TrackedClass[],
    groupIndex: number,
    detected: DetectedBoxes,
    index: number,
    atMs: number,
  ) {
    this.id = id;
    this.groupIndex = groupIndex;
    this.#classes = classes;
    this.classId = detected.classIds[index]!;
    this.label = classes[this.classId]!.label;
    this.group = classes[this.classId]!.group;
    this.habit = habitOf(this.group);
    this.score = detected.scores[index]!;
    this.firstSeenAtMs = atMs;
    this.lastSeenAtMs = atMs;
    this.#takeBox(detected, index);
    this.#motion.begin(this.boxXyxyPx);
    this.stillness.begin(this.boxXyxyPx, atMs);
    this.#votes.set(this.classId, this.score);
  }

  get stillSinceMs(): number {
    return this.stillness.sinceMs;
  }

  get placeXyxyPx(): Float32Array {
    const { isSettled, restXyxyPx } = this.stillness;
    const isPart =
      isSettled &&
      coveredShare(this.boxXyxyPx, 0, restXyxyPx, 0) >= INSIDE_SHARE &&
      areaPx(this.boxXyxyPx, 0) < PART_SHARE * areaPx(restXyxyPx, 0);
    return isPart ? restXyxyPx : this.boxXyxyPx;
  }

  get isAway(): boolean {
    return this.stillness.isAway;
  }

  get threshold(): number {
    return this.#classes[this.classId]!.threshold;
  }

  /** Moves the filter on to the present picture. */
  expect(stepS: number): void {
    this.#motion.predict(stepS);
    this.#motion.writeBox(this.expectedXyxyPx);
  }

  /** It was detected. */
  see(detected: DetectedBoxes, index: number, atMs: number, picture: PictureSize): void {
    const wasLost = this.misses > 0;
    this.#takeBox(detected, index);
    this.stillness.observe(this.boxXyxyPx, atMs, picture);
    if (wasLost && this.stillness.isStill) this.#motion.begin(this.boxXyxyPx);
    else this.#motion.correct(this.boxXyxyPx);
    const stepMs = Math.max(0, atMs - this.lastSeenAtMs);
    this.lastSeenAtMs = atMs;
    this.hits++;
    this.misses = 0;
    const score = detected.scores[index]!;
    this.score += (score - this.score) * Math.max(1 / this.hits, Math.min(1 / AVERAGED_HITS, stepMs / AVERAGED_MS));
    this.#vote(detected.classIds[index]!, score);
    if (this.hits >= CONFIRMING_HITS) this.enter('tracked');
  }

  /** It was not detected; `hidden` when something else was detected at its place. */
  miss(stepS: number, hidden: boolean): void {
    this.misses++;
    this.wasHidden = hidden;
    this.stillness.missed();
    if (!hidden && this.habit !== 'lies') this.stillness.absent(stepS);
    if (this.phase === 'tracked') this.enter('lost');
  }

  /** `other`, which was detected in this picture, is this one. */
  takeOver(other: LiveTrack, atMs: number, picture: PictureSize): void {
    this.boxXyxyPx.set(other.boxXyxyPx);
    this.stillness.observe(this.boxXyxyPx, atMs, picture);
    this.#motion.begin(this.boxXyxyPx);
    this.lastSeenAtMs = other.lastSeenAtMs;
    this.hits += other.hits;
    this.misses = 0;
    this.enter('tracked');
  }

  /** It is detected by another model from now on. @returns false when that has no class of its group */
  reclass(classes: readonly TrackedClass[], toNew: readonly number[], groups: readonly string[]): boolean {
    const classId = toNew[this.classId]!;
    if (classId < 0) return false;
    const votes = new Map<number, number>();
    for (const [voted, weight] of this.#votes) {
      const now = toNew[voted]!;
      if (now >= 0) votes.set(now, (votes.get(now) ?? 0) + weight);
    }
    this.#classes = classes;
    this.#votes = votes;
    this.classId = classId;
    this.label = classes[classId]!.label;
    this.groupIndex = groups.indexOf(this.group);
    return true;
  }

  /** The only place where its phase changes. */
  enter(phase: TrackPhase): void {
    if (this.phase !== 'removed') this.phase = phase;
  }

  /** The picture's size has changed. */
  rescale(factorX: number, factorY: number): void {
    rescaleBox(this.boxXyxyPx, factorX, factorY);
    this.stillness.rescale(factorX, factorY);
    this.#motion.begin(this.boxXyxyPx);
  }

  #takeBox(detected: DetectedBoxes, index: number): void {
    for (let k = 0; k < 4; k++) this.boxXyxyPx[k] = detected.boxesXyxyPx[4 * index + k]!;
  }

  #vote(classId: number, score: number): void {
    if (this.#votes.size === 1 && classId === this.classId) return;
    for (const [voted, weight] of this.#votes) this.#votes.set(voted, weight * (1 - VOTE_SHARE));
    const strength = (this.#votes.get(classId) ?? 0) + VOTE_SHARE * score;
    this.#votes.set(classId, strength);
    if (classId !== this.classId && strength > RENAME_FACTOR * (this.#votes.get(this.classId) ?? 0)) {
      this.classId = classId;
      this.label = this.#classes[classId]!.label;
    }
  }
}
