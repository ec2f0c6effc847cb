import sharp from 'sharp';
import type { Box } from '../contract/observation.ts';

type Xyxy = Box['xyxy'];

const WIDTH_PX = 320;
/** Infrared pictures have no colour to speak of: the widest channel is hardly above the narrowest. */
const INFRARED_CHROMA = 6;
/** Below this there is no daylight, 0..255. */
const DARK_LUMA = 45;
const BLOCK_PX = 12;
/** Below this deviation a block is bare ground, and any other bare block agrees with it. */
const BARE_DEVIATION = 6;
const AGREES_FROM = 0.5;

/** By what light a picture was taken. */
export type Light = 'colour' | 'dark' | 'infrared';

/** A picture made small for comparing. */
export interface SmallPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly gray: Uint8Array;
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
  let [chroma, luma] = [0, 0];
  for (let i = 0; i < gray.length; i++) {
    const at = channels * i;
    const [r, g, b] = channels >= 3 ? [data[at]!, data[at + 1]!, data[at + 2]!] : [data[at]!, data[at]!, data[at]!];
    chroma += Math.max(r, g, b) - Math.min(r, g, b);
    gray[i] = (77 * r + 150 * g + 29 * b) >> 8;
    luma += gray[i]!;
  }
  return { ...{ widthPx, heightPx, gray }, light: lightOf(chroma / gray.length, luma / gray.length) };
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
  const [wide, high] = [BLOCK_PX / widthPx, BLOCK_PX / heightPx];
  for (let y = Math.max(0, top); y + high <= Math.min(1, bottom); y += high)
    for (let x = Math.max(0, left); x + wide <= Math.min(1, right); x += wide) yield [x, y, x + wide, y + high];
}

function overlaps([aLeft, aTop, aRight, aBottom]: Xyxy, [bLeft, bTop, bRight, bBottom]: Xyxy): boolean {
  return aLeft < bRight && bLeft < aRight && aTop < bBottom && bTop < aBottom;
}

/** Of the brightness in a part of both pictures, -1..1; two bare parts agree, a bare one and another do not. */
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
  if (bareA || bareB) return bareA && bareB ? 1 : 0;
  return (sumAB / n - (sumA / n) * (sumB / n)) / Math.sqrt(varA * varB);
}
