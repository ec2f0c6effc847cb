import type { Pixels } from './detections.ts';

/** A rectangle of a picture. */
interface Part {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
}

/** A part of a picture of packed RGB24. It is scaled by the two nearest pixels of each side, as swscale does it where it is asked to be fast. */
export function partOfRgb(rgb: Buffer, ofWidthPx: number, part: Part): Pixels {
  const rowBytes = 3 * ofWidthPx;
  const { leftPx: left, topPx: top, widthPx: sourceWidthPx, heightPx: sourceHeightPx } = part;
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
