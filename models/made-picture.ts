import type { Pixels } from './detections.ts';

/** A picture of one colour that honours the target it is written to. */
export function solid(widthPx: number, heightPx: number, rgb: readonly [number, number, number] = [0, 0, 0]): Pixels {
  return {
    widthPx,
    heightPx,
    writeRgb(out, width, height, target) {
      const { offsetBytes, strideBytes } = target ?? { offsetBytes: 0, strideBytes: 3 * width };
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) out.set(rgb, offsetBytes + y * strideBytes + 3 * x);
      }
    },
  };
}
