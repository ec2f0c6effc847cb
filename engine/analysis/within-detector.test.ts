import { expect, test } from 'vitest';
import { newDetections } from '#models/detector.ts';
import { Box } from '../contract/observation.ts';
import { asShares } from './within-detector.ts';

test('scores that are no shares become such, as the parent expects them', () => {
  const out = newDetections();
  out.count = 5;
  out.scores.set([1.2, Number.POSITIVE_INFINITY, Number.NaN, -3, 0.5]);
  asShares(out);
  expect([...out.scores.subarray(0, 5)]).toEqual([1, 1, 0, 0, 0.5]);
  for (const score of out.scores.subarray(0, 5))
    expect(Box.safeParse({ xyxy: [0, 0, 1, 1], class: 'a', score }).success).toBe(true);
});
