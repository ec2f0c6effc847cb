import { type Detections, type Detector, newDetections, type Pixels } from '#models/detector.ts';
import { iou } from '../tracks/overlap.ts';
import { grayBox, MotionGate } from './gate.ts';
import type { Region, SizePx } from './regions.ts';

/** A detection is known for steady when so many looks in a row found it at its place. */
const STEADY_LOOKS = 3;
const SAME_PLACE_IOU = 0.7;
/** A thing is one that was detected here when they share so much. */
const SAME_THING_IOU = 0.5;

/** A picture of which parts can be looked at. */
export interface Looked extends Pixels {
  crop(part: Region): Pixels;
}

/** One region of one camera: what it showed when the model last looked, and what was found then. */
export class WatchedRegion {
  readonly region: Region;
  lookedAtMs = Number.NEGATIVE_INFINITY;
  readonly #picture: SizePx;
  readonly #isWhole: boolean;
  readonly #gate: MotionGate;
  #found = newDetections();
  #before = newDetections();
  /** How many looks in a row found each of `#found`. */
  #looks = new Uint8Array(this.#found.scores.length);
  #looksBefore = new Uint8Array(this.#found.scores.length);

  constructor(region: Region, picture: SizePx) {
    const { leftPx, topPx, widthPx, heightPx } = region;
    this.region = region;
    this.#picture = picture;
    this.#isWhole = widthPx === picture.width && heightPx === picture.height;
    this.#gate = new MotionGate(grayBox(leftPx, topPx, leftPx + widthPx, topPx + heightPx, picture));
  }

  /** What was found when it was last looked at, in pixels of the whole picture. */
  get found(): Detections {
    return this.#found;
  }

  /** Whether something moved in it, or is not what was found at its place. */
  hasChanged(gray: Uint8Array, classes: Detector['classes']): boolean {
    if (this.#gate.moved(gray)) return true;
    const { count, scores, classIds } = this.#found;
    for (let i = 0; i < count; i++) {
      if (scores[i]! >= classes[classIds[i]!]!.threshold && !this.stands(i, gray)) return true;
    }
    return false;
  }

  /** Whether the place of detection `i` still looks as it did. */
  stands(i: number, gray: Uint8Array): boolean {
    const boxes = this.#found.boxesXyxyPx;
    const at = 4 * i;
    return this.#gate.isSame(gray, grayBox(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!, this.#picture));
  }

  /** Whether a thing is surely still there: it was found at its place time and again, and the place looks the same. */
  vouchesFor(thingXyxyPx: Float32Array, gray: Uint8Array): boolean {
    const { count, boxesXyxyPx } = this.#found;
    for (let i = 0; i < count; i++) {
      if (this.#looks[i]! < STEADY_LOOKS || iou(boxesXyxyPx, 4 * i, thingXyxyPx, 0) < SAME_THING_IOU) continue;
      if (this.stands(i, gray)) return true;
    }
    return false;
  }

  /** Whether any of a box lies in it. */
  touches([left, top, right, bottom]: Float32Array): boolean {
    const { leftPx, topPx, widthPx, heightPx } = this.region;
    return left! < leftPx + widthPx && right! > leftPx && top! < topPx + heightPx && bottom! > topPx;
  }

  /** Looks at it anew. `gray` is that of the whole picture. */
  async look(picture: Looked, gray: Uint8Array, detector: Detector, nowMs: number): Promise<void> {
    const now = this.#before;
    await detector.detect(this.#isWhole ? picture : picture.crop(this.region), now);
    const { leftPx, topPx } = this.region;
    for (let i = 0; i < 4 * now.count; i += 2) {
      now.boxesXyxyPx[i]! += leftPx;
      now.boxesXyxyPx[i + 1]! += topPx;
    }
    this.#before = this.#found;
    this.#found = now;
    this.#countLooks(detector.classes);
    this.#gate.keepAsReference(gray);
    this.lookedAtMs = nowMs;
  }

  forget(): void {
    this.#gate.forget();
    this.#found.count = 0;
    this.lookedAtMs = Number.NEGATIVE_INFINITY;
  }

  #countLooks(classes: Detector['classes']): void {
    const now = this.#found;
    const before = this.#before;
    const looksBefore = this.#looks;
    const looks = this.#looksBefore;
    for (let i = 0; i < now.count; i++) {
      const { group } = classes[now.classIds[i]!]!;
      looks[i] = 1;
      for (let k = 0; k < before.count; k++) {
        if (classes[before.classIds[k]!]!.group !== group) continue;
        if (iou(now.boxesXyxyPx, 4 * i, before.boxesXyxyPx, 4 * k) < SAME_PLACE_IOU) continue;
        looks[i] = Math.max(looks[i]!, Math.min(STEADY_LOOKS, looksBefore[k]! + 1));
      }
    }
    this.#looks = looks;
    this.#looksBefore = looksBefore;
  }
}
