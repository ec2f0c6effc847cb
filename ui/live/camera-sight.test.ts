import { expect, test } from 'vitest';
import { isWatching, sightOf } from './camera-sight.ts';

const covered = { code: 'covered', since: '2026-11-25T02:00:00.000Z' } as const;

test('only a camera that plays and has no picture fault is watching', () => {
  expect(isWatching({ state: 'playing', pictureFault: null })).toBe(true);
  expect(isWatching({ state: 'playing', pictureFault: covered })).toBe(false);
  expect(isWatching({ state: 'offline', pictureFault: null })).toBe(false);
  expect(isWatching({ state: 'connecting', pictureFault: null })).toBe(false);
});

test('a camera without pictures is offline, whatever was wrong with its last one', () => {
  expect(sightOf({ state: 'offline', pictureFault: covered })).toBe('offline');
  expect(sightOf({ state: 'connecting', pictureFault: covered })).toBe('connecting');
  expect(sightOf({ state: 'playing', pictureFault: covered })).toBe('faulty');
});
