import { expect, test } from 'vitest';
import { correctionMs, narrowSkew } from './clock.ts';

test('clocks that may agree are not corrected', () => {
  expect(correctionMs(null)).toBe(0);
  expect(correctionMs(narrowSkew(null, 10_000, 10_400, 10_450))).toBe(0);
});

test('a machine that is two minutes slow is corrected to within a second', () => {
  let skew = narrowSkew(null, 130_000, 10_400, 10_450);
  skew = narrowSkew(skew, 131_000, 11_100, 11_150);
  expect(Math.abs(correctionMs(skew) - 120_000)).toBeLessThan(1000);
});

test('a clock that was set anew is taken as it is now', () => {
  const slow = narrowSkew(null, 130_000, 10_400, 10_450);
  expect(correctionMs(narrowSkew(slow, 130_000, 130_600, 130_650))).toBe(0);
});
