import { expect, test } from 'vitest';
import type { MapArea } from '#engine/contract/camera-area.ts';
import { readMapAddress, withMapAddress } from './map-address.ts';

const AREAS: MapArea[] = [
  { shape: 'circle', centre: [116.36, 37.43], radiusM: 250.5 },
  {
    shape: 'polygon',
    corners: [
      [116.36, 37.43],
      [116.37, 37.43],
      [116.365, 37.44],
    ],
  },
  {
    shape: 'corridor',
    line: [
      [116.36, 37.43],
      [116.37, 37.44],
    ],
    widthM: 40,
  },
  { shape: 'around-alert', alertId: '01K9ZZZZZZZZZZZZZZZZZZZZZZ', radiusM: 300 },
];

test.each(AREAS)('what is written into the address is read out of it again: $shape', (area) => {
  const address = withMapAddress('?alert=a1', {
    at: { centre: [116.36, 37.43], zoom: 13.25 },
    layers: new Set(['heat', 'cameras']),
    area,
  });
  expect(address).toMatch(/^\/\?alert=a1&at=116[.]36000,37[.]43000,13[.]25&layers=cameras,heat&area=/);
  expect(address).not.toContain('%');
  expect(readMapAddress(address.slice(1))).toEqual({
    at: { centre: [116.36, 37.43], zoom: 13.25 },
    layers: new Set(['heat', 'cameras']),
    area,
  });
});

test('what is not named stays, and null takes it away', () => {
  expect(withMapAddress('?alert=a1&layers=heat', { alertId: 'b' })).toBe('/?alert=b&layers=heat');
  expect(withMapAddress('?alert=a1&layers=', { layers: null, alertId: null })).toBe('/');
  expect(readMapAddress('?layers=').layers).toEqual(new Set());
});

test.each([
  '?at=1,2',
  '?at=116.3,97.4,12',
  '?at=a,b,c',
  '?area=circle:116.3,37.4',
  '?area=circle:116.3,37.4;-5',
  '?area=polygon:116.3,37.4;1,2',
  '?area=toString:1',
  '?area=around:;5',
])('what makes no sense in an address is left out: %s', (search) => {
  expect(readMapAddress(search)).toEqual({ at: null, layers: null, area: null });
});

test('the instant that the wall shows stands in the address beside all else, and goes by itself', () => {
  const atMs = Date.parse('2026-11-28T03:15:00.123+08:00');
  const past = withMapAddress('?alert=a1&layers=heat', { atMs });
  expect(new URLSearchParams(past.slice(2)).get('time')).toBe('2026-11-27T19:15:00.123Z');
  expect(past).toContain('alert=a1');
  expect(withMapAddress(past.slice(1), { alertId: 'b2' })).toContain('time=2026-11-27');
  expect(withMapAddress(past.slice(1), { atMs: null })).toBe('/?alert=a1&layers=heat');
});
