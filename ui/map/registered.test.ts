import { expect, test } from 'vitest';
import type { DrawnCamera } from './city-layers.ts';
import { withRegistered } from './registered.ts';

const at: [number, number] = [116.3, 37.4];
const fault = { code: 'covered', since: '2026-11-29T00:00:00.000Z' } as const;
const live: DrawnCamera[] = [{ id: 'a', lngLat: at, state: 'playing', pictureFault: fault }];

test('each camera is drawn once: as it is live, or as it is registered', () => {
  const drawn = withRegistered(live, [
    { id: 'a', lngLat: at, state: 'connecting' },
    { id: 'b', lngLat: at, state: 'reachable' },
  ]);
  expect(drawn).toEqual([...live, { id: 'b', lngLat: at, state: 'reachable', pictureFault: null }]);
});

test('where all are live, nothing is drawn anew', () => {
  expect(withRegistered(live, [{ id: 'a', lngLat: at, state: 'connecting' }])).toBe(live);
});
