import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LngLat } from '#config/camera.ts';
import type { AreaCameras } from '../contract/camera-area.ts';
import { squareSideM, toLngLat, toMercator } from '../contract/metric-scale.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import type { DrawnArea } from './area-outline.ts';
import { selectByArea } from './select-by-area.ts';

const CAMERAS = 45_000;
const AIM: LngLat = [116.36, 37.43];
const EVERYTHING = { division: '371400', department: null };

let city: TestStore;

/** The place so many metres to the east and to the north of the aim, on the ellipsoid. */
function at(eastM: number, northM: number): LngLat {
  const [lng, lat] = AIM;
  return [lng + eastM / 88_540, lat + northM / 110_990];
}

async function add(id: string, lngLat: LngLat, more: object = {}, scope = { division: '371402', department: '公安' }) {
  const body = JSON.stringify({ name: id, lngLat, algorithms: [], ...more });
  await sql`insert into cameras (id, body, revision, county_code, county_name, division, department)
    values (${id}, ${body}, 1, '371402', '测试', ${scope.division}, ${scope.department})`.execute(city.store.db);
  await sql`insert into camera_states (id, state) values (${id}, 'unknown')`.execute(city.store.db);
}

/** A lattice far from the aim, so that an area is looked for among very many. */
beforeAll(async () => {
  city = await openTestStore('embedded');
  const { db } = city.store;
  await sql`
    insert into cameras (id, body, revision, county_code, county_name, division, department)
    select 'far' || i, jsonb_build_object('name', '远 ' || i, 'algorithms', '[]'::jsonb,
      'lngLat', jsonb_build_array(116.5 + (i % 250) * 0.004, 36.6 + (i / 250) * 0.004)), 1, '371403', '测试', '371403', '城管'
    from generate_series(0, ${CAMERAS - 1}::int) i`.execute(db);
  await sql`insert into camera_states (id, state) select id, 'unknown' from cameras`.execute(db);
  // North of the aim: one looks south at it, one nearer looks away, one nearer says nothing.
  await add('looks', at(0, 120), { headingDeg: 180, fovDeg: 60, source: { kind: 'url', url: 'rtsp://192.0.2.1/' } });
  await add('looks-far', at(0, 290), { headingDeg: 200 });
  await add('beyond-range', at(0, 250), { headingDeg: 180, rangeM: 200 });
  await add('away', at(0, 40), { headingDeg: 0, fovDeg: 60 });
  await add('silent', at(0, 60));
  await add('dome', at(-150, 0), { fovDeg: 360 });
  await add('at-it', at(2, 0), { headingDeg: 90 });
  await add('east', at(700, 0), { headingDeg: 270, rangeM: 1000 });
  await sql`analyze cameras`.execute(db);
}, 60_000);
afterAll(() => city.remove());

const ids = ({ items }: AreaCameras) => items.map(({ id }) => id);
const select = (area: DrawnArea, viewer = EVERYTHING as { division: string; department: string | null }, limit = 100) =>
  selectByArea(city.store.db, viewer, area, limit);

test('around a place those that look at it come first, then the unknown, then those that look away, each by distance', async () => {
  const found = await select({ shape: 'circle', centre: AIM, radiusM: 300 });
  expect(found.items.map(({ id, facing }) => [id, facing])).toEqual([
    ['at-it', 'towards'],
    ['looks', 'towards'],
    ['dome', 'towards'],
    ['looks-far', 'towards'],
    ['silent', 'unknown'],
    ['away', 'away'],
    ['beyond-range', 'away'],
  ]);
  expect(found).toMatchObject({ aim: AIM, total: 7, byFacing: { towards: 4, unknown: 1, away: 2 } });
  const distances = new Map(found.items.map(({ id, distanceM }) => [id, distanceM]));
  for (const [id, metres] of [
    ['looks', 120],
    ['dome', 150],
    ['looks-far', 290],
  ] as const)
    expect(Math.abs(distances.get(id)! - metres), id).toBeLessThanOrEqual(1.5);
  expect(found.items.filter(({ hasStream }) => hasStream).map(({ id }) => id)).toEqual(['looks']);
});

test('a bearing is reckoned across north, and on either side of the heading', async () => {
  await add('across-north', at(20, -100), { headingDeg: 10, fovDeg: 50 });
  await add('past-the-edge', at(20, -101), { headingDeg: 16, fovDeg: 50 });
  const found = await select({ shape: 'circle', centre: AIM, radiusM: 110 });
  const facing = new Map(found.items.map(({ id, facing }) => [id, facing]));
  // The aim lies 11° west of north from both.
  expect(facing.get('across-north')).toBe('towards');
  expect(facing.get('past-the-edge')).toBe('away');
});

test('a polygon holds what is inside of its outline, also of one with a bay', async () => {
  const bay = [at(-50, -50), at(200, -50), at(200, 400), at(100, 400), at(100, 20), at(-50, 20)];
  expect(ids(await select({ shape: 'polygon', corners: bay })).sort()).toEqual(['at-it']);
  const filled = [at(-50, -50), at(200, -50), at(200, 400), at(-50, 400)];
  expect(ids(await select({ shape: 'polygon', corners: filled })).sort()).toEqual(
    ['at-it', 'away', 'beyond-range', 'looks', 'looks-far', 'silent'].sort(),
  );
});

test('along a line are those within half of its width of it, also beyond its bends; their aim is its nearest point', async () => {
  const line = [at(-400, 30), at(300, 30), at(700, 50)];
  const narrow = await select({ shape: 'corridor', line, widthM: 64 });
  expect(ids(narrow).sort()).toEqual(['at-it', 'away', 'dome', 'silent'].sort());
  expect(narrow.aim).toBeNull();
  expect(narrow.items.find(({ id }) => id === 'away')!.distanceM).toBe(10);
  const wide = await select({ shape: 'corridor', line, widthM: 110 });
  expect(ids(wide)).toContain('east');
  expect(wide.items.find(({ id }) => id === 'east')!.distanceM).toBe(50);
});

test('only what the viewer may see is counted or named', async () => {
  await add('city-management', at(10, 10), {}, { division: '371402', department: '城管' });
  const circle: DrawnArea = { shape: 'circle', centre: AIM, radiusM: 300 };
  const police = await select(circle, { division: '371402', department: '公安' });
  expect(ids(police)).not.toContain('city-management');
  expect(police.total).toBe((await select(circle)).total - 1);
  expect(await select(circle, { division: '371403', department: null })).toMatchObject({ total: 0, items: [] });
});

test('among 45,000 cameras the nearest come first, and all are counted', async () => {
  const found = await select({ shape: 'circle', centre: [117, 36.96], radiusM: 20_000 }, EVERYTHING, 500);
  expect(found.items.length).toBe(500);
  const distances = found.items.map(({ distanceM }) => distanceM);
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
  // A lattice of 356 m by 444 m: so many of its points lie in the circle.
  const expected = (Math.PI * 20_000 ** 2) / (0.004 * 89_090 * (0.004 * 110_980));
  expect(Math.abs(found.total / expected - 1)).toBeLessThan(0.01);
  const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select id from cameras where
    point(mercator_x, mercator_y) <@ box(point(0.82, 0.38), point(0.8201, 0.3801))`.execute(city.store.db);
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('cameras_place');
});

test.each([
  ['a bow tie', [at(0, 0), at(100, 100), at(100, 0), at(0, 100)], 'area-crosses-itself'],
  ['a corner on another side', [at(0, 0), at(100, 0), at(100, 100), at(50, 0), at(0, 100)], 'area-crosses-itself'],
  ['a spike that folds back', [at(0, 0), at(100, 0), at(50, 0), at(0, 100)], 'area-crosses-itself'],
  [
    'a whole country',
    [
      [100, 20],
      [120, 20],
      [120, 40],
    ] as LngLat[],
    'area-too-wide',
  ],
  ['one place three times', [AIM, AIM, AIM], 'area-'],
])('what is no area is refused, and the error says why: %s', async (_name, corners, code) => {
  const refusal = await select({ shape: 'polygon', corners }).catch((error) => error);
  expect(refusal).toMatchObject({ status: 422, code: expect.stringContaining(code) });
  expect(refusal.got && refusal.expected).toBeTruthy();
});

test('metres on the Mercator square agree with the ellipsoid', () => {
  const [a, b] = [toMercator(AIM), toMercator([116.37, 37.44])];
  // By the ellipsoid’s two radii of curvature: 1419.5 m.
  expect(Math.hypot(a.x - b.x, a.y - b.y) * squareSideM(37.435)).toBeCloseTo(1419.5, -1);
  const back = toLngLat(a);
  expect(back[0]).toBeCloseTo(AIM[0], 9);
  expect(back[1]).toBeCloseTo(AIM[1], 9);
});
