import sharp from 'sharp';
import type { Pixels } from './detections.ts';
import { partOfRgb } from './photo.ts';

const MOST_PX = 40_000_000;

/** A picture file, upright and in sRGB. @throws Error where it is none, or has more than 40 megapixels */
export async function readPhoto(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path, { limitInputPixels: MOST_PX })
    .rotate()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  return partOfRgb(data, info.width, { leftPx: 0, topPx: 0, widthPx: info.width, heightPx: info.height });
}
