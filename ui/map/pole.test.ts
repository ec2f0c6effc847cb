import { expect, test } from 'vitest';
import { poleOf, type Ring } from './pole.ts';

test('the pole of a square is its middle', () => {
  const square: Ring = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
    [0, 0],
  ];
  const [x, y] = poleOf([square], 0.01);
  expect(Math.hypot(x - 2, y - 2)).toBeLessThan(0.1);
});

test('the pole of an L lies in its thick part, not at its centroid outside', () => {
  const corner: Ring = [
    [0, 0],
    [10, 0],
    [10, 1],
    [4, 1],
    [4, 10],
    [0, 10],
  ];
  const [x, y] = poleOf([corner], 0.01);
  expect(x).toBeGreaterThan(1);
  expect(x).toBeLessThan(3);
  expect(y).toBeGreaterThan(1);
});

test('a hole in the middle pushes the pole aside', () => {
  const outline: Ring = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ];
  const hole: Ring = [
    [3, 3],
    [7, 3],
    [7, 7],
    [3, 7],
  ];
  const [x, y] = poleOf([outline, hole], 0.01);
  expect(x > 3 && x < 7 && y > 3 && y < 7).toBe(false);
});
