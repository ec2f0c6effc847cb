import { expect, test } from 'vitest';
import { alertUnwatchedSince, isWatching, sightOf, unwatchedSince, viewName } from './camera-sight.ts';

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

test('what it shows is known up to its fault, its last picture, or since when it connects', () => {
  const at = { stateSince: '2026-11-25T01:00:00.000Z', lastFrameAt: '2026-11-25T00:59:56.000Z' };
  expect(unwatchedSince({ state: 'playing', pictureFault: null, ...at })).toBeNull();
  expect(unwatchedSince({ state: 'degraded', pictureFault: null, ...at })).toBeNull();
  expect(unwatchedSince({ state: 'playing', pictureFault: covered, ...at })).toBe(covered.since);
  expect(unwatchedSince({ state: 'offline', pictureFault: covered, ...at })).toBe(covered.since);
  expect(unwatchedSince({ state: 'offline', pictureFault: null, ...at })).toBe(at.lastFrameAt);
  expect(unwatchedSince({ state: 'offline', pictureFault: null, ...at, lastFrameAt: null })).toBe(at.stateSince);
  expect(unwatchedSince({ state: 'connecting', pictureFault: null, ...at })).toBe(at.stateSince);
});

test('an alert of another view than the camera is at was last looked at when it was last seen', () => {
  const at = { stateSince: '2026-11-25T01:00:00.000Z', lastFrameAt: '2026-11-25T03:00:00.000Z' };
  const alert = { viewId: 'gate', lastSeenAt: '2026-11-25T02:30:00.000Z' };
  const camera = { state: 'playing', pictureFault: null, currentViewId: 'road', ...at } as const;
  expect(alertUnwatchedSince(camera, alert)).toBe(alert.lastSeenAt);
  expect(alertUnwatchedSince({ ...camera, currentViewId: 'gate' }, alert)).toBeNull();
  expect(alertUnwatchedSince({ ...camera, currentViewId: null }, alert)).toBeNull();
  expect(alertUnwatchedSince({ ...camera, pictureFault: covered }, alert)).toBe(covered.since);
});

test('a view without a name is called by its id, the first one by a word for it', () => {
  const views = [
    { id: 'gate', name: '大门', zones: [] },
    { id: 'road', zones: [] },
    { id: 'default', zones: [] },
  ];
  expect(['gate', 'road', 'gone', 'default'].map((id) => viewName({ views }, id, '默认视角'))).toEqual([
    ...['大门', 'road', 'gone', '默认视角'],
  ]);
});
