import { expect, test } from 'vitest';
import { pictureTimes } from './picture-times.ts';

const FRAME = 3600;
const shows = (units: Parameters<typeof pictureTimes>[0]) => pictureTimes(units).map((time) => time.showAtTicks);

test('pictures that arrive unevenly are shown evenly, as the stream’s clock says', () => {
  const arrivals = [1000, 1035, 1130, 1131, 1162];
  const units = arrivals.map((capturedAtMs, i) => ({ capturedAtMs, shownAtTicks: 50_000 + i * FRAME }));
  expect(shows(units)).toEqual([0, 3600, 7200, 10_800, 14_400]);
});

test('with B-frames each is shown in its order and decoded, one after the other, no later than it is shown', () => {
  // Decoded I P B B P B B, shown I B B P B B P.
  const order = [0, 3, 1, 2, 6, 4, 5];
  const units = order.map((place, i) => ({ capturedAtMs: 1000 + i * 40, shownAtTicks: 7 + place * FRAME }));
  const times = pictureTimes(units);
  expect(times.map((time) => time.showAtTicks)).toEqual(order.map((place) => place * FRAME));
  times.forEach((time, i) => {
    expect(time.decodeAtTicks).toBeLessThanOrEqual(time.showAtTicks);
    if (i > 0) expect(time.decodeAtTicks).toBeGreaterThan(times[i - 1]!.decodeAtTicks);
  });
});

test('the stream’s clock may pass its end, and begin anew after a pause that stays as long as it was', () => {
  const wraps = [0, 1, 2].map((i) => ({
    capturedAtMs: 1000 + i * 40,
    shownAtTicks: (2 ** 32 - FRAME + i * FRAME) % 2 ** 32,
  }));
  const anew = [0, 1].map((i) => ({ capturedAtMs: 13_000 + i * 40, shownAtTicks: 123_456 + i * FRAME }));
  expect(shows([...wraps, ...anew])).toEqual([0, 3600, 7200, 12_000 * 90, 12_040 * 90]);
});

test('a clock that runs at another speed, and none at all, are not believed: what counts is when a picture arrived', () => {
  const fast = Array.from({ length: 60 }, (_, i) => ({ capturedAtMs: i * 1000, shownAtTicks: i * 95_000 }));
  expect(shows(fast)).toEqual(fast.map((unit) => unit.capturedAtMs * 90));
  // Two that arrived at once are not shown at once.
  expect(shows([{ capturedAtMs: 5 }, { capturedAtMs: 45 }, { capturedAtMs: 45 }])).toEqual([0, 3600, 3601]);
});
