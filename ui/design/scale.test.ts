import { expect, test } from 'vitest';
import { clampScale, scaleFromViewing, stepScale } from './scale.ts';

test('at three metres from a 55-inch full-HD screen, text grows by half', () => {
  expect(scaleFromViewing(3, 0.63, 1)).toBeCloseTo(1.69, 1);
});

test('steps go to the next offered size and stop at the ends', () => {
  expect(stepScale(1, 1)).toBe(1.1);
  expect(stepScale(1, -1)).toBe(0.9);
  expect(stepScale(1.69, -1)).toBe(1.5);
  expect(stepScale(3, 1)).toBe(3);
  expect(stepScale(0.8, -1)).toBe(0.8);
});

test('a kept size that is nonsense becomes a usable one', () => {
  expect(clampScale(Number('abc'))).toBe(1);
  expect(clampScale(900)).toBe(4);
});
