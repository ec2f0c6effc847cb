import { expect, test } from 'vitest';
import { BatchClock } from './batch-clock.ts';

test('the first change is due at once', () => {
  expect(new BatchClock(200).changed(5)).toBe(0);
});

test('changes that come while a batch is due are taken along by it', () => {
  const clock = new BatchClock(200);
  clock.changed(0);
  expect(clock.changed(0)).toBeNull();
  clock.begin(0);
  expect(clock.changed(5)).toBe(15);
  expect(clock.changed(12)).toBeNull();
});

test('in a quiet city a change does not wait because another one was sent just before', () => {
  const clock = new BatchClock(200);
  for (const atMs of [0, 60, 400, 450, 500, 2000]) {
    expect(clock.changed(atMs), `at ${atMs} ms`).toBe(0);
    clock.begin(atMs);
  }
});

test('a storm of changes gives one batch per span after the first ten, and no change waits longer than the span', () => {
  const clock = new BatchClock(200);
  const batchesAtMs: number[] = [];
  const waitsMs: number[] = [];
  let dueAtMs: number | null = null;
  let waiting: number[] = [];
  for (let nowMs = 0; nowMs <= 2_000; nowMs += 1) {
    if (nowMs % 5 === 0) {
      const waitMs = clock.changed(nowMs);
      if (waitMs !== null) dueAtMs = nowMs + waitMs;
      waiting.push(nowMs);
    }
    if (dueAtMs !== null && nowMs >= dueAtMs) {
      clock.begin(nowMs);
      batchesAtMs.push(nowMs);
      waitsMs.push(...waiting.map((atMs) => nowMs - atMs));
      waiting = [];
      dueAtMs = null;
    }
  }
  expect(batchesAtMs).toEqual([
    ...[0, 20, 40, 60, 80, 100, 120, 140, 160, 180],
    ...[200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000],
  ]);
  expect(Math.max(...waitsMs)).toBeLessThanOrEqual(200);
});
