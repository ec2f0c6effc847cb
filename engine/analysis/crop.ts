import type { Pixels } from '#models/detector.ts';
import type { PicturePart } from '#streams/crops.ts';

/** Left, top, right, bottom in pixels of the picture. */
export type RectPx = readonly [number, number, number, number];

/** Of a box's longer side; so much of what is around it helps a model to tell a bag from a bin. */
const CONTEXT = 1.5;

/**
 * Where to look for what is in a box: a square around its middle with half of its longer side as context, and of at least
 * `leastPx`, moved into the picture and cut to it. Its left and top are even, as a part of a frame must be.
 */
export function rectAround(box: RectPx, widthPx: number, heightPx: number, leastPx: number): RectPx {
  const sidePx = Math.max(leastPx, CONTEXT * Math.max(box[2] - box[0], box[3] - box[1]));
  const [left, right] = span((box[0] + box[2]) / 2, Math.min(widthPx, Math.round(sidePx)), widthPx);
  const [top, bottom] = span((box[1] + box[3]) / 2, Math.min(heightPx, Math.round(sidePx)), heightPx);
  return [left, top, right, bottom];
}

function span(middlePx: number, lengthPx: number, withinPx: number): [number, number] {
  const from = Math.max(0, Math.min(withinPx - lengthPx, Math.round(middlePx - lengthPx / 2)));
  return [from - (from % 2), from - (from % 2) + lengthPx];
}

/** A borrowed frame of which a part can be looked at; a `Frame` fits. */
export interface Croppable {
  readonly widthPx: number;
  readonly heightPx: number;
  crop(part: PicturePart): Pixels;
}

/** The part of a frame that a rectangle bounds, in its own pixels; borrowed as long as the frame. */
export function partOf(frame: Croppable, [left, top, right, bottom]: RectPx): Pixels {
  return frame.crop({ leftPx: left, topPx: top, widthPx: right - left, heightPx: bottom - top });
}
