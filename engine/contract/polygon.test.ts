import { expect, test } from 'vitest';
import type { Point } from './homography.ts';
import { polygonFault } from './polygon.ts';

const SQUARE: Point[] = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
];

test('a polygon is good in either direction, convex or not', () => {
  const notch: Point[] = [...SQUARE.slice(0, 2), [0.5, 0.5], ...SQUARE.slice(2)];
  for (const corners of [SQUARE, [...SQUARE].reverse(), notch, SQUARE.slice(0, 3)])
    expect(polygonFault(corners)).toBeNull();
  expect(polygonFault([...SQUARE.slice(0, 2), [0.9, 0.5], ...SQUARE.slice(2)])).toBeNull();
});

test('a bow tie crosses itself, and so does a side that touches another or runs back along it', () => {
  const [a, b, c, d] = SQUARE as [Point, Point, Point, Point];
  expect(polygonFault([a, c, b, d])).toBe('crosses-itself');
  expect(polygonFault([a, b, c, [0.5, 0.1], d])).toBe('crosses-itself');
  expect(polygonFault([a, b, [0.4, 0.1], d])).toBe('crosses-itself');
});

test('a point twice in a row, also over the end, and points without an area between them are told', () => {
  expect(polygonFault([...SQUARE, SQUARE[0]!])).toBe('point-twice');
  expect(polygonFault([SQUARE[0]!, SQUARE[0]!, ...SQUARE.slice(1)])).toBe('point-twice');
  expect(
    polygonFault([
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ]),
  ).toBe('no-area');
  expect(
    polygonFault([
      [0.5, 0.5],
      [0.501, 0.5],
      [0.501, 0.501],
      [0.5, 0.501],
    ]),
  ).toBe('no-area');
});
