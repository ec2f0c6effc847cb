import sharp from 'sharp';
import type { Pixels } from './detections.ts';
import { partOfRgb } from './photo.ts';

const MOST_PX = 40_000_000;

/**
 * A picture file, upright and in sRGB, or the part of it that lies in a box of whole pixels.
 * @throws Error where it is none, or has more than 40 megapixels
 */
export async function readPhoto(path: string, boxXyxyPx?: readonly number[]): Promise<Pixels> {
  const { data, info } = await sharp(path, { limitInputPixels: MOST_PX })
    .rotate()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  const [left = 0, top = 0, right = info.width, bottom = info.height] = boxXyxyPx ?? [];
  return partOfRgb(data, info.width, { leftPx: left, topPx: top, widthPx: right - left, heightPx: bottom - top });
}
