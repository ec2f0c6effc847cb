import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { GRAY_HEIGHT_PX, GRAY_WIDTH_PX } from './edges.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const PHOTOS = join(DATA, 'garbage-cn/valid/images');
const clipOf = (name: string): string => join(DATA, 'clips', name);

/** Real pictures that are not part of the product: what needs them is skipped where they are missing. */
export const picturesAreHere = existsSync(PHOTOS) && existsSync(clipOf('vtest.avi'));
if (!picturesAreHere) console.warn(`no photos and clips in ${DATA}: tests on real pictures are skipped`);

/** Left, top, right, bottom as shares of the photo. */
type Crop = [number, number, number, number];
/** What the camera sees; a camera that is turned or zoomed sees another part of the photo. */
const VIEW: Crop = [0.1, 0.1, 0.9, 0.9];
export const MOVED: Record<string, Crop> = {
  'turned by 5 % of the width': [0.14, 0.1, 0.94, 0.9],
  'turned back by 8 %': [0.036, 0.1, 0.836, 0.9],
  'turned by 12 %': [0.196, 0.1, 0.996, 0.9],
  'tilted by 9 % of the height': [0.1, 0.172, 0.9, 0.972],
  'bumped aslant by 4 %': [0.132, 0.132, 0.932, 0.932],
  'zoomed in by 1.15': [0.152, 0.152, 0.848, 0.848],
  'zoomed out by 1.15': [0.04, 0.04, 0.96, 0.96],
};

export type Gray = Uint8Array;

/** Nothing but one gray. */
export function flat(luma: number): Gray {
  return new Uint8Array(GRAY_WIDTH_PX * GRAY_HEIGHT_PX).fill(luma);
}

/** So many photos of streets, spread over all that are there. */
export function photos(count: number): string[] {
  const names = readdirSync(PHOTOS).sort();
  const every = Math.floor(names.length / count);
  return names
    .filter((_, i) => i % every === 0)
    .slice(0, count)
    .map((name) => join(PHOTOS, name));
}

export interface Look {
  crop?: Crop;
  /** Out of focus: the blur's sigma as a share of the width. */
  blur?: number;
  /** As a sensor without its infrared filter sees it: leaves bright, sky dark, lamp in the middle. */
  infrared?: boolean;
}

/** A photo as the gate's picture. */
export async function grayOf(file: string, { crop = VIEW, blur = 0, infrared = false }: Look = {}): Promise<Gray> {
  const { width, height } = await sharp(file).metadata();
  const [left, top, right, bottom] = crop;
  let picture = sharp(file).extract({
    left: Math.round(left * width),
    top: Math.round(top * height),
    width: Math.floor((right - left) * width),
    height: Math.floor((bottom - top) * height),
  });
  if (blur > 0) picture = sharp(await picture.blur(blur * width).toBuffer());
  if (infrared)
    picture = picture.recomb([
      [0.15, 1.5, -0.75],
      [0.15, 1.5, -0.75],
      [0.15, 1.5, -0.75],
    ]);
  const bytes = await picture
    .resize(GRAY_WIDTH_PX, GRAY_HEIGHT_PX, { fit: 'fill', kernel: 'linear' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return infrared ? relit(bytes, (luma, x, y) => luma * (1.1 - 0.47 * Math.min(1.6, x * x + y * y))) : bytes;
}

/** A clip as the gate's pictures, one a second. */
export function graysOfClip(name: string): Gray[] {
  const size = `${GRAY_WIDTH_PX}x${GRAY_HEIGHT_PX}`;
  const scale = ['-r', '1', '-s', size, '-sws_flags', 'fast_bilinear', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', clipOf(name), ...scale], { maxBuffer: 2 ** 27 });
  const bytes = GRAY_WIDTH_PX * GRAY_HEIGHT_PX;
  return Array.from({ length: Math.floor(raw.length / bytes) }, (_, i) => raw.subarray(i * bytes, (i + 1) * bytes));
}

/** Other light: `light` is given the brightness and where in the picture, -1..1 from its middle. */
export function relit(gray: Gray, light: (luma: number, x: number, y: number) => number): Gray {
  return Uint8Array.from(gray, (luma, i) => {
    const x = (i % GRAY_WIDTH_PX) / (GRAY_WIDTH_PX / 2) - 1;
    const y = Math.floor(i / GRAY_WIDTH_PX) / (GRAY_HEIGHT_PX / 2) - 1;
    return Math.max(0, Math.min(255, Math.round(light(luma, x, y))));
  });
}

/** With sensor noise of so much standard deviation. */
export function noisy(gray: Gray, sigma: number, random: () => number): Gray {
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
  return relit(gray, (luma) => luma + sigma * normal());
}

/** With `other` in an upright strip of so much of the width: a lorry. */
export function behindLorry(gray: Gray, other: Gray, share: number): Gray {
  const edge = Math.round(GRAY_WIDTH_PX * share);
  return gray.map((luma, i) => (i % GRAY_WIDTH_PX < edge ? other[i]! : luma));
}

/** With things of `other`'s looks, each a fiftieth of the picture, over so much of it in all: cars that came and went. */
export function withCars(gray: Gray, other: Gray, share: number, random: () => number): Gray {
  const out = Uint8Array.from(gray);
  const [wide, tall] = [24, 12];
  for (let covered = 0; covered < share * gray.length; covered += wide * tall) {
    const left = Math.floor(random() * (GRAY_WIDTH_PX - wide));
    const top = Math.floor(random() * (GRAY_HEIGHT_PX - tall));
    for (let y = top; y < top + tall; y++)
      for (let at = y * GRAY_WIDTH_PX + left, end = at + wide; at < end; at++) out[at] = other[at]!;
  }
  return out;
}

/** Short bright upright strokes. */
export function inRain(gray: Gray, random: () => number): Gray {
  const out = noisy(gray, 6, random);
  for (let stroke = 0; stroke < 200; stroke++) {
    const x = Math.floor(random() * GRAY_WIDTH_PX);
    const top = Math.floor(random() * (GRAY_HEIGHT_PX - 6));
    for (let y = top; y < top + 6; y++) out[y * GRAY_WIDTH_PX + x] = Math.min(255, out[y * GRAY_WIDTH_PX + x]! + 60);
  }
  return out;
}

/** With the date in one corner and a name in the other, as cameras burn them in. */
export function withClock(gray: Gray): Gray {
  const out = Uint8Array.from(gray);
  const write = (left: number, top: number, letters: number) => {
    for (let letter = 0; letter < letters; letter++)
      for (let y = top; y < top + 4; y++)
        for (let x = 0; x < 2; x++) out[y * GRAY_WIDTH_PX + left + 3 * letter + x] = (letter + y + x) % 3 ? 235 : 20;
  };
  write(6, 4, 14);
  write(116, 82, 12);
  return out;
}
