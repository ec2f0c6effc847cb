import { expect, test } from 'vitest';
import { DamageWindow } from './damage-window.ts';

/** What is told of a 25 fps stream, second by second, with these shares damaged. */
function told(shares: number[]): boolean[] {
  const counters = { accessUnits: 0, keyUnits: 0, damagedUnits: 0, lostPackets: 0, bytes: 0, connects: 1 };
  const window = new DamageWindow();
  window.restart(counters);
  return shares.map((share, i) => {
    counters.accessUnits += 25;
    counters.damagedUnits += 25 * share;
    window.look(counters, 1000 * (i + 1));
    return window.high;
  });
}
const seconds = (count: number, share: number) => Array<number>(count).fill(share);

test('a loss of 5 % is told within seconds, one of 4 % is not', () => {
  expect(told(seconds(5, 0.06)).at(-1)).toBe(true);
  expect(told(seconds(300, 0.04)).some(Boolean)).toBe(false);
  expect(told([0.04]).at(-1)).toBe(false);
});

test('it is told until the last minute had less than 1 %: a share in between changes nothing', () => {
  const states = told([...seconds(60, 0.1), ...seconds(120, 0.03), ...seconds(70, 0)]);
  expect(states.slice(10, 180).every(Boolean)).toBe(true);
  expect(states.at(-1)).toBe(false);
  expect(states.lastIndexOf(true)).toBeLessThan(180 + 62);
});
