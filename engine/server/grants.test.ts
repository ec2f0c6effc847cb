import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AreaCameras } from '../contract/camera-area.ts';
import { CameraHealthReport } from '../contract/camera-health.ts';
import { CameraMap } from '../contract/camera-map.ts';
import { PoolCamera, PoolCounts, PoolPage } from '../contract/camera-pool.ts';
import { ChangeBatch } from '../contract/change.ts';
import { Day } from '../contract/day.ts';
import type { GrantedAct, LibraryDetail } from '../contract/library.ts';
import { LibraryGrant, LibraryUsePage } from '../contract/library.ts';
import { VIDEO_PATH, VideoNews } from '../contract/video.ts';
import { CameraList, LibraryGrantList, LibraryHistory, LibraryList } from './shapes.ts';
import { type Client, EAST, IN_EAST, IN_WEST, openSiteUnderTest, type SiteUnderTest, WEST } from './site-under-test.ts';

const TILE_OF_EAST = '12/3375/1588';
const SOURCE = { kind: 'url', url: 'rtsp://root:s3cret@10.0.0.1/live' };
/** What a camera may be asked for, and what who sees it alone is answered. */
const ACTS = ['play', 'analyse', 'export'] as const;

let site: SiteUnderTest;
let admin: Client;
/** Of another county and department than the granted camera. */
let health: Client;
let neighbour: Client;
let library: string;

beforeAll(async () => {
  site = await openSiteUnderTest({ videoLingerMs: 50 });
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  health = await site.signIn({ username: '卫健员', roles: ['administrator'], division: WEST.code, department: '卫健' });
  neighbour = await site.signIn({
    username: 'fire',
    roles: ['administrator'],
    division: WEST.code,
    department: '消防',
  });
  const cameras = [
    ['shared-1', IN_EAST, '城管', ['学校'], true],
    ['secret-1', IN_EAST, '城管', [], true],
    ['health-1', IN_WEST, '卫健', ['学校'], false],
  ] as const;
  for (const [id, lngLat, department, tags, analysed] of cameras) {
    const algorithms = analysed ? [{ rule: 'illegal-parking' }] : [];
    const made = await admin.send('POST', '/api/cameras', {
      id,
      name: id,
      source: SOURCE,
      lngLat,
      department,
      tags,
      algorithms,
    });
    expect(made.status, made.text).toBe(201);
  }
  site.live.pictures.set('shared-1', { jpeg: Buffer.from('shared'), capturedAtMs: 1 });
  const body = { name: '校园周边', division: EAST.code, department: '城管', rule: { tags: ['学校'] } };
  const made = await admin.send('POST', '/api/libraries', body);
  expect(made.status, made.text).toBe(201);
  library = (made.json as LibraryDetail).library.id;
  // A day is told up to a few seconds before now.
  for (const history of ['camera_revisions', 'camera_state_changes'])
    await sql`update ${sql.table(history)} set at = at - interval '1 minute'`.execute(site.store.db);
}, 60_000);
afterAll(() => site.close());

async function grant(
  acts: GrantedAct[],
  to: object = { toDivision: WEST.code, toDepartment: '卫健' },
): Promise<string> {
  const made = await admin.send('POST', `/api/libraries/${library}/grants`, { ...to, acts, reason: '校园联防' });
  expect(made.status, made.text).toBe(201);
  return LibraryGrant.parse(made.json).id;
}
const revoke = (id: string) => admin.send('POST', `/api/library-grants/${id}/revoke`, { reason: '到期' });

/** Every place of the server that tells of cameras: whether the account gets the granted one there, and never the other. */
async function sights(client: Client): Promise<Record<string, boolean>> {
  const pool = async (query: string) =>
    PoolPage.parse((await client.get(`/api/camera-pool?${query}`)).json).items.map(({ id }) => id);
  const listed = async (which: string) =>
    CameraList.parse((await client.get(`/api/cameras?which=${which}`)).json).items.map(({ id }) => id);
  const counts = PoolCounts.parse((await client.get('/api/camera-pool-counts')).json);
  const map = CameraMap.parse((await client.get('/api/camera-map')).json);
  const tile = (await client.get(`/api/camera-map/tiles/${TILE_OF_EAST}`)).text;
  const around = { area: { shape: 'circle', centre: IN_EAST, radiusM: 100 } };
  const area = AreaCameras.parse((await client.send('POST', '/api/camera-area', around)).json);
  const health = CameraHealthReport.parse((await client.get('/api/camera-health')).json);
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const day = Day.parse((await client.get(`/api/days/${today}`)).json);
  const changes = (await client.get('/api/changes?after=0&limit=500')).text;
  const all = {
    pool: await pool('limit=100'),
    search: await pool('text=1'),
    all: await listed('all'),
    wall: await listed('wall'),
    area: area.items.map(({ id }) => id),
    day: day.cameras.map(({ id }) => id),
  };
  for (const text of [tile, changes, JSON.stringify(all)]) expect(text).not.toContain('secret-1');
  expect((await client.get('/api/cameras/secret-1')).status).toBe(404);
  return {
    ...Object.fromEntries(Object.entries(all).map(([place, ids]) => [place, ids.includes('shared-1')])),
    total: counts.total === 2,
    areaTotal: area.total === 1,
    health: health.groups.some(({ county, counts }) => county?.code === EAST.code && counts['never-seen'] === 1),
    byCounty: counts.byCounty.some(({ county }) => county?.code === EAST.code),
    byDepartment: counts.byDepartment.some(({ department }) => department === '城管'),
    mapEach: map.each?.some(({ id }) => id === 'shared-1') === true && !map.each.some(({ id }) => id === 'secret-1'),
    mapCounts: map.counties.some(({ code }) => code === EAST.code) && map.cameras === 2,
    tile: tile.includes('shared-1'),
    changes: changes.includes('shared-1'),
    camera: (await client.get('/api/cameras/shared-1')).status === 200,
    register: (await client.get('/api/cameras/shared-1/register')).status === 200,
    libraries: LibraryList.parse((await client.get('/api/libraries')).json).items.some(({ id }) => id === library),
    byLibrary: (await client.get(`/api/camera-pool?library=${library}`)).status === 200,
    countsByLibrary: (await client.get(`/api/camera-pool-counts?library=${library}`)).status === 200,
  };
}

/** What the account may do with the granted camera beyond seeing it. */
async function doings(client: Client): Promise<Record<(typeof ACTS)[number], boolean>> {
  const status = async (asked: Promise<{ status: number }>) => (await asked).status;
  const frame = await status(client.get('/api/cameras/shared-1/frame.jpg'));
  const video = await play(client, 'shared-1');
  video.close();
  expect(video.opened).toBe(frame === 200);
  const rules = { algorithms: [{ rule: 'illegal-parking', dwellMs: 60_000 }] };
  const patched = await status(client.send('PATCH', '/api/cameras/shared-1', rules));
  const exported = await Promise.all(['csv', 'geojson', 'xml'].map((end) => client.get(`/api/cameras.${end}`)));
  const inExport = exported.map(({ text }) => text.includes('shared-1'));
  expect(new Set(inExport).size).toBe(1);
  for (const { text } of exported) expect(text).not.toContain('secret-1');
  return { play: frame === 200, analyse: patched === 200, export: inExport[0]! };
}

async function play({ cookie }: Client, cameraId: string) {
  const line = new WebSocket(site.address.replace('http', 'ws') + VIDEO_PATH, { headers: { cookie } });
  const news: VideoNews[] = [];
  line.on('message', (data, isBinary) => isBinary || news.push(VideoNews.parse(JSON.parse(String(data)))));
  await once(line, 'open');
  line.send(JSON.stringify({ kind: 'play', cameraId }));
  await until(() => news.some(({ kind }) => kind === 'opened' || kind === 'refused'));
  return { news, opened: news.some(({ kind }) => kind === 'opened'), close: () => line.terminate() };
}

async function until(holds: () => boolean | Promise<boolean>, withinMs = 5000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`it did not come about within ${withinMs} ms`);
    await pause(10);
  }
}

const nowhere = (places: Record<string, boolean>) => Object.keys(places).filter((place) => places[place]);
const missing = (places: Record<string, boolean>) => Object.keys(places).filter((place) => !places[place]);

test('without a grant nothing of another department’s camera is seen; with one it is seen everywhere; revoked, it is gone', async () => {
  expect(nowhere(await sights(health))).toEqual([]);
  expect((await health.get(`/api/libraries/${library}`)).status).toBe(404);
  const id = await grant(['see']);
  expect(missing(await sights(health))).toEqual([]);
  expect(nowhere(await sights(neighbour))).toEqual([]);
  const register = PoolCamera.parse((await health.get('/api/cameras/shared-1/register')).json);
  expect(register.acts).toEqual(['see']);
  expect(PoolCamera.parse((await health.get('/api/cameras/health-1/register')).json).acts).toBeNull();
  expect((await revoke(id)).status).toBe(200);
  expect(nowhere(await sights(health))).toEqual([]);
  expect((await revoke(id)).json).toMatchObject({ code: 'already-revoked' });
});

test.each([...ACTS])('whoever sees may %s only by a grant of just that, and not after its revoke', async (act) => {
  const seeing = await grant(['see']);
  expect(await doings(health)).toEqual({ play: false, analyse: false, export: false });
  const refused = await health.get('/api/cameras/shared-1/frame.jpg');
  expect([refused.status, refused.json]).toMatchObject([403, { code: 'not-granted' }]);
  const id = await grant(['see', act]);
  expect(await doings(health)).toEqual({ play: false, analyse: false, export: false, [act]: true });
  expect(await doings(neighbour)).toEqual({ play: false, analyse: false, export: false });
  await revoke(id);
  expect(await doings(health)).toEqual({ play: false, analyse: false, export: false });
  await revoke(seeing);
});

test('who analyses sets rules and zones, and nothing else of the camera, and what was its own stays the owner’s', async () => {
  const id = await grant(['see', 'analyse']);
  for (const [method, path, body] of [
    ['PATCH', '/api/cameras/shared-1', { name: 'mine' }],
    ['PATCH', '/api/cameras/shared-1', { algorithms: [], department: '卫健' }],
    ['PATCH', '/api/cameras/shared-1', { source: SOURCE, algorithms: [] }],
    ['DELETE', '/api/cameras/shared-1', undefined],
    ['GET', '/api/cameras/shared-1/revisions', undefined],
  ] as const) {
    const answer = await health.send(method, path, body);
    expect([answer.status, answer.json], `${method} ${path}`).toMatchObject([403, { code: 'not-granted' }]);
  }
  expect((await health.send('POST', '/api/cameras/shared-1/views/default/accept', {})).json).toMatchObject({
    code: 'no-steady-picture',
  });
  const register = '编号,名称,经度,纬度\nshared-1,夺,116.7,37.4\n';
  const begun = await health.send('POST', '/api/camera-imports?fileName=a.csv&crs=WGS84', register);
  const imported = (begun.json as { id: string }).id;
  await until(
    async () => ((await health.get(`/api/camera-imports/${imported}`)).json as { state: string }).state === 'ready',
  );
  expect((await health.get(`/api/camera-imports/${imported}/rows`)).text).toContain('outside-your-scope');
  expect(
    (await health.send('PATCH', '/api/cameras/shared-1', { algorithms: [{ rule: 'illegal-parking' }] })).status,
  ).toBe(200);
  await revoke(id);
  expect((await health.send('PATCH', '/api/cameras/shared-1', { algorithms: [] })).status).toBe(404);
  expect((await health.send('POST', '/api/cameras/shared-1/views/default/accept', {})).status).toBe(404);
});

test('alerts of a granted camera stay with its owner', async () => {
  const alert = await site.raiseAlert('shared-1', IN_EAST);
  const id = await grant(['see', 'play', 'analyse', 'export']);
  expect((await health.get('/api/alerts')).text).not.toContain(alert);
  expect((await health.get(`/api/alerts/${alert}`)).status).toBe(404);
  expect((await health.get(`/api/alerts/${alert}/evidence.jpg`)).status).toBe(404);
  expect((await health.get('/api/changes?after=0&limit=500')).text).not.toContain(alert);
  expect((await admin.get(`/api/alerts/${alert}`)).status).toBe(200);
  // Neither does the day that it happened on tell of it to others.
  const day = `/api/days/${new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)}`;
  await sql`update alerts set raised_at = raised_at - interval '1 minute' where id = ${alert}`.execute(site.store.db);
  expect((await admin.get(`${day}/alerts`)).text).toContain(alert);
  expect((await health.get(`${day}/alerts`)).text).not.toContain(alert);
  expect((await health.get(day)).text).toContain('shared-1');
  await revoke(id);
  expect((await health.get(day)).text).not.toContain('shared-1');
});

describe('an open video of a granted camera', () => {
  const closes = async (video: Awaited<ReturnType<typeof play>>, code: string) => {
    await until(() => video.news.some(({ kind }) => kind === 'refused'));
    expect(video.news.find(({ kind }) => kind === 'refused')).toMatchObject({ problem: { code } });
    await until(() => !site.live.taps.has('shared-1'));
    video.close();
  };

  test('is closed by a revoke, and one that is still seen is refused as not granted', async () => {
    const seeing = await grant(['see']);
    const id = await grant(['see', 'play']);
    const video = await play(health, 'shared-1');
    expect(video.opened).toBe(true);
    await revoke(id);
    await closes(video, 'not-granted');
    await revoke(seeing);
  });

  test('is closed when the camera leaves the library, and when the library is edited', async () => {
    const id = await grant(['see', 'play']);
    let video = await play(health, 'shared-1');
    await admin.send('PATCH', '/api/cameras/shared-1', { tags: ['别的'] });
    await closes(video, 'not-found');
    await admin.send('PATCH', '/api/cameras/shared-1', { tags: ['学校'] });
    video = await play(health, 'shared-1');
    expect(video.opened).toBe(true);
    await admin.send('PATCH', `/api/libraries/${library}`, { removed: ['shared-1'] });
    await closes(video, 'not-found');
    await admin.send('PATCH', `/api/libraries/${library}`, { removed: [] });
    await revoke(id);
  });

  test('is closed when the grant ends by the clock', async () => {
    const endsAt = new Date(Date.now() + 1000).toISOString();
    await grant(['see', 'play'], { toDivision: WEST.code, toDepartment: '卫健', endsAt });
    const video = await play(health, 'shared-1');
    expect(video.opened).toBe(true);
    await closes(video, 'not-found');
    expect(nowhere(await sights(health))).toEqual([]);
  });
});

test('a page hears of what it may see now, of a granted camera’s changes, and of nothing when it may no longer', async () => {
  const batches: ChangeBatch[] = [];
  const wall = io(site.address, { transports: ['websocket'], forceNew: true, extraHeaders: { cookie: health.cookie } });
  wall.on('changes', (batch) => batches.push(ChangeBatch.parse(batch)));
  await new Promise((resolve) => wall.once('hello', resolve));
  const heard = () => batches.flatMap(({ items }) => items.map(({ kind, entityId }) => `${kind} ${entityId}`));
  const id = await grant(['see']);
  await until(() => heard().includes(`sight ${WEST.code}/卫健`));
  await admin.send('PATCH', '/api/cameras/shared-1', { headingDeg: 90 });
  await until(() => heard().includes('camera shared-1'));
  batches.length = 0;
  await revoke(id);
  await until(() => heard().includes(`sight ${WEST.code}/卫健`));
  batches.length = 0;
  const seq = batches.at(-1)?.toSeq;
  await admin.send('PATCH', '/api/cameras/shared-1', { headingDeg: 91 });
  await admin.send('PATCH', '/api/cameras/health-1', { headingDeg: 91 });
  await until(() => heard().includes('camera health-1'));
  expect(heard()).toEqual(['camera health-1']);
  expect(seq).toBeUndefined();
  wall.disconnect();
});

test('a department of any division, and all departments of a division, can be granted; a superior gets nothing by it', async () => {
  const everywhere = await grant(['see'], { toDepartment: '卫健' });
  expect((await health.get('/api/cameras/shared-1')).status).toBe(200);
  expect((await neighbour.get('/api/cameras/shared-1')).status).toBe(404);
  const west = await site.signIn({ username: 'west-all', division: WEST.code });
  expect((await west.get('/api/cameras/shared-1')).status).toBe(404);
  await revoke(everywhere);
  const division = await grant(['see'], { toDivision: WEST.code });
  for (const client of [health, neighbour, west]) expect((await client.get('/api/cameras/shared-1')).status).toBe(200);
  await revoke(division);
});

test('who makes, edits, grants and reads the record is an administrator of the owner, and of nobody else', async () => {
  const operator = await site.signIn({ username: 'east-op', division: EAST.code, department: '城管' });
  const owner = await site.signIn({
    username: 'east-admin',
    roles: ['administrator'],
    division: EAST.code,
    department: '城管',
  });
  const id = await grant(['see', 'play', 'analyse', 'export']);
  for (const client of [health, neighbour]) {
    for (const [method, path, body] of [
      ['PATCH', `/api/libraries/${library}`, { name: 'x' }],
      ['DELETE', `/api/libraries/${library}`, undefined],
      ['GET', `/api/libraries/${library}/grants`, undefined],
      ['POST', `/api/libraries/${library}/grants`, { toDepartment: '消防', acts: ['see'], reason: 'x' }],
      ['GET', `/api/libraries/${library}/history`, undefined],
      ['GET', `/api/libraries/${library}/uses`, undefined],
      ['POST', `/api/library-grants/${id}/revoke`, { reason: 'x' }],
    ] as const)
      expect((await client.send(method, path, body)).status, `${method} ${path}`).toBe(404);
  }
  const shown = (await health.get(`/api/libraries/${library}`)).json as LibraryDetail;
  expect(shown).toMatchObject({ making: null, library: { acts: ['see', 'play', 'analyse', 'export'], cameras: 1 } });
  expect((await operator.get(`/api/libraries/${library}`)).json).toMatchObject({ library: { acts: null } });
  expect((await operator.get(`/api/libraries/${library}/grants`)).status).toBe(403);
  const grants = LibraryGrantList.parse((await owner.get(`/api/libraries/${library}/grants`)).json).items;
  expect(grants[0]).toMatchObject({ id, state: 'holds', grantedBy: 'chief', reason: '校园联防' });
  await revoke(id);
  const history = LibraryHistory.parse((await owner.get(`/api/libraries/${library}/history`)).json).items;
  expect(history[0]).toMatchObject({ kind: 'revoked', by: 'chief', grant: { id, revokeReason: '到期' } });
  expect(history.at(-1)).toMatchObject({ kind: 'saved', by: 'chief', revision: 1 });
});

test('who of another department played, looked, analysed or exported is recorded; one’s own use is not', async () => {
  const uses = async () =>
    LibraryUsePage.parse((await admin.get(`/api/libraries/${library}/uses?limit=500`)).json).items;
  const before = (await uses()).length;
  const id = await grant(['see', 'play', 'analyse', 'export']);
  const owner = await site.signIn({ username: 'east-viewer', division: EAST.code, department: '城管' });
  (await play(owner, 'shared-1')).close();
  await owner.get('/api/cameras.csv');
  expect(await uses()).toHaveLength(before);
  (await play(health, 'shared-1')).close();
  await health.get('/api/cameras/shared-1/frame.jpg');
  await health.get('/api/cameras/shared-1/frame.jpg');
  await health.send('PATCH', '/api/cameras/shared-1', { algorithms: [{ rule: 'street-vendor' }] });
  await health.get('/api/cameras.csv');
  const now = (await uses()).slice(0, -before || undefined);
  expect(now.map(({ act, cameraId, cameras }) => [act, cameraId, cameras])).toEqual([
    ['export', null, 1],
    ['analyse', 'shared-1', 1],
    ['play', 'shared-1', 1],
  ]);
  expect(now[0]).toMatchObject({ by: '卫健员', division: WEST.code, department: '卫健' });
  expect((await uses()).filter(({ act }) => act === 'picture')).toHaveLength(1);
  const first = LibraryUsePage.parse((await admin.get(`/api/libraries/${library}/uses?limit=1`)).json);
  const second = LibraryUsePage.parse(
    (await admin.get(`/api/libraries/${library}/uses?limit=1&before=${first.next}`)).json,
  );
  expect(second.items[0]!.act).toBe('analyse');
  await revoke(id);
});

test('a library that is deleted takes its grants with it', async () => {
  const made = await admin.send('POST', '/api/libraries', {
    name: '临时',
    division: EAST.code,
    department: '城管',
    added: ['shared-1'],
  });
  const { id } = (made.json as LibraryDetail).library;
  await admin.send('POST', `/api/libraries/${id}/grants`, { toDepartment: '卫健', acts: ['see'], reason: 'x' });
  expect((await health.get('/api/cameras/shared-1')).status).toBe(200);
  expect((await admin.send('DELETE', `/api/libraries/${id}`)).status).toBe(204);
  expect((await health.get('/api/cameras/shared-1')).status).toBe(404);
  expect((await admin.get(`/api/libraries/${id}`)).status).toBe(404);
});
