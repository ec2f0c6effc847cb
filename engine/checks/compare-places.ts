import sharp from 'sharp';
import type { Box } from '../contract/observation.ts';

type Xyxy = Box['xyxy'];

const WIDTH_PX = 640;
/** Infrared pictures have no colour to speak of: the widest channel is hardly above the narrowest. */
const INFRARED_CHROMA = 6;
/** Below this there is no daylight, 0..255. */
const DARK_LUMA = 45;
/** Of what lies around a place, one side is so many blocks, none of them smaller than this. */
const BLOCKS_A_SIDE = 10;
const LEAST_BLOCK_PX = 8;
/** Below this deviation a block is bare ground, and agrees with another bare block of its colour. */
const BARE_DEVIATION = 6;
const AGREES_FROM = 0.5;
/** Two bare blocks are of one colour when they differ by no more, all channels together, the light of the whole picture taken out. */
const SAME_COLOUR = 54;

/** By what light a picture was taken. */
type Light = 'colour' | 'dark' | 'infrared';

/** A picture made small for comparing. */
export interface SmallPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly gray: Uint8Array;
  /** Red, green, blue of each pixel. */
  readonly rgb: Uint8Array;
  readonly luma: number;
  readonly light: Light;
}

/** @throws when the bytes are no picture */
export async function smallPicture(jpeg: Uint8Array): Promise<SmallPicture> {
  const { data, info } = await sharp(jpeg)
    .resize({ width: WIDTH_PX })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width: widthPx, height: heightPx, channels } = info;
  const gray = new Uint8Array(widthPx * heightPx);
  const rgb = new Uint8Array(3 * gray.length);
  let [chroma, luma] = [0, 0];
  for (let i = 0; i < gray.length; i++) {
    const at = channels * i;
    const [r, g, b] = channels >= 3 ? [data[at]!, data[at + 1]!, data[at + 2]!] : [data[at]!, data[at]!, data[at]!];
    chroma += Math.max(r, g, b) - Math.min(r, g, b);
    rgb.set([r, g, b], 3 * i);
    gray[i] = (77 * r + 150 * g + 29 * b) >> 8;
    luma += gray[i]!;
  }
  luma /= gray.length;
  return { ...{ widthPx, heightPx, gray, rgb, luma }, light: lightOf(chroma / gray.length, luma) };
}

function lightOf(chroma: number, luma: number): Light {
  if (chroma < INFRARED_CHROMA) return 'infrared';
  return luma < DARK_LUMA ? 'dark' : 'colour';
}

/** How a place and what lies around it look now, against how they looked before: each 0..1, whatever the brightness. */
export interface Likeness {
  /** Of the place itself. */
  place: number;
  /** The share of blocks around it that look the same; null: there are too few to tell. */
  around: number | null;
}

const LEAST_BLOCKS = 4;

/**
 * Compares a place of two pictures of one view, block by block with a correlation that brightness does not change. What other
 * things cover, then or now, is left out of the surroundings.
 */
export function comparePlaces(before: SmallPicture, now: SmallPicture, place: Xyxy, others: readonly Xyxy[]): Likeness {
  const [left, top, right, bottom] = place;
  const [wide, high] = [right - left, bottom - top];
  const ring: Xyxy = [left - wide / 2, top - high / 2, right + wide / 2, bottom + high / 2];
  const inner: Xyxy = [left - wide * 0.08, top - high * 0.08, right + wide * 0.08, bottom + high * 0.08];
  let [agree, blocks] = [0, 0];
  for (const block of blocksOf(ring, before)) {
    if (overlaps(block, inner) || others.some((other) => overlaps(block, other))) continue;
    blocks += 1;
    if (correlation(before, now, block) >= AGREES_FROM) agree += 1;
  }
  return { place: correlation(before, now, place), around: blocks < LEAST_BLOCKS ? null : agree / blocks };
}

function* blocksOf([left, top, right, bottom]: Xyxy, { widthPx, heightPx }: SmallPicture): Generator<Xyxy> {
  const wide = Math.max(LEAST_BLOCK_PX / widthPx, (right - left) / BLOCKS_A_SIDE);
  const high = Math.max(LEAST_BLOCK_PX / heightPx, (bottom - top) / BLOCKS_A_SIDE);
  for (let y = Math.max(0, top); y + high <= Math.min(1, bottom); y += high)
    for (let x = Math.max(0, left); x + wide <= Math.min(1, right); x += wide) yield [x, y, x + wide, y + high];
}

function overlaps([aLeft, aTop, aRight, aBottom]: Xyxy, [bLeft, bTop, bRight, bBottom]: Xyxy): boolean {
  return aLeft < bRight && bLeft < aRight && aTop < bBottom && bTop < aBottom;
}

/** Of the brightness in a part of both pictures, -1..1; two bare parts agree if they are of one colour, a bare one and another do not. */
function correlation(a: SmallPicture, b: SmallPicture, [left, top, right, bottom]: Xyxy): number {
  const [x0, x1] = [Math.max(0, Math.round(left * a.widthPx)), Math.min(a.widthPx, Math.round(right * a.widthPx))];
  const [y0, y1] = [Math.max(0, Math.round(top * a.heightPx)), Math.min(a.heightPx, Math.round(bottom * a.heightPx))];
  let [n, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const at = y * a.widthPx + x;
      const [p, q] = [a.gray[at]!, b.gray[at]!];
      n += 1;
      sumA += p;
      sumB += q;
      sumAA += p * p;
      sumBB += q * q;
      sumAB += p * q;
    }
  if (n === 0) return 0;
  const [varA, varB] = [sumAA / n - (sumA / n) ** 2, sumBB / n - (sumB / n) ** 2];
  const [bareA, bareB] = [varA < BARE_DEVIATION ** 2, varB < BARE_DEVIATION ** 2];
  if (bareA && bareB) return isOneColour(a, b, [x0, y0, x1, y1]) ? 1 : 0;
  if (bareA || bareB) return 0;
  return (sumAB / n - (sumA / n) * (sumB / n)) / Math.sqrt(varA * varB);
}

function isOneColour(a: SmallPicture, b: SmallPicture, [x0, y0, x1, y1]: readonly number[]): boolean {
  const gain = b.luma / Math.max(1, a.luma);
  const difference = [0, 0, 0];
  for (let y = y0!; y < y1!; y++)
    for (let x = x0!; x < x1!; x++)
      for (let channel = 0; channel < 3; channel++) {
        const at = 3 * (y * a.widthPx + x) + channel;
        difference[channel]! += b.rgb[at]! - a.rgb[at]! * gain;
      }
  const pixels = (x1! - x0!) * (y1! - y0!);
  return difference.reduce((sum, one) => sum + Math.abs(one), 0) / pixels <= SAME_COLOUR;
}
