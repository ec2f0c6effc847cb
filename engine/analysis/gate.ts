import { CHANGED_LUMA } from '../views/changed-share.ts';
import { GRAY_HEIGHT_PX, GRAY_WIDTH_PX } from '../views/edges.ts';
import type { SizePx } from './regions.ts';

/** Measured on sensor noise against moving scenes: static 0.00 % at p95, moving ≥ 2.2 % at p5. */
const OPEN_SHARE = 0.003;
/** In a small region that share is a pixel or two, which noise changes now and then. */
const LEAST_CHANGED_PX = 8;
/**
 * Mean difference in a box from which what was in it may be another. Measured on keyframes of a still scene with a sensor's
 * noise of ± 4, H.264 at crf 28: 6.8 at most in boxes of 3×3 gate pixels, 5.1 in 5×5; with more noise the gate is open.
 */
const OTHER_LUMA = 8;

/** What the gate reads of a frame. */
export interface GrayPicture {
  writeGray(out: Buffer, widthPx: number, heightPx: number): void;
}

/** A picture of 160×90, one byte a pixel. */
export function newGray(): Buffer {
  return Buffer.alloc(GRAY_WIDTH_PX * GRAY_HEIGHT_PX);
}

export function writeGray(of: GrayPicture, out: Buffer): void {
  of.writeGray(out, GRAY_WIDTH_PX, GRAY_HEIGHT_PX);
}

/** Left, top, right, bottom in gate pixels; right and bottom are the first outside. */
type GrayBox = readonly [left: number, top: number, right: number, bottom: number];

/** The gate pixels that a box of a picture touches. */
export function grayBox(left: number, top: number, right: number, bottom: number, picture: SizePx): GrayBox {
  const x = GRAY_WIDTH_PX / picture.width;
  const y = GRAY_HEIGHT_PX / picture.height;
  const fromX = Math.min(GRAY_WIDTH_PX - 1, Math.max(0, Math.floor(left * x)));
  const fromY = Math.min(GRAY_HEIGHT_PX - 1, Math.max(0, Math.floor(top * y)));
  return [
    fromX,
    fromY,
    Math.min(GRAY_WIDTH_PX, Math.max(fromX + 1, Math.ceil(right * x))),
    Math.min(GRAY_HEIGHT_PX, Math.max(fromY + 1, Math.ceil(bottom * y))),
  ];
}

/**
 * Says whether a region of the picture changed since it was last analysed, not since it was last seen: what grows slowly
 * adds up. It lowers the rate of analysis and never closes for good, as an object smaller than a gate pixel would be
 * lost: the caller asks the detector every `longestQuietMs` all the same.
 */
export class MotionGate {
  readonly #region: GrayBox;
  readonly #openPx: number;
  readonly #reference = newGray();
  #hasReference = false;

  constructor(region: GrayBox = [0, 0, GRAY_WIDTH_PX, GRAY_HEIGHT_PX]) {
    this.#region = region;
    const [left, top, right, bottom] = region;
    this.#openPx = Math.max(LEAST_CHANGED_PX, OPEN_SHARE * (right - left) * (bottom - top));
  }

  /** True when the region differs from the reference by more than noise; always true before the first reference. */
  moved(gray: Uint8Array): boolean {
    if (!this.#hasReference) return true;
    const reference = this.#reference;
    const [left, top, right, bottom] = this.#region;
    let changed = 0;
    for (let y = top; y < bottom; y++) {
      for (let i = y * GRAY_WIDTH_PX + left, end = y * GRAY_WIDTH_PX + right; i < end; i++) {
        const difference = reference[i]! - gray[i]!;
        if (difference > CHANGED_LUMA || difference < -CHANGED_LUMA) changed++;
      }
    }
    return changed >= this.#openPx;
  }

  /** Whether a box still shows what it did in the reference: a smaller thing than one that opens the gate. */
  isSame(gray: Uint8Array, [left, top, right, bottom]: GrayBox): boolean {
    if (!this.#hasReference) return false;
    const reference = this.#reference;
    let sum = 0;
    for (let y = top; y < bottom; y++) {
      for (let i = y * GRAY_WIDTH_PX + left, end = y * GRAY_WIDTH_PX + right; i < end; i++)
        sum += Math.abs(reference[i]! - gray[i]!);
    }
    return sum < OTHER_LUMA * (right - left) * (bottom - top);
  }

  /** This picture was analysed: changes count from here. */
  keepAsReference(gray: Uint8Array): void {
    this.#reference.set(gray);
    this.#hasReference = true;
  }

  /** After a (re)connect, the first frame counts as changed. */
  forget(): void {
    this.#hasReference = false;
  }
}
