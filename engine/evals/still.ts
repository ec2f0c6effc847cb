import type { Pixels } from '#models/detector.ts';
import { partOfRgb } from '#models/photo.ts';
import type { PicturePart } from '#streams/crops.ts';

/** A still picture in the place of a decoded frame: packed RGB24 that can be looked at in part. */
export interface Still {
  widthPx: number;
  heightPx: number;
  capturedAtMs: number;
  crop(part: PicturePart): Pixels;
}

export function still(rgb: Buffer, widthPx: number, heightPx: number, capturedAtMs: number): Still {
  return { widthPx, heightPx, capturedAtMs, crop: (part) => partOfRgb(rgb, widthPx, part) };
}
