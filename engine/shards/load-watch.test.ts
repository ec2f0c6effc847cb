import { expect, test } from 'vitest';
import type { CameraFigures } from '../analysis/messages.ts';
import { LoadWatch } from './load-watch.ts';

/** A fleet of one shard and one camera, whose counters a test sets. */
function fleetForTest() {
  const shard = { settings: { shardId: 'shard-1' }, cpuMs: 0 };
  const figures = new Map<string, Partial<CameraFigures>>();
  const fleet = { shards: [shard], figures } as unknown as ConstructorParameters<typeof LoadWatch>[0];
  let nowMs = 0;
  const watch = new LoadWatch(fleet, () => nowMs);
  const tick = (cpuMs: number, looked: number, dropped = 0) => {
    nowMs += 5000;
    shard.cpuMs = cpuMs;
    figures.set('c', { analysed: looked, gated: 0, passedOver: 0, dropped });
    watch.sample();
  };
  return { watch, tick };
}

test('what was not measured long enough is not told', () => {
  const { watch, tick } = fleetForTest();
  expect(watch.read()).toMatchObject({ measuredMs: 0, usedCores: null });
  tick(1000, 1);
  tick(2000, 2);
  expect(watch.read().usedCores).toBeNull();
  watch.close();
});

test('cores and looks are those of the last minute, also over a restart of the shard', () => {
  const { watch, tick } = fleetForTest();
  for (let i = 1; i <= 5; i++) tick(2500 * i, 5 * i, i);
  expect(watch.read()).toMatchObject({ measuredMs: 20_000, usedCores: 0.5 });
  expect(watch.read().cameras.get('c')).toEqual({ looked: 20, dropped: 4, overMs: 20_000 });
  // Started again: its counters begin anew, and what they lost is not taken for work undone.
  tick(0, 0);
  tick(2500, 5);
  const { usedCores, cameras } = watch.read();
  expect(usedCores).toBeCloseTo(12_500 / 30_000);
  expect(cameras.get('c')).toMatchObject({ looked: 25, overMs: 25_000 });
  for (let i = 2; i <= 20; i++) tick(2500 * i, 5 * i);
  expect(watch.read().measuredMs).toBeLessThanOrEqual(60_000);
  expect(watch.read().usedCores).toBeCloseTo(0.5);
  watch.close();
});
