import { expect, test } from 'vitest';
import { fromHalf, toHalf } from './half-floats.ts';

test('every half that is a number comes back as it was', () => {
  for (let half = 0; half < 65536; half++) {
    const value = fromHalf(half);
    if (!Number.isNaN(value)) expect(toHalf(value)).toBe(half);
  }
});

test.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65520, 0x7c00],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 / 3, 0x3555],
  [Number.POSITIVE_INFINITY, 0x7c00],
])('%s is written as the nearest half, a tie as the even one', (value, half) => {
  expect(toHalf(value)).toBe(half);
});

test('what is no number stays none', () => {
  expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
});
