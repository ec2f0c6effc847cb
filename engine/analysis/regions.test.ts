import { expect, test } from 'vitest';
import type { Zone } from '#config/camera.ts';
import { planRegions, type Region } from './regions.ts';

const PICTURE = { width: 1920, height: 1080 };
const INPUT = { width: 416, height: 416 };
const WHOLE = { leftPx: 0, topPx: 0, widthPx: 1920, heightPx: 1080 };

function zone(left: number, top: number, right: number, bottom: number, kind: Zone['kind'] = 'no-parking'): Zone {
  return {
    kind,
    polygon: [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ],
  };
}

function plan(zones: Zone[], more: Partial<Parameters<typeof planRegions>[0]> = {}, picture = PICTURE) {
  return planRegions({ zones, algorithms: [{ rule: 'illegal-parking' }], ...more }, picture, INPUT);
}

const inside = (a: Region, b: Region) =>
  a.leftPx >= b.leftPx &&
  a.topPx >= b.topPx &&
  a.leftPx + a.widthPx <= b.leftPx + b.widthPx &&
  a.topPx + a.heightPx <= b.topPx + b.heightPx;

test('one region around the zones: half the longer side above them, a quarter elsewhere', () => {
  const { base, tiles } = plan([zone(0.4, 0.5, 0.5, 0.55), zone(0.6, 0.5, 0.7, 0.6)]);
  // The zones’ rectangle is 576 × 108 px at 768, 540.
  expect(base).toEqual({ leftPx: 624, topPx: 252, widthPx: 864, heightPx: 540 });
  expect(tiles).toEqual([]);
});

test('a small zone is not enlarged past the picture’s own pixels, and a region lies inside the picture', () => {
  expect(plan([zone(0.98, 0.01, 1, 0.03)]).base).toEqual({ leftPx: 1504, topPx: 0, widthPx: 416, heightPx: 416 });
});

test.each([
  ['a strip', zone(0.3, 0.5, 0.7, 0.52)],
  ['a pillar', zone(0.5, 0.2, 0.52, 0.7)],
  ['a corner', zone(0, 0.7, 0.2, 1)],
])('things in %s are squeezed no more than in the whole picture', (_, of) => {
  const { base } = plan([of]);
  expect(base.widthPx / base.heightPx).toBeGreaterThanOrEqual(0.999);
  expect(base.widthPx / base.heightPx).toBeLessThanOrEqual(1920 / 1080 + 0.001);
  expect(inside(base, WHOLE)).toBe(true);
  for (const side of Object.values(base)) expect(side % 2).toBe(0);
});

test('where it would enlarge things by less than a quarter, it is the whole picture', () => {
  expect(plan([zone(0.1, 0.4, 0.9, 0.9)]).base).toEqual(WHOLE);
  expect(plan([zone(0, 0, 0.1, 0.1), zone(0.9, 0.9, 1, 1)]).base).toEqual(WHOLE);
});

test('only zones of the rules that are bound count, and without any it is the whole picture', () => {
  const far = zone(0.4, 0.2, 0.5, 0.25);
  expect(plan([far, zone(0, 0, 1, 1, 'keep-clean')])).toEqual(plan([far]));
  expect(plan([far], { algorithms: [] }).base).toEqual(WHOLE);
  expect(plan([]).base).toEqual(WHOLE);
});

test('a dog is looked for with whoever leads it: in the whole picture', () => {
  const algorithms = [{ rule: 'illegal-parking' }, { rule: 'unleashed-dog' }] as const;
  expect(plan([zone(0.4, 0.5, 0.5, 0.6)], { algorithms }).base).toEqual(WHOLE);
});

test('whole: the whole picture, whatever the zones', () => {
  expect(plan([zone(0.4, 0.5, 0.5, 0.6)], { regions: 'whole' })).toEqual({ base: WHOLE, tiles: [] });
});

test.each([
  { picture: PICTURE, of: zone(0, 0, 1, 1), count: 6 },
  { picture: { width: 1080, height: 1920 }, of: zone(0, 0, 1, 1), count: 6 },
  { picture: { width: 1920, height: 1072 }, of: zone(0.3, 0.5, 0.7, 0.7), count: 2 },
  { picture: { width: 3840, height: 2160 }, of: zone(0, 0, 1, 1), count: 24 },
  { picture: { width: 768, height: 576 }, of: zone(0, 0, 1, 1), count: 0 },
])('tiles cover the base evenly and overlap by a quarter: $count of $picture.width×$picture.height', (row) => {
  const { base, tiles } = plan([row.of], { regions: 'tiles' }, row.picture);
  expect(tiles).toHaveLength(row.count);
  for (const tile of tiles) {
    expect(inside(tile, base)).toBe(true);
    expect(Math.max(tile.widthPx, tile.heightPx)).toBeLessThanOrEqual(832);
    expect([tile.leftPx % 2, tile.topPx % 2]).toEqual([0, 0]);
  }
  // A thing of a quarter of a tile is whole in one of them, wherever it stands.
  if (row.count === 0) return;
  const thingPx = 0.25 * Math.min(tiles[0]!.widthPx, tiles[0]!.heightPx) - 4;
  for (let leftPx = base.leftPx; leftPx + thingPx <= base.leftPx + base.widthPx; leftPx += 13) {
    for (let topPx = base.topPx; topPx + thingPx <= base.topPx + base.heightPx; topPx += 13) {
      const thing = { leftPx, topPx, widthPx: thingPx, heightPx: thingPx };
      if (!tiles.some((tile) => inside(thing, tile))) expect(thing).toBe('in a tile');
    }
  }
});
