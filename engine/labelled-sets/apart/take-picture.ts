import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { lookOf } from '../looks.ts';

const MOST_PX = 40_000_000;
const LEAST_SIDE_PX = 16;
const QUALITY = 95;

/**
 * Puts a picture into a set’s form: an upright sRGB JPEG that says nothing beside its pixels (no place, no camera). One that is
 * so already stays as it is, byte for byte. @throws Error in words where it is no whole picture
 */
export async function takePicture(from: string, to: string) {
  const bytes = await readFile(from);
  const image = sharp(bytes, { limitInputPixels: MOST_PX, failOn: 'warning' });
  const { format, exif, orientation, space, width, height } = await image.metadata();
  if (width < LEAST_SIDE_PX || height < LEAST_SIDE_PX) throw new Error(`${width} × ${height} px`);
  const asIs = format === 'jpeg' && !exif && (orientation ?? 1) === 1 && space === 'srgb';
  const jpeg = asIs
    ? bytes
    : await image.rotate().toColourspace('srgb').flatten().jpeg({ quality: QUALITY }).toBuffer();
  // What is cut off is found here: sharp fails at a warning of the decoder.
  const look = await lookOf(jpeg);
  const size = await sharp(jpeg).metadata();
  await writeFile(to, jpeg);
  return {
    sha256: createHash('sha256').update(jpeg).digest('hex'),
    look,
    widthPx: size.width,
    heightPx: size.height,
  };
}
