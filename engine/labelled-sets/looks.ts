import sharp from 'sharp';
import type { BoxPx, LabelledBox } from '../contract/labelled-set.ts';
import { iouOf } from './average-precision.ts';

const ACROSS = 8;
const DOWN = 8;
/** Pictures look the same where at most so many of the 64 comparisons differ. */
const MOST_APART = 3;
const BANDS = MOST_APART + 1;
const BAND_DIGITS = 16 / BANDS;
const SAME_BOX_IOU = 0.9;

/**
 * How a picture looks, as 64 comparisons of neighbours in a tiny gray copy of it: it stays nearly the same when the picture
 * is scaled or compressed anew. Sixteen hexadecimal digits.
 */
export async function lookOf(picture: string | Buffer, crop?: BoxPx): Promise<string> {
  let image = sharp(picture);
  if (crop) {
    const [left, top, right, bottom] = crop;
    image = image.extract({ left, top, width: right - left, height: bottom - top });
  }
  const gray = await image
    .grayscale()
    .resize(ACROSS + 1, DOWN, { fit: 'fill' })
    .raw()
    .toBuffer();
  let bits = 0n;
  for (let y = 0; y < DOWN; y++) {
    for (let x = 0; x < ACROSS; x++) {
      const at = y * (ACROSS + 1) + x;
      bits = (bits << 1n) | BigInt(gray[at]! < gray[at + 1]!);
    }
  }
  return bits.toString(16).padStart(16, '0');
}

function looksApart(one: string, other: string): number {
  let bits = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let count = 0;
  for (; bits > 0n; bits &= bits - 1n) count++;
  return count;
}

/** Finds what looks the same among many: of four quarters of the digits one at least is equal where three bits differ at most. */
export class LookIndex<T> {
  readonly #bands = Array.from({ length: BANDS }, () => new Map<string, { look: string; of: T }[]>());

  add(look: string, of: T): void {
    for (const { band, digits } of this.#digitsOf(look)) {
      const same = band.get(digits);
      if (same) same.push({ look, of });
      else band.set(digits, [{ look, of }]);
    }
  }

  same(look: string): T[] {
    const found = new Set<T>();
    for (const { band, digits } of this.#digitsOf(look))
      for (const entry of band.get(digits) ?? []) if (looksApart(entry.look, look) <= MOST_APART) found.add(entry.of);
    return [...found];
  }

  #digitsOf(look: string) {
    return this.#bands.map((band, i) => ({ band, digits: look.slice(i * BAND_DIGITS, (i + 1) * BAND_DIGITS) }));
  }
}

/** A picture's boxes and its size. */
export interface Boxed {
  widthPx: number;
  heightPx: number;
  boxes: readonly LabelledBox[];
}

/** The same classes at the same places of the picture, however large it is. */
export function sameBoxes(one: Boxed, other: Boxed): boolean {
  if (one.boxes.length !== other.boxes.length) return false;
  const left = [...other.boxes];
  return one.boxes.every((box) => {
    const at = left.findIndex(
      (candidate) =>
        candidate.class === box.class &&
        candidate.crowd === box.crowd &&
        iouOf(inShares(box.xyxyPx, one), inShares(candidate.xyxyPx, other)) >= SAME_BOX_IOU,
    );
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

const inShares = ([left, top, right, bottom]: BoxPx, { widthPx, heightPx }: Boxed): BoxPx => [
  left / widthPx,
  top / heightPx,
  right / widthPx,
  bottom / heightPx,
];
