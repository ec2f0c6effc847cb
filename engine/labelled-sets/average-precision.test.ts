import { expect, test } from 'vitest';
import type { BoxPx } from '../contract/labelled-set.ts';
import { averagePrecision, type ClassInPicture, IOU_THRESHOLDS, iouOf } from './average-precision.ts';

const truth = (xyxyPx: BoxPx, crowd = false) => ({ xyxyPx, crowd });
const found = (score: number, xyxyPx: BoxPx) => ({ score, xyxyPx });

/**
 * Worked by hand. Three pictures, four true boxes and a crowd.
 *
 * Picture 1, truth A = [0,0,10,10], B = [20,0,30,10].
 *   0.9 on A exactly: IoU 1. A hit at every threshold.
 *   0.8 at [0,0,10,8]: IoU with A 80/100 = .8, but A is taken by the surer one. A false one at every threshold.
 *   0.7 at [20,0,30,6]: IoU with B 60/100 = .6. A hit at .50, .55, .60 and false from .65 on.
 *       (.60 is 0.5 + 2·0.05 = 0.6 within rounding; 60/100 is not smaller, see below.)
 * Picture 2, truth C = [0,0,10,10] and a crowd K = [50,0,100,50].
 *   0.6 at [0,0,10,9]: IoU with C .9. A hit up to .90, false at .95.
 *   0.5 at [60,0,70,10]: lies in K: its area in K over its own is 1. Counts for nothing.
 *   0.4 at [55,5,65,15]: in K too; a crowd is taken by many. Counts for nothing.
 * Picture 3, truth D = [0,0,10,10], nothing found there but 0.3 at [40,40,50,50]: a false one.
 *
 * Four boxes to be found. In the order of their scores, at IoU .50:
 *   score   .9   .8   .7   .6   .3          (.5 and .4 are gone)
 *   hit      1    0    1    1    0
 *   P        1   1/2  2/3  3/4  3/5
 *   R       1/4  1/4  2/4  3/4  3/4
 *   best P from here on: 1, 3/4, 3/4, 3/4, 3/5
 * Recalls 0 … 1 in steps of .01, each takes the first place whose R is not smaller:
 *   0 … .25   26 recalls, P 1      (first place)
 *   .26 … .50 25 recalls, P 3/4    (third place)
 *   .51 … .75 25 recalls, P 3/4    (fourth place)
 *   .76 … 1   25 recalls, P 0      (no place)
 *   AP50 = (26 + 50 · 3/4) / 101 = 63.5 / 101
 * At .65 the 0.7 is false: hits 1 0 0 1 0, P 1, 1/2, 1/3, 2/4, 2/5, best 1, 1/2, 1/2, 1/2, 2/5; R 1/4 1/4 1/4 2/4 2/4
 *   AP = (26 · 1 + 25 · 1/2) / 101 = 38.5 / 101, and so at .70 .75 .80 .85 .90 (see the test for .90).
 * At .95 only the first is a hit: AP = 26 / 101.
 */
const PICTURES: ClassInPicture[] = [
  {
    truth: [truth([0, 0, 10, 10]), truth([20, 0, 30, 10])],
    found: [found(0.7, [20, 0, 30, 6]), found(0.9, [0, 0, 10, 10]), found(0.8, [0, 0, 10, 8])],
  },
  {
    truth: [truth([50, 0, 100, 50], true), truth([0, 0, 10, 10])],
    found: [found(0.6, [0, 0, 10, 9]), found(0.5, [60, 0, 70, 10]), found(0.4, [55, 5, 65, 15])],
  },
  { truth: [truth([0, 0, 10, 10])], found: [found(0.3, [40, 40, 50, 50])] },
];

test('AP is what COCO’s definition gives, as worked by hand above', () => {
  const at = (iou: number) => averagePrecision(PICTURES, iou);
  expect(at(0.5)).toBeCloseTo(63.5 / 101, 12);
  expect(at(0.55)).toBeCloseTo(63.5 / 101, 12);
  expect(at(0.65)).toBeCloseTo(38.5 / 101, 12);
  expect(at(0.85)).toBeCloseTo(38.5 / 101, 12);
  expect(at(0.95)).toBeCloseTo(26 / 101, 12);
});

test('the ten thresholds of AP50-95 are those of COCO, and their mean is as worked by hand', () => {
  expect(IOU_THRESHOLDS.map((iou) => iou.toFixed(2)).join(' ')).toBe(
    '0.50 0.55 0.60 0.65 0.70 0.75 0.80 0.85 0.90 0.95',
  );
  // .60 and .90 meet IoUs of exactly 60/100 and 90/100: both are hits there, as 0.6 >= 0.6 and 0.9 >= 0.9.
  expect(IOU_THRESHOLDS[2]!).toBeLessThanOrEqual(60 / 100);
  expect(IOU_THRESHOLDS[8]!).toBeLessThanOrEqual(90 / 100);
  const all = IOU_THRESHOLDS.map((iou) => averagePrecision(PICTURES, iou)!);
  const byHand = (3 * 63.5 + 6 * 38.5 + 26) / 10 / 101;
  expect(all.reduce((sum, ap) => sum + ap, 0) / all.length).toBeCloseTo(byHand, 12);
});

test('a crowd is measured by how much of the found box lies in it, and is taken only where no true box fits', () => {
  expect(iouOf([0, 0, 10, 10], [5, 0, 100, 100], true)).toBe(0.5);
  expect(iouOf([0, 0, 10, 10], [5, 0, 15, 10])).toBeCloseTo(1 / 3, 12);
  // Within the crowd there is one true box: it is the hit, although the crowd overlaps more.
  const within = [{ truth: [truth([0, 0, 50, 50], true), truth([0, 0, 10, 10])], found: [found(0.9, [0, 0, 10, 8])] }];
  expect(averagePrecision(within, 0.5)).toBe(1);
});

test('beyond a hundred boxes a picture nothing counts, and without anything to find there is no AP', () => {
  const noise = Array.from({ length: 100 }, (_, i) => found(0.9 - i / 1000, [500 + i, 0, 510 + i, 10]));
  const late = [{ truth: [truth([0, 0, 10, 10])], found: [...noise, found(0.1, [0, 0, 10, 10])] }];
  expect(averagePrecision(late, 0.5)).toBe(0);
  expect(averagePrecision([{ truth: [truth([0, 0, 9, 9], true)], found: noise }], 0.5)).toBeNull();
});
