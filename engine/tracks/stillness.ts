import { areaPx, coveredShare, iou } from './overlap.ts';

/** Moved: the box as a whole is displaced by more than this share of its smaller side. */
const MOVED_SHARE = 0.25;
/** A detector's boxes wander with its input's pixels, so less than this share of the picture's width is no movement. */
const WANDER_SHARE_OF_WIDTH = 0.006;
/** Moved: both sides grew or shrank by this factor, or the area did by the other. */
const SIDE_FACTOR = 1.25;
const AREA_FACTOR = 2.5;
/** The first samples are averaged into the anchor. */
const ANCHOR_SAMPLES = 5;
/** A thing known to be still has moved only after so many samples in a row say so: someone may walk past it. */
const SURE_SAMPLES = 3;
const SMOOTHING_S = 1;
const LEAST_SMOOTHING = 0.35;
/** How fast presence follows what is seen, and where it becomes doubtful: after some 8 s, or 7 pictures, of an empty place. */
const PRESENCE_S = 8;
const PRESENCE_SHARE = 0.15;
const DOUBTFUL_PRESENCE = 0.35;
/** An edge is held in place, while its opposite comes in, up to this share of what a box may be displaced. */
const COVERED_SHARE = 0.5;
const REST_SHARE = 0.2;
/** A box that shares less than this with the rest shows a part of it, or more than it: the rest hardly follows. */
const WHOLE_IOU = 0.7;
const INSIDE_SHARE = 0.9;
const WHOLE_AREA_SHARE = 0.93;
const ODD_REST_SHARE = 0.02;
/** So long must a thing be still before its place is remembered. */
const STILL_MS = 400;
/** So long, and over at least SURE_SAMPLES, before it is known by its place alone. */
const SETTLED_MS = 2_000;

/** A side this near the picture's edge is cut by it. */
const CUT_SHARE = 0.005;

/** A picture's size, pixels. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Since when a box has not moved, against an anchor that does not follow it. Displacement is what both opposite edges
 * share: a passer-by who covers the lower half moves one edge, a departing van moves both. A box that the picture's edge
 * cuts has one edge only; drawing in is leaving there, when it is not seen next.
 */
export class Stillness {
  sinceMs = 0;
  /** Where it rests: the slow mean of its boxes while it is still. */
  readonly restXyxyPx = new Float32Array(4);
  readonly #anchor = new Float32Array(4);
  readonly #smooth = new Float32Array(4);
  #samples = 0;
  #away = 0;
  #leaving = false;
  #unseen = false;
  #lastMs = 0;
  #presence = 1;

  /** Begins anew: this box, now. */
  begin(box: Float32Array, atMs: number): void {
    this.sinceMs = atMs;
    this.#lastMs = atMs;
    this.#samples = 1;
    this.#away = 0;
    this.#leaving = false;
    this.#unseen = false;
    this.#presence = 1;
    this.restXyxyPx.set(box);
    this.#anchor.set(box);
    this.#smooth.set(box);
  }

  /** Takes in the next detected box. */
  observe(box: Float32Array, atMs: number, picture: PictureSize): void {
    const leaving = isLeaving(this.#anchor, box, picture);
    const hasLeft = this.#unseen && (leaving || this.#leaving);
    this.#unseen = false;
    if (this.#presence < DOUBTFUL_PRESENCE || hasLeft) {
      this.begin(box, atMs);
      return;
    }
    const stepS = Math.max(0, atMs - this.#lastMs) / 1000;
    this.#lastMs = atMs;
    const sure = this.#samples >= SURE_SAMPLES;
    const follow = sure ? Math.max(LEAST_SMOOTHING, 1 - Math.exp(-stepS / SMOOTHING_S)) : 1;
    blend(this.#smooth, box, follow);
    this.#leaving = leaving;
    if (hasMoved(this.#anchor, this.#smooth, picture)) {
      this.#away++;
      this.absent(stepS);
      if (this.#away >= (sure ? SURE_SAMPLES : 1)) this.begin(box, atMs);
      return;
    }
    this.#away = 0;
    this.#samples++;
    this.#presence += (1 - this.#presence) * Math.min(PRESENCE_SHARE, stepS / PRESENCE_S);
    if (this.#samples <= ANCHOR_SAMPLES) blend(this.#anchor, box, 1 / this.#samples);
    const odd = this.isSettled && !showsWhole(this.restXyxyPx, box);
    blend(
      this.restXyxyPx,
      box,
      Math.max((odd ? ODD_REST_SHARE : REST_SHARE) * Math.min(1, stepS), odd ? 0 : 1 / this.#samples),
    );
  }

  /** It was not seen. What drew in towards the edge that cuts it, just before or when it is seen again, has left. */
  missed(): void {
    this.#unseen = true;
  }

  /**
   * Its place was seen without it. When that has been so for most of the time, whatever is seen there next is taken for
   * another thing that begins to stand: on a lane many cars pass one place, and none of them is parked.
   */
  absent(stepS: number): void {
    this.#presence *= 1 - Math.min(PRESENCE_SHARE, stepS / PRESENCE_S);
  }

  /** No one looked for so long that anything may have happened. */
  doubt(): void {
    this.#presence = 0;
  }

  /** Whether its place is worth remembering: at least two samples, and not in passing. */
  get isStill(): boolean {
    return this.#samples >= 2 && this.#lastMs - this.sinceMs >= STILL_MS;
  }

  /** Whether it was seen beside its place last: it may be moving off. */
  get isAway(): boolean {
    return this.#away > 0;
  }

  /** Whether it has been still for a good while. */
  get isSettled(): boolean {
    return this.#samples >= SURE_SAMPLES && this.#lastMs - this.sinceMs >= SETTLED_MS;
  }

  /** The picture's size has changed. */
  rescale(factorX: number, factorY: number): void {
    for (const box of [this.restXyxyPx, this.#anchor, this.#smooth]) rescaleBox(box, factorX, factorY);
  }
}

/** Multiplies a box's coordinates. */
export function rescaleBox(box: Float32Array, factorX: number, factorY: number): void {
  box[0] = box[0]! * factorX;
  box[1] = box[1]! * factorY;
  box[2] = box[2]! * factorX;
  box[3] = box[3]! * factorY;
}

function blend(into: Float32Array, box: Float32Array, share: number): void {
  for (let k = 0; k < 4; k++) into[k] = into[k]! + share * (box[k]! - into[k]!);
}

function showsWhole(rest: Float32Array, box: Float32Array): boolean {
  if (iou(rest, 0, box, 0) < WHOLE_IOU) return false;
  const isSmaller = areaPx(box, 0) < WHOLE_AREA_SHARE * areaPx(rest, 0);
  return !(isSmaller && coveredShare(box, 0, rest, 0) >= INSIDE_SHARE);
}

/** What two opposite edges moved together. */
function together(a: number, b: number): number {
  if (a > 0 && b > 0) return Math.min(a, b);
  return a < 0 && b < 0 ? Math.max(a, b) : 0;
}

/** Whether a box that the picture's edge cuts draws in towards that edge: its free side moves, and the other cannot. */
function isLeaving(anchor: Float32Array, box: Float32Array, picture: PictureSize): boolean {
  const { widthPx, heightPx } = picture;
  const allowed = allowedPx(anchor, widthPx);
  const isCut = (side: number, edgePx: number, lengthPx: number) =>
    Math.max(Math.abs(anchor[side]! - edgePx), Math.abs(box[side]! - edgePx)) <= CUT_SHARE * lengthPx;
  return (
    (isCut(0, 0, widthPx) && anchor[2]! - box[2]! > allowed) ||
    (isCut(1, 0, heightPx) && anchor[3]! - box[3]! > allowed) ||
    (isCut(2, widthPx, widthPx) && box[0]! - anchor[0]! > allowed) ||
    (isCut(3, heightPx, heightPx) && box[1]! - anchor[1]! > allowed)
  );
}

/** How far a box may be displaced without having moved. */
function allowedPx(anchor: Float32Array, pictureWidthPx: number): number {
  const smaller = Math.max(1, Math.min(anchor[2]! - anchor[0]!, anchor[3]! - anchor[1]!));
  return Math.max(MOVED_SHARE * smaller, WANDER_SHARE_OF_WIDTH * pictureWidthPx);
}

/** Whether a box is smaller because one edge, or one of each pair, came in: something covers it. What drives off shrinks on all sides. */
function isCovered(anchor: Float32Array, now: Float32Array, tolerancePx: number): boolean {
  const isHeld = (low: number, high: number) =>
    Math.min(Math.abs(now[low]! - anchor[low]!), Math.abs(now[high]! - anchor[high]!)) <= tolerancePx;
  return isHeld(0, 2) && isHeld(1, 3);
}

function hasMoved(anchor: Float32Array, now: Float32Array, picture: PictureSize): boolean {
  const { widthPx: pictureWidthPx } = picture;
  const width = Math.max(1, anchor[2]! - anchor[0]!);
  const height = Math.max(1, anchor[3]! - anchor[1]!);
  const x = together(now[0]! - anchor[0]!, now[2]! - anchor[2]!);
  const y = together(now[1]! - anchor[1]!, now[3]! - anchor[3]!);
  const allowed = allowedPx(anchor, pictureWidthPx);
  if (x * x + y * y > allowed * allowed) return true;
  const wider = (now[2]! - now[0]!) / width;
  const taller = (now[3]! - now[1]!) / height;
  const grew = Math.min(wider, taller) > SIDE_FACTOR || Math.max(wider, taller) < 1 / SIDE_FACTOR;
  const resized = wider * taller > AREA_FACTOR || wider * taller < 1 / AREA_FACTOR;
  if (wider * taller < 1 && isCovered(anchor, now, COVERED_SHARE * allowed))
    return isLeaving(anchor, now, picture) && resized;
  const visible = Math.max(Math.abs(now[2]! - now[0]! - width), Math.abs(now[3]! - now[1]! - height));
  return (grew || resized) && visible > WANDER_SHARE_OF_WIDTH * pictureWidthPx;
}
