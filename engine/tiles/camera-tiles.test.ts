import { VectorTile } from '@mapbox/vector-tile';
import { sql } from 'kysely';
import { PbfReader } from 'pbf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CAMERA_TILE_LAYER } from '../contract/camera-map.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { CameraTiles } from './camera-tiles.ts';

const CAMERAS = 9000;
const EVERYTHING = { division: '371400', department: null };
const POLICE_OF_ONE_COUNTY = { division: '371402', department: '公安' };

let city: TestStore;

/** Made cameras on a lattice over Dezhou, in two counties and two departments; each tenth is offline. */
beforeAll(async () => {
  city = await openTestStore('embedded');
  const { db } = city.store;
  await sql`
    insert into cameras (id, body, revision, county_code, county_name, division, department)
    select 'c' || i,
      jsonb_build_object('name', '测试点 ' || i, 'headingDeg', i % 360, 'algorithms',
        case when i % 16 = 0 then '[{"rule":"illegal-parking"}]'::jsonb else '[]'::jsonb end,
        'lngLat', jsonb_build_array(115.8 + (i % 250) * 0.006, 36.6 + (i / 250) * 0.007)),
      1, case when i % 2 = 0 then '371402' else '371403' end, '测试', case when i % 2 = 0 then '371402' else '371403' end,
      case when i % 3 = 0 then '公安' else '城管' end
    from generate_series(0, ${CAMERAS - 1}::int) i`.execute(db);
  await sql`
    insert into camera_states (id, state) select id, case when revision = 1 and right(id, 1) = '0' then 'offline' else 'playing' end
    from cameras`.execute(db);
  await sql`analyze cameras`.execute(db);
}, 60_000);
afterAll(() => city.remove());

function read(bytes: Uint8Array) {
  const layer = new VectorTile(new PbfReader(bytes)).layers[CAMERA_TILE_LAYER];
  const all = Array.from({ length: layer?.length ?? 0 }, (_, i) => layer!.feature(i));
  return all.map((feature) => ({ tags: feature.properties, at: feature.loadGeometry()[0]![0]!, feature }));
}

/** The tiles of a zoom that cover the lattice, from its north-west. */
function tilesOver(z: number): { z: number; x: number; y: number }[] {
  const column = (lng: number) => Math.floor(((lng + 180) / 360) * 2 ** z);
  const row = (lat: number) =>
    Math.floor((0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)) * 2 ** z);
  const tiles = [];
  for (let x = column(115.8); x <= column(117.3); x++)
    for (let y = row(36.86); y <= row(36.6); y++) tiles.push({ z, x, y });
  return tiles;
}

test('counts by county are those of the cameras that the viewer may see', async () => {
  const tiles = new CameraTiles(city.store);
  const all = await tiles.map(EVERYTHING);
  expect(all).toMatchObject({ cameras: CAMERAS, offline: CAMERAS / 10, each: null });
  expect(all.counties.map(({ code, cameras }) => [code, cameras])).toEqual([
    ['371402', CAMERAS / 2],
    ['371403', CAMERAS / 2],
  ]);
  expect(await tiles.map(POLICE_OF_ONE_COUNTY)).toMatchObject({ cameras: CAMERAS / 6, counties: [{ code: '371402' }] });
});

test('each camera is in one tile of a zoom, at its place, and the clusters add up to all of them', async () => {
  const tiles = new CameraTiles(city.store);
  const seen = new Set<string>();
  let clustered = 0;
  let offline = 0;
  for (const address of tilesOver(12)) {
    for (const { tags, feature } of read((await tiles.tile(EVERYTHING, address)).bytes)) {
      expect(seen.has(String(tags.id))).toBe(false);
      seen.add(String(tags.id));
      const i = Number(String(tags.id).slice(1));
      const [lng, lat] = (feature.toGeoJSON(address.x, address.y, address.z).geometry as { coordinates: number[] })
        .coordinates;
      expect(lng).toBeCloseTo(115.8 + (i % 250) * 0.006, 3);
      expect(lat).toBeCloseTo(36.6 + Math.floor(i / 250) * 0.007, 3);
      expect(tags).toMatchObject({ name: `测试点 ${i}`, headingDeg: i % 360, analysed: i % 16 === 0 });
    }
  }
  for (const address of tilesOver(10)) {
    const clusters = read((await tiles.tile(EVERYTHING, address)).bytes);
    expect(clusters.length).toBeLessThanOrEqual(64);
    clustered += clusters.reduce((sum, { tags }) => sum + Number(tags.cameras), 0);
    offline += clusters.reduce((sum, { tags }) => sum + Number(tags.offline), 0);
  }
  expect([seen.size, clustered, offline]).toEqual([CAMERAS, CAMERAS, CAMERAS / 10]);
});

test('a tile holds only what its viewer may see, whoever asked for it before', async () => {
  const tiles = new CameraTiles(city.store);
  const address = tilesOver(12)[20]!;
  const all = read((await tiles.tile(EVERYTHING, address)).bytes).map(({ tags }) => String(tags.id));
  const own = read((await tiles.tile(POLICE_OF_ONE_COUNTY, address)).bytes).map(({ tags }) => String(tags.id));
  const visible = (id: string) => Number(id.slice(1)) % 6 === 0;
  expect(own.sort()).toEqual(all.filter(visible).sort());
  expect(own.length).toBeGreaterThan(0);
});

test('asked for twice a tile is read once; a change of a camera makes a new version', async () => {
  let reads = 0;
  const { db } = city.store;
  const counted = db.withPlugin({
    transformQuery: ({ node }) => {
      reads++;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const tiles = new CameraTiles({ db: counted });
  const address = tilesOver(12)[3]!;
  const [a, b] = await Promise.all([tiles.tile(EVERYTHING, address), tiles.tile(EVERYTHING, address)]);
  expect(a.bytes).toBe(b.bytes);
  const readOnce = reads;
  await tiles.tile(EVERYTHING, address);
  expect(reads - readOnce, 'what is granted is asked anew, and nothing else').toBe(1);
  await sql`select record_change('camera', 'c0', '371402', '公安')`.execute(db);
  const later = await new CameraTiles(city.store).tile(EVERYTHING, address);
  expect(later.version).not.toBe(a.version);
});
