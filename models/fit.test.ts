import { expect, test } from 'vitest';
import { fitPicture } from './fit.ts';

const SOURCES = [
  [3775, 1571],
  [1920, 1080],
  [1080, 1920],
  [1920, 1072],
  [640, 480],
  [97, 1031],
] as const;
const INPUTS = [
  [1280, 1280],
  [640, 384],
  [384, 640],
  [416, 416],
] as const;

test.each(SOURCES)('a letterboxed %i×%i picture comes back to within half a pixel', (width, height) => {
  for (const [inputWidth, inputHeight] of INPUTS) {
    for (const anchor of ['centre', 'top-left'] as const) {
      const fit = fitPicture({ kind: 'letterbox', anchor, padValue: 114 }, inputWidth, inputHeight, width, height);
      expect(fit.leftPx).toBeGreaterThanOrEqual(0);
      expect(fit.topPx).toBeGreaterThanOrEqual(0);
      expect(fit.leftPx + fit.widthPx).toBeLessThanOrEqual(inputWidth);
      expect(fit.topPx + fit.heightPx).toBeLessThanOrEqual(inputHeight);
      for (const [x, y] of [
        [0, 0],
        [width, height],
        [width / 3, height / 7],
      ] as const) {
        const inputX = Math.fround(fit.leftPx + (x * fit.widthPx) / width);
        const inputY = Math.fround(fit.topPx + (y * fit.heightPx) / height);
        expect(Math.abs(((inputX - fit.leftPx) * width) / fit.widthPx - x)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(((inputY - fit.topPx) * height) / fit.heightPx - y)).toBeLessThanOrEqual(0.5);
      }
    }
  }
});

test('a centred letterbox pads an odd rest like the exporters do: less above, more below', () => {
  const fit = fitPicture({ kind: 'letterbox', anchor: 'centre', padValue: 114 }, 640, 640, 1920, 1081);
  expect(fit).toEqual({ leftPx: 0, topPx: 140, widthPx: 640, heightPx: 360 });
  const odd = fitPicture({ kind: 'letterbox', anchor: 'centre', padValue: 114 }, 640, 640, 640, 361);
  expect(odd.topPx).toBe(139);
});
