import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BasemapConfig } from '#config/site.ts';
import type { Counties } from '../cameras/counties.ts';
import { toMercator } from '../contract/metric-scale.ts';
import type { BasemapTiles } from './basemap-tiles.ts';
import { openBasemap } from './open-basemap.ts';
import { pmtilesForTests } from './pmtiles-for-tests.ts';

const KEY = 's3cret key/&';
const IN_CITY = tileAt(12, [116.36, 37.43]);
const PICTURE = Buffer.from('89504e470d0a1a0a', 'hex');

let folder: string;
let upstream: Server;
let origin: string;
let asked: string[];
let answer: (path: string) => { status?: number; type?: string; body?: Buffer; location?: string };
let said: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengnao-basemap-'));
  upstream = createServer((request, response) => {
    asked.push(request.url!);
    const { status = 200, type = 'image/png', body = PICTURE, location } = answer(request.url!);
    response.writeHead(status, { 'content-type': type, ...(location && { location }) }).end(body);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  asked = [];
  said = [];
  answer = () => ({});
  await rm(join(folder, 'cache'), { recursive: true, force: true });
});
afterAll(async () => {
  upstream.close();
  await rm(folder, { recursive: true, force: true });
});

function tileAt(z: number, lngLat: [number, number]) {
  const { x, y } = toMercator(lngLat);
  return { z, x: Math.floor(x * 2 ** z), y: Math.floor(y * 2 ** z) };
}

const ring = [
  [116, 37],
  [117, 37],
  [117, 38],
  [116, 38],
  [116, 37],
];
const counties: Counties = {
  of: () => null,
  geojson: {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: { code: '1', name: '一' }, geometry: { type: 'Polygon', coordinates: [ring] } },
    ],
  },
};

async function open(more: object = {}, key: string | null = KEY): Promise<BasemapTiles | null> {
  const config = BasemapConfig.parse({
    kind: 'wmts',
    template: `${origin}/wmts?z={z}&x={x}&y={y}&tk={key}`,
    attribution: 'test',
    ...more,
  });
  return openBasemap(config, {
    siteDir: folder,
    cacheDir: join(folder, 'cache'),
    key,
    counties,
    say: (line) => said.push(line),
  });
}

test('a tile is asked for once, with the key, and afterwards comes from the disk, also after a restart', async () => {
  const first = (await open())!;
  const [a, b] = await Promise.all([first.tile(IN_CITY), first.tile(IN_CITY)]);
  expect([a, b].map((tile) => [tile?.mediaType, Buffer.from(tile!.bytes).equals(PICTURE)])).toEqual([
    ['image/png', true],
    ['image/png', true],
  ]);
  expect(asked).toEqual([`/wmts?z=12&x=${IN_CITY.x}&y=${IN_CITY.y}&tk=${encodeURIComponent(KEY)}`]);
  expect((await (await open())!.tile(IN_CITY))!.mediaType).toBe('image/png');
  expect(asked).toHaveLength(1);
  expect(JSON.stringify(first.about)).not.toContain('s3cret');
});

test('it is no open proxy: what is not of the city, or not of its zooms, is not asked for', async () => {
  const tiles = (await open({ minZoom: 8, maxZoom: 16 }))!;
  expect(await tiles.tile(tileAt(12, [2.35, 48.85]))).toBeNull();
  expect(await tiles.tile(tileAt(7, [116.36, 37.43]))).toBeNull();
  expect(await tiles.tile(tileAt(17, [116.36, 37.43]))).toBeNull();
  expect(asked).toEqual([]);
});

test.each([
  ['sends elsewhere', { status: 302, location: '/other' }, /status 302/],
  ['sends a page', { type: 'text/html', body: Buffer.from('<script>') }, /text\/html/],
  ['sends SVG, which may hold scripts', { type: 'image/svg+xml' }, /svg/],
  ['refuses', { status: 403 }, /status 403/],
  ['sends far too much', { body: Buffer.alloc(3 * 1024 * 1024) }, /more than 2097152 bytes/],
])('what is no picture is not handed on or kept: the server %s', async (_what, sent, reason) => {
  answer = () => sent;
  const tiles = (await open())!;
  await expect(tiles.tile(IN_CITY)).rejects.toThrow(reason);
  expect(asked).toHaveLength(1);
  expect(said.join('\n')).toMatch(reason);
  expect(said.join('\n')).not.toContain('s3cret');
  answer = () => ({});
  expect(await tiles.tile(IN_CITY)).not.toBeNull();
});

test('the disk that tiles take has a cap: what was not asked for longest goes', async () => {
  answer = () => ({ body: Buffer.alloc(400 * 1024) });
  const tiles = (await open({ cacheMiB: 1 }))!;
  const three = [0, 1, 2].map((i) => ({ ...IN_CITY, x: IN_CITY.x + i }));
  for (const address of three) await tiles.tile(address);
  await tiles.close();
  const [inner] = await readdir(join(folder, 'cache'));
  expect((await readdir(join(folder, 'cache', inner!))).sort()).toEqual(
    three.slice(1).map(({ z, x, y }) => `${z}-${x}-${y}.png`),
  );
});

test('without its key it is said that there is no base map, and why', async () => {
  expect(await open({}, null)).toBeNull();
  expect(said).toEqual(['The base map is not shown: CHENGNAO_BASEMAP_KEY is not set']);
});

test.each([
  'ftp://a.example/{z}/{x}/{y}',
  'https://{key}.example/{z}/{x}/{y}',
  'https://user:pw@a.example/{z}/{x}/{y}',
  'https://a.example/{z}/{x}',
  'https://a.example/{z}/{x}/{y}/{s}',
])('a template that could lead elsewhere, or is none, is refused: %s', (template) => {
  expect(BasemapConfig.safeParse({ kind: 'wmts', template, attribution: '' }).success).toBe(false);
});

test('a PMTiles file of the site folder gives its tiles, and says what they are', async () => {
  const roads = Buffer.from('tile bytes');
  await mkdir(join(folder, 'maps'), { recursive: true });
  await writeFile(join(folder, 'maps/roads.pmtiles'), pmtilesForTests(new Map([[0, roads]]), { layers: ['roads'] }));
  const config = BasemapConfig.parse({ kind: 'pmtiles', path: 'maps/roads.pmtiles', attribution: 'test' });
  const surroundings = { siteDir: folder, cacheDir: '', key: null, counties, say: (line: string) => said.push(line) };
  const tiles = (await openBasemap(config, surroundings))!;
  expect(tiles.about).toMatchObject({ kind: 'shapes', minZoom: 0, maxZoom: 0, vectorLayers: ['roads'] });
  const found = await tiles.tile({ z: 0, x: 0, y: 0 });
  expect(Buffer.from(found!.bytes).equals(roads)).toBe(true);
  expect(found!.mediaType).toBe('application/vnd.mapbox-vector-tile');
  expect(await tiles.tile({ z: 1, x: 0, y: 0 })).toBeNull();
  await tiles.close();

  await writeFile(
    join(folder, 'maps/roads.pmtiles'),
    'no map at all, but long enough to be read as a header'.repeat(9),
  );
  expect(await openBasemap(config, surroundings)).toBeNull();
  expect(said.at(-1)).toMatch(/^The base map is not shown: maps\/roads[.]pmtiles is no base map/);
  for (const path of ['/etc/a.pmtiles', '../a.pmtiles', 'maps/../../a.pmtiles'])
    expect(BasemapConfig.safeParse({ kind: 'pmtiles', path, attribution: '' }).success, path).toBe(false);
});
