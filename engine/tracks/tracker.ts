import { Assignment } from './assignment.ts';
import { type DetectedBoxes, LiveTrack } from './live-track.ts';
import { areaPx, bufferedIou, coveredShare, iou, sizeLikeness } from './overlap.ts';
import type { PictureSize } from './stillness.ts';
import type { Track, TrackedClass } from './track.ts';

export type { Track, TrackedClass } from './track.ts';

/** How patient a tracker is. */
export interface TrackerOptions {
  /** A lost thing in motion is dropped after this time and `lostUpdates` pictures, whichever is longer. */
  lostMs?: number;
  lostUpdates?: number;
  /** A lost thing that stood still: a lorry may be hiding it. */
  lostStillMs?: number;
  lostStillUpdates?: number;
}

const DEFAULTS: Required<TrackerOptions> = {
  lostMs: 2_000,
  lostUpdates: 3,
  lostStillMs: 30_000,
  lostStillUpdates: 4,
};
/** After a longer pause (an outage: the gate’s longest is a quarter of it) what stands may not be what stood. */
const LONGEST_PAUSE_MS = 60_000;
/** A still thing is hidden when this share of its place is covered by something that was detected. */
const HIDDEN_SHARE = 0.3;
/** What is seen over more than this share of the picture is the picture itself, and hides nothing. */
const LARGEST_SHARE = 0.5;
/** Pictures that a thing seen only once may be missed in. */
const TENTATIVE_MISSES = 2;
/** Two detections of one group that overlap more than this are one. */
const DUPLICATE_IOU = 0.7;
/** Least likeness (IoU × likeness of size) at which a detection continues a track. */
const LEAST_LIKENESS = 0.2;
const LEAST_STILL_LIKENESS = 0.4;
const LEAST_LOW_LIKENESS = 0.4;
/** Between two pictures a thing in motion may have stopped where it was. */
const STOPPING_FACTOR = 0.9;
/** Of two tracks that a detection fits alike, the one seen in the last picture has it. */
const LOST_FACTOR = 0.6;
/** What lies in a hidden thing's place to this share, and is half as long and half as high or more, is a part of it. */
const EMERGING_INSIDE = 0.8;
const EMERGING_LIKENESS = 0.5;
/** A younger still track at the place of a lost one is that one. */
const SAME_PLACE_LIKENESS = 0.5;
/** Between pictures that lie far apart, things in motion are looked for a little further away. */
const WIDE_MARGIN = 0.5;
const LEAST_WIDE_LIKENESS = 0.1;
const WIDEST_STEP_MS = 2_500;
/** No more tracks than this at once; the longest unseen go first. */
const MAX_TRACKS = 600;

type Likeness = (track: LiveTrack, detected: DetectedBoxes, index: number) => number;

/**
 * ByteTrack (Zhang et al. 2022, arXiv 2110.06864) for cameras that are sampled at any interval: sure detections first,
 * then unsure ones for the tracks that are left, then tentative tracks; by class group; every step in seconds of
 * `capturedAtMs`. What it adds is memory of still things: they are matched where they rest, not where a filter drifts to,
 * by detections of their own size, and are kept long while hidden.
 */
export class Tracker {
  #classes: readonly TrackedClass[];
  readonly #options: Required<TrackerOptions>;
  #groupOfClass: Uint16Array;
  #groupJoins: Uint8Array;
  readonly #assignment = new Assignment();
  #taken: Uint8Array = new Uint8Array(1024);
  #tracks: LiveTrack[] = [];
  #nextId = 1;
  #lastMs: number | null = null;
  #picture: PictureSize = { widthPx: 0, heightPx: 0 };

  /** `classes` in the order of the detector's class ids: its own `classes` fit. */
  constructor(classes: readonly TrackedClass[], options: TrackerOptions = {}) {
    this.#classes = classes;
    this.#options = { ...DEFAULTS, ...options };
    const groups = groupsOf(classes);
    this.#groupOfClass = Uint16Array.from(classes, (c) => groups.indexOf(c.group));
    this.#groupJoins = new Uint8Array(groups.length);
  }

  /** Another detector goes on, whose classes are these: tracks stay what they are, but for those that it has no class for. */
  reclass(classes: readonly TrackedClass[]): void {
    const before = this.#classes;
    const groups = groupsOf(classes);
    const toNew = before.map(({ label, group }) => {
      const same = classes.findIndex((c) => c.label === label && c.group === group);
      return same >= 0 ? same : classes.findIndex((c) => c.group === group);
    });
    this.#classes = classes;
    this.#groupOfClass = Uint16Array.from(classes, (c) => groups.indexOf(c.group));
    this.#groupJoins = new Uint8Array(groups.length);
    this.#tracks = this.#tracks.filter((track) => track.reclass(classes, toNew, groups));
  }

  /**
   * Takes in what was detected in the picture captured at `capturedAtMs`, of `widthPx` × `heightPx`, and gives the tracks
   * that live, lost ones included, by ascending id. The array and its tracks are valid until the next update.
   */
  update(detected: DetectedBoxes, capturedAtMs: number, widthPx: number, heightPx: number): readonly Track[] {
    this.#fitPicture(widthPx, heightPx);
    const stepMs = this.#lastMs === null ? 0 : Math.max(0, capturedAtMs - this.#lastMs);
    this.#lastMs = this.#lastMs === null ? capturedAtMs : Math.max(this.#lastMs, capturedAtMs);
    const nowMs = this.#lastMs;
    for (const track of this.#tracks) {
      track.expect(stepMs / 1000);
      if (stepMs > LONGEST_PAUSE_MS) track.stillness.doubt();
    }

    this.#markDuplicates(detected);
    const open = new Set(this.#tracks);
    const sure = this.#indices(detected, true);
    const unsure = this.#indices(detected, false);
    const step = { detected, nowMs, open };
    this.#match(step, (t) => t.phase !== 'tentative', sure, likenessOfSure);
    this.#match(step, (t) => t.phase === 'tracked' || t.stillness.isStill, unsure, likenessOfUnsure);
    this.#match(step, (t) => t.phase === 'tentative', sure, likenessOfSure);
    if (stepMs <= WIDEST_STEP_MS) {
      this.#match(step, (t) => t.misses === 0 && !t.stillness.isStill, sure, likenessWide);
      this.#match(step, (t) => t.misses === 0 && t.habit !== 'lies', sure, likenessMovedOff);
    }
    for (const track of open) track.miss(stepMs / 1000, isHidden(track, detected, widthPx * heightPx));
    for (const i of sure) {
      if (this.#taken[i]) continue;
      this.#tracks.push(
        new LiveTrack(this.#nextId++, this.#classes, this.#groupOfClass[detected.classIds[i]!]!, detected, i, nowMs),
      );
    }
    this.#reunite(nowMs);
    this.#retire(nowMs);
    return this.#tracks;
  }

  /** The same scene at another resolution is the same scene. */
  #fitPicture(widthPx: number, heightPx: number): void {
    const before = this.#picture;
    if (before.widthPx === widthPx && before.heightPx === heightPx) return;
    if (before.widthPx > 0) {
      for (const track of this.#tracks) track.rescale(widthPx / before.widthPx, heightPx / before.heightPx);
    }
    this.#picture = { widthPx, heightPx };
  }

  /** Marks every detection that a surer one of its group covers; what is marked or matched is taken. */
  #markDuplicates(detected: DetectedBoxes): void {
    const { count, boxesXyxyPx, scores, classIds } = detected;
    if (this.#taken.length < count) this.#taken = new Uint8Array(2 * count);
    const taken = this.#taken.fill(0, 0, count);
    for (let i = 0; i < count; i++) {
      const group = this.#groupOfClass[classIds[i]!];
      for (let j = 0; j < count && taken[i] === 0; j++) {
        if (i === j || taken[j] === 1 || this.#groupOfClass[classIds[j]!] !== group) continue;
        const surer = scores[j]! > scores[i]! || (scores[j]! === scores[i]! && j < i);
        if (surer && iou(boxesXyxyPx, 4 * i, boxesXyxyPx, 4 * j) > DUPLICATE_IOU) taken[i] = 1;
      }
    }
  }

  /** The detections that reach their class's threshold, or those that do not. */
  #indices(detected: DetectedBoxes, sure: boolean): number[] {
    const indices: number[] = [];
    for (let i = 0; i < detected.count; i++) {
      const reaches = detected.scores[i]! >= this.#classes[detected.classIds[i]!]!.threshold;
      if (this.#taken[i] === 0 && reaches === sure) indices.push(i);
    }
    return indices;
  }

  /** One stage: the open tracks that `joins` admits against the detections that are still free. */
  #match(step: Step, joins: (track: LiveTrack) => boolean, indices: readonly number[], likenessOf: Likeness): void {
    const { detected, nowMs, open } = step;
    const rows: LiveTrack[] = [];
    this.#groupJoins.fill(0);
    for (const track of open) {
      if (!joins(track)) continue;
      rows.push(track);
      this.#groupJoins[track.groupIndex] = 1;
    }
    const mayJoin = (i: number) => this.#groupJoins[this.#groupOfClass[detected.classIds[i]!]!] === 1;
    const columns = indices.filter((i) => this.#taken[i] === 0 && mayJoin(i));
    if (rows.length === 0 || columns.length === 0) return;
    this.#assignment.resize(rows.length, columns.length);
    const { likeness } = this.#assignment;
    for (let r = 0; r < rows.length; r++) {
      const track = rows[r]!;
      for (let c = 0; c < columns.length; c++) {
        const i = columns[c]!;
        if (this.#groupOfClass[detected.classIds[i]!] !== track.groupIndex) continue;
        likeness[r * columns.length + c] = likenessOf(track, detected, i);
      }
    }
    const columnOfRow = this.#assignment.solve();
    for (let r = 0; r < rows.length; r++) {
      const c = columnOfRow[r]!;
      if (c < 0) continue;
      const track = rows[r]!;
      track.see(detected, columns[c]!, nowMs, this.#picture);
      this.#taken[columns[c]!] = 1;
      open.delete(track);
    }
  }

  /** A still track that began where an older one is lost is that one: whatever hid it carried its box for a while. */
  #reunite(nowMs: number): void {
    for (const older of this.#tracks) {
      if (older.phase !== 'lost' || !older.stillness.isStill) continue;
      for (const younger of this.#tracks) {
        if (younger.phase !== 'tracked' || younger.misses > 0 || younger.firstSeenAtMs <= older.lastSeenAtMs) continue;
        if (younger.groupIndex !== older.groupIndex || !younger.stillness.isStill) continue;
        const likeness = likenessAt(younger.stillness.restXyxyPx, older.stillness.restXyxyPx, 0);
        if (likeness < SAME_PLACE_LIKENESS) continue;
        older.takeOver(younger, nowMs, this.#picture);
        younger.enter('removed');
        break;
      }
    }
  }

  #retire(nowMs: number): void {
    const o = this.#options;
    for (const track of this.#tracks) {
      const unseenMs = nowMs - track.lastSeenAtMs;
      const { misses } = track;
      let over: boolean;
      if (track.phase === 'tentative') over = misses > TENTATIVE_MISSES;
      else if (!track.stillness.isStill) over = unseenMs > o.lostMs && misses > o.lostUpdates;
      else {
        const stoodMs = Math.max(o.lostMs, track.lastSeenAtMs - track.stillSinceMs);
        // What walks off by itself is remembered only as long as it stood: others soon pass the same place.
        const patienceMs = track.habit === 'walks' ? Math.min(o.lostStillMs, stoodMs) : o.lostStillMs;
        over = unseenMs > patienceMs && misses > o.lostStillUpdates;
      }
      if (over) track.enter('removed');
    }
    if (this.#tracks.length > MAX_TRACKS) {
      const longestUnseen = this.#tracks.toSorted((a, b) => a.lastSeenAtMs - b.lastSeenAtMs || a.id - b.id);
      for (const track of longestUnseen.slice(0, this.#tracks.length - MAX_TRACKS)) track.enter('removed');
    }
    if (this.#tracks.some((track) => track.phase === 'removed')) {
      this.#tracks = this.#tracks.filter((track) => track.phase !== 'removed');
    }
  }
}

function groupsOf(classes: readonly TrackedClass[]): string[] {
  return [...new Set(classes.map((c) => c.group))];
}

/** One update on its way through the stages. */
interface Step {
  detected: DetectedBoxes;
  nowMs: number;
  /** The tracks that no detection was given to yet. */
  open: Set<LiveTrack>;
}

function isHidden(track: LiveTrack, detected: DetectedBoxes, pictureAreaPx: number): boolean {
  if (!track.stillness.isStill) return false;
  for (let i = 0; i < detected.count; i++) {
    if (areaPx(detected.boxesXyxyPx, 4 * i) > LARGEST_SHARE * pictureAreaPx) continue;
    if (coveredShare(track.stillness.restXyxyPx, 0, detected.boxesXyxyPx, 4 * i) > HIDDEN_SHARE) return true;
  }
  return false;
}

function likenessAt(place: Float32Array, boxes: Float32Array, at: number): number {
  return iou(place, 0, boxes, at) * sizeLikeness(place, 0, boxes, at);
}

/** A settled thing is known by its place, a thing in motion by where it is expected, and what starts or stops by both. */
function likenessOfSure(track: LiveTrack, detected: DetectedBoxes, index: number): number {
  const { stillness } = track;
  const boxes = detected.boxesXyxyPx;
  const still = stillness.isStill;
  let best = 0;
  if (!still || (track.misses === 0 && (!stillness.isSettled || track.isAway))) {
    const likeness = likenessAt(track.expectedXyxyPx, boxes, 4 * index);
    if (likeness >= (still ? LEAST_STILL_LIKENESS : LEAST_LIKENESS)) best = likeness;
  }
  if (!still && track.misses === 0) {
    const likeness = STOPPING_FACTOR * likenessAt(track.boxXyxyPx, boxes, 4 * index);
    if (likeness >= LEAST_STILL_LIKENESS && likeness > best) best = likeness;
  }
  if (still) {
    const likeness = likenessAt(stillness.restXyxyPx, boxes, 4 * index);
    if (likeness >= LEAST_STILL_LIKENESS && likeness > best) best = likeness;
    if (best === 0 && emerges(track, boxes, 4 * index)) best = LEAST_STILL_LIKENESS;
  }
  return track.misses > 0 ? LOST_FACTOR * best : best;
}

/** A part of a hidden thing that comes into sight again. */
function emerges(track: LiveTrack, boxes: Float32Array, at: number): boolean {
  if (track.misses === 0 || !track.wasHidden || !track.stillness.isSettled) return false;
  const { restXyxyPx } = track.stillness;
  const inside = coveredShare(boxes.subarray(at, at + 4), 0, restXyxyPx, 0);
  return inside >= EMERGING_INSIDE && sizeLikeness(restXyxyPx, 0, boxes, at) >= EMERGING_LIKENESS;
}

function likenessOfUnsure(track: LiveTrack, detected: DetectedBoxes, index: number): number {
  const likeness = likenessOfSure(track, detected, index);
  return likeness >= LEAST_LOW_LIKENESS * (track.misses > 0 ? LOST_FACTOR : 1) ? likeness : 0;
}

/** Its place is empty, and beside it is something of its size that no one else is: it has moved off. */
function likenessMovedOff(track: LiveTrack, detected: DetectedBoxes, index: number): number {
  const { boxXyxyPx } = track;
  const boxes = detected.boxesXyxyPx;
  if (sizeLikeness(boxXyxyPx, 0, boxes, 4 * index) < 0.9) return 0;
  return iou(boxXyxyPx, 0, boxes, 4 * index);
}

function likenessWide(track: LiveTrack, detected: DetectedBoxes, index: number): number {
  const { boxXyxyPx, expectedXyxyPx } = track;
  const boxes = detected.boxesXyxyPx;
  if (sizeLikeness(boxXyxyPx, 0, boxes, 4 * index) < 0.7) return 0;
  const likeness = bufferedIou(expectedXyxyPx, 0, boxes, 4 * index, WIDE_MARGIN);
  return likeness >= LEAST_WIDE_LIKENESS ? likeness : 0;
}
