import type { Pixels } from '#models/detector.ts';

/** Left, top, right, bottom in pixels of the picture. */
export type RectPx = readonly [number, number, number, number];

/** Of a box's longer side; so much of what is around it helps a model to tell a bag from a bin. */
const CONTEXT = 1.5;

/**
 * Where to look for what is in a box: a square around its middle with half of its longer side as context, and of at least
 * `leastPx`, moved into the picture and cut to it.
 */
export function rectAround(box: RectPx, widthPx: number, heightPx: number, leastPx: number): RectPx {
  const sidePx = Math.max(leastPx, CONTEXT * Math.max(box[2] - box[0], box[3] - box[1]));
  const [left, right] = span((box[0] + box[2]) / 2, Math.min(widthPx, Math.round(sidePx)), widthPx);
  const [top, bottom] = span((box[1] + box[3]) / 2, Math.min(heightPx, Math.round(sidePx)), heightPx);
  return [left, top, right, bottom];
}

function span(middlePx: number, lengthPx: number, withinPx: number): [number, number] {
  const from = Math.max(0, Math.min(withinPx - lengthPx, Math.round(middlePx - lengthPx / 2)));
  return [from, from + lengthPx];
}

/** What can be copied out of a borrowed frame. */
export interface Croppable {
  readonly widthPx: number;
  readonly heightPx: number;
  copyRgb(): Buffer;
}

/** A part of a frame, in its own pixels: taken out now, so that it outlives the loan. `rect` in whole pixels. */
export function crop(frame: Croppable, [left, top, right, bottom]: RectPx): Pixels {
  const rgb = frame.copyRgb();
  const rowBytes = 3 * frame.widthPx;
  const sourceWidthPx = right - left;
  const sourceHeightPx = bottom - top;
  return {
    widthPx: sourceWidthPx,
    heightPx: sourceHeightPx,
    writeRgb(out, widthPx, heightPx, target) {
      const strideBytes = target?.strideBytes ?? 3 * widthPx;
      const across = Array.from({ length: widthPx }, (_, x) => sample(x, widthPx, sourceWidthPx));
      for (let y = 0; y < heightPx; y++) {
        const row = sample(y, heightPx, sourceHeightPx);
        const upper = (top + row.from) * rowBytes + 3 * left;
        const lower = (top + row.next) * rowBytes + 3 * left;
        let to = (target?.offsetBytes ?? 0) + y * strideBytes;
        for (const { from, next, share } of across) {
          for (let c = 0; c < 3; c++) {
            const a = rgb[upper + 3 * from + c]! * (1 - share) + rgb[upper + 3 * next + c]! * share;
            const b = rgb[lower + 3 * from + c]! * (1 - share) + rgb[lower + 3 * next + c]! * share;
            out[to++] = a + (b - a) * row.share + 0.5;
          }
        }
      }
    },
  };
}

/** Between which two pixels of a side the middle of a scaled side's pixel lies, and how near the second. */
function sample(at: number, lengthPx: number, sourcePx: number): { from: number; next: number; share: number } {
  const middle = Math.max(0, Math.min(sourcePx - 1, ((at + 0.5) * sourcePx) / lengthPx - 0.5));
  const from = Math.floor(middle);
  return { from, next: Math.min(sourcePx - 1, from + 1), share: middle - from };
}
