import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type Detector, newDetections, openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { seeded } from '#streams/seeded.ts';
import type { DetectedBoxes } from '../tracks/live-track.ts';

export const STREET_MODEL = fileURLToPath(new URL('../../models/street', import.meta.url));
const CLIPS = fileURLToPath(new URL('../../../shared/data/clips/', import.meta.url));
const INPUT_PX = 416;

/** Where a clip of the project's data lies, or null where that data is not beside the product. */
export function clipFile(name: string): string | null {
  const file = `${CLIPS}${name}`;
  return existsSync(file) ? file : null;
}

/** Packed RGB24. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Buffer;
}

/** A piece of a picture with an alpha channel, packed RGBA. */
export interface CutOut {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgba: Buffer;
}

/** A clip's pictures, scaled as the streams room scales; `args` say what of it is decoded (-ss, -t), `filter` what comes first. */
export function clipPictures(
  file: string,
  o: { fps: number; widthPx: number; heightPx: number; args?: readonly string[]; filter?: string },
): Picture[] {
  const { fps, widthPx, heightPx, args = [], filter } = o;
  const scaled = [...(filter ? ['-vf', filter] : []), '-s', `${widthPx}x${heightPx}`, '-sws_flags', 'fast_bilinear'];
  const raw = execFileSync(
    'ffmpeg',
    ['-v', 'error', ...args, '-i', file, '-r', String(fps), ...scaled, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    { maxBuffer: 2 ** 30 },
  );
  const bytes = 3 * widthPx * heightPx;
  return Array.from({ length: Math.floor(raw.length / bytes) }, (_, i) => ({
    widthPx,
    heightPx,
    rgb: raw.subarray(i * bytes, (i + 1) * bytes),
  }));
}

/** The piece of a picture in a box of whole pixels; its alpha rises from the edge over `featherPx`. */
export function cutOut(from: Picture, [left, top, right, bottom]: readonly number[], featherPx: number): CutOut {
  const widthPx = right! - left!;
  const heightPx = bottom! - top!;
  const rgba = Buffer.alloc(4 * widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const to = 4 * (y * widthPx + x);
      from.rgb.copy(
        rgba,
        to,
        3 * ((y + top!) * from.widthPx + x + left!),
        3 * ((y + top!) * from.widthPx + x + left!) + 3,
      );
      const inside = Math.min(x + 1, y + 1, widthPx - x, heightPx - y);
      rgba[to + 3] = Math.min(255, (255 * inside) / (featherPx + 1));
    }
  }
  return { widthPx, heightPx, rgba };
}

/** The same piece at another size. */
export async function resized(cut: CutOut, widthPx: number, heightPx: number, mirrored = false): Promise<CutOut> {
  const raw = { width: cut.widthPx, height: cut.heightPx, channels: 4 as const };
  const rgba = await sharp(cut.rgba, { raw })
    .resize(widthPx, heightPx, { fit: 'fill', kernel: 'linear' })
    .flop(mirrored)
    .raw()
    .toBuffer();
  return { widthPx, heightPx, rgba };
}

/** Lays a piece over a picture with its left upper corner at whole pixels; what lies outside is cut off. */
export function paint(onto: Picture, cut: CutOut, left: number, top: number, gain = 1): void {
  const x0 = Math.max(0, -left);
  const x1 = Math.min(cut.widthPx, onto.widthPx - left);
  for (let y = Math.max(0, -top); y < Math.min(cut.heightPx, onto.heightPx - top); y++) {
    for (let x = x0; x < x1; x++) {
      const from = 4 * (y * cut.widthPx + x);
      const to = 3 * ((y + top) * onto.widthPx + x + left);
      const alpha = cut.rgba[from + 3]! / 255;
      for (let c = 0; c < 3; c++) {
        const over = Math.min(255, gain * cut.rgba[from + c]!);
        onto.rgb[to + c] = onto.rgb[to + c]! + alpha * (over - onto.rgb[to + c]!);
      }
    }
  }
}

/** Noise that is the same in every run, long enough for no pattern to show. */
const GRAIN = Int8Array.from(
  { length: 65_521 },
  (
    (random) => () =>
      Math.round(8 * random() - 4)
  )(seeded(17)),
);

/** A copy of a picture in other light, with a sensor's noise of ± 4: every value times `gain`, plus `lift`. */
export function inLight(picture: Picture, gain: number, lift: number, random: () => number): Picture {
  const rgb = Buffer.allocUnsafe(picture.rgb.length);
  let grain = Math.floor(GRAIN.length * random());
  for (let i = 0; i < rgb.length; i++) {
    const value = gain * picture.rgb[i]! + lift + GRAIN[grain]!;
    rgb[i] = Math.max(0, Math.min(255, value));
    if (++grain === GRAIN.length) grain = 0;
  }
  return { ...picture, rgb };
}

/** The shipped model, looking at pictures in memory. */
export class Eyes {
  readonly #detector: Detector;

  private constructor(detector: Detector) {
    this.#detector = detector;
  }

  static async open(): Promise<Eyes> {
    return new Eyes(await openDetector(await readPackage(STREET_MODEL)));
  }

  get detector(): Detector {
    return this.#detector;
  }

  get classes() {
    return this.#detector.classes;
  }

  get modelSha256() {
    return this.#detector.identity.sha256;
  }

  /** What it sees in a picture, as boxes of a picture of `widthPx` × `heightPx` (absent: the picture's own size). */
  async see(picture: Picture, widthPx = picture.widthPx, heightPx = picture.heightPx): Promise<DetectedBoxes> {
    const raw = { width: picture.widthPx, height: picture.heightPx, channels: 3 as const };
    const isReady = picture.widthPx === INPUT_PX && picture.heightPx === INPUT_PX;
    const input = isReady
      ? picture.rgb
      : await sharp(picture.rgb, { raw })
          .resize(INPUT_PX, INPUT_PX, { fit: 'fill', kernel: 'linear' })
          .raw()
          .toBuffer();
    const out = newDetections();
    await this.#detector.detect({ widthPx, heightPx, writeRgb: (to) => void input.copy(to) }, out);
    return {
      count: out.count,
      boxesXyxyPx: out.boxesXyxyPx.slice(0, 4 * out.count),
      scores: out.scores.slice(0, out.count),
      classIds: out.classIds.slice(0, out.count),
    };
  }

  close(): Promise<void> {
    return this.#detector.close();
  }
}
