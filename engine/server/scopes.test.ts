import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UNREAD } from '../algorithms/unread.ts';
import { addVersion } from '../algorithms/versions.ts';
import { setCameraState } from '../cameras/write-cameras.ts';
import { AlertPage } from '../contract/alert.ts';
import { CameraMap } from '../contract/camera-map.ts';
import { Problem } from '../contract/problem.ts';
import { TestDevice } from '../onvif/device-for-tests.ts';
import { proveSomething } from './proven-for-tests.ts';
import { CameraList, CaseList, SuppressionList, UnitList } from './shapes.ts';
import {
  CITY,
  type Client,
  EAST,
  IN_EAST,
  IN_WEST,
  openSiteUnderTest,
  type SiteUnderTest,
  signedIn,
  WEST,
} from './site-under-test.ts';
import { ROUTES } from './table.ts';

/** The zoom, column and row of the tile that {@link IN_EAST} lies in. */
const TILE_OF_EAST = '12/3375/1588';
/** On the site's calendar. */
const TODAY = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
const SECRET = 's3cret-p@ss';

let site: SiteUnderTest;
let device: TestDevice;
let admin: Client;
let west: Client;
let police: Client;
let ids: Record<'camera' | 'camera-import' | 'library' | 'alert' | 'case' | 'suppression' | 'officer', string>;
/** What belongs to no camera, division or department. */
/** What an officer of the east sees of the case, and what else of it lies below it. */
let officer: Client;
let ofCase: Record<'evidence' | 'photos' | 'voices', string>;
let algorithms: Record<'algorithm' | 'algorithm-upload' | 'algorithm-version' | 'shadow-alert', string>;
/** Of the pages on which algorithms are proven. */
let proven: Record<string, string>;

beforeAll(async () => {
  site = await openSiteUnderTest();
  device = await TestDevice.open({ password: SECRET });
  admin = await site.signIn({ username: 'chief', roles: ['administrator', 'dispatcher'] });
  west = await site.signIn({
    username: 'west',
    roles: ['administrator', 'dispatcher', 'operator'],
    division: WEST.code,
  });
  police = await site.signIn({ username: 'police', roles: ['dispatcher'], division: CITY, department: '公安' });
  const source = { kind: 'url', url: `rtsp://root:${SECRET}@10.0.0.1/live?token=${SECRET}` };
  for (const [id, lngLat] of [
    ['west-1', IN_WEST],
    ['east-1', IN_EAST],
  ] as const) {
    await admin.send('POST', '/api/cameras', { id, name: id, source, lngLat, onvif: device.address });
  }
  await setCameraState(
    site.store.db,
    'east-1',
    'offline',
    `rtsp://root:${SECRET}@10.0.0.1/live?token=${SECRET} is silent`,
  );
  await admin.send('POST', '/api/units', { id: 'east-unit', name: '陵城中队', division: EAST.code });
  const alert = await site.raiseAlert('east-1', IN_EAST);
  const opened = await admin.send('POST', '/api/cases', { alertIds: [alert] });
  await admin.send('POST', `/api/alerts/${alert}/false-alarm`, { reason: 'not so' });
  const { items } = SuppressionList.parse((await admin.get('/api/suppressions')).json);
  const register = `编号,名称,经度,纬度,主码流地址\nwest-2,新,116.3,37.4,rtsp://root:${SECRET}@10.0.0.1/other\n`;
  const begun = await admin.send('POST', '/api/camera-imports?fileName=a.csv&crs=WGS84', register);
  const imported = (begun.json as { id: string }).id;
  for (let state = ''; state !== 'ready'; )
    state = ((await admin.get(`/api/camera-imports/${imported}`)).json as { state: string }).state;
  const library = await admin.send('POST', '/api/libraries', { name: '陵城', rule: { divisions: [EAST.code] } });
  ids = {
    library: (library.json as { library: { id: string } }).library.id,
    'camera-import': imported,
    camera: 'east-1',
    alert,
    case: (opened.json as { id: string }).id,
    suppression: items[0]!.id,
    officer: '',
  };
  const clientId = 'scopes-test-client-1';
  await admin.send('POST', `/api/cases/${ids.case}/entries`, { kind: 'assigned', unitId: 'east-unit' });
  const person = { username: 'officer', displayName: 'o', password: 'a long enough word', unitId: 'east-unit' };
  ids.officer = ((await admin.send('POST', '/api/officers', person)).json as { id: string }).id;
  officer = await signedIn(site.address, 'officer', person.password);
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#444' } })
    .jpeg()
    .toBuffer();
  const asked = new URLSearchParams({ clientId, kind: 'before', takenAt: new Date().toISOString() });
  for (const [what, query, body] of [
    ['photos', asked, picture],
    ['voices', `clientId=${clientId}v&durationMs=900`, Buffer.from('1a45dfa3', 'hex')],
  ] as const) {
    await fetch(`${site.address}/api/patrol/cases/${ids.case}/${what}?${query}`, {
      ...{ method: 'POST', headers: { cookie: officer.cookie }, body: new Uint8Array(body) },
    });
  }
  ofCase = { evidence: alert, photos: clientId, voices: `${clientId}v` };
  const upload = { fileName: 'm.onnx', bytes: 10, name: 'bins' };
  const announced = await admin.send('POST', '/api/algorithm-uploads', upload);
  const inspection = {
    ...UNREAD,
    accepted: true,
    sha256: 'a'.repeat(64),
    manifest: { name: 'bins', version: '1.0.0' },
  };
  const version = await addVersion(site.store.db, { fileName: 'm.onnx', inspection, folder: 'x', by: 'chief' });
  algorithms = {
    algorithm: 'illegal-parking',
    'shadow-alert': await addShadowAlert(version),
    'algorithm-upload': (announced.json as { id: string }).id,
    'algorithm-version': version,
  };
  proven = await proveSomething(site, admin, algorithms['algorithm-version']);
}, 60_000);
afterAll(async () => {
  await site?.close();
  await device?.close();
});

/** Of east-1, as a version in its shadow would have raised it. */
async function addShadowAlert(version_id: string): Promise<string> {
  const at = new Date();
  const { id } = await site.store.db
    .insertInto('shadow_alerts')
    .values({
      ...{ id: 'shadow-1', version_id, camera_id: 'east-1', camera_name: 'east-1', view_id: 'default' },
      ...{
        rule: 'illegal-parking',
        algorithm: 'illegal-parking',
        class_group: 'vehicle',
        boxes: '[]',
        confidence: 0.9,
        dwell_ms: 1000,
      },
      ...{ started_at: at, raised_at: at, last_seen_at: at, picture: Buffer.from('a picture') },
      model: JSON.stringify({ name: 'bins', version: '1.0.0', sha256: 'a'.repeat(64) }),
      ...{ division: EAST.code, department: '城管' },
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

test('an account of another county or department sees no list, no id, no picture and no change of it', async () => {
  site.live.pictures.set('east-1', { jpeg: Buffer.from('east'), capturedAtMs: 1 });
  for (const client of [west, police]) {
    expect(CameraList.parse((await client.get('/api/cameras')).json).items.map(({ id }) => id)).not.toContain('east-1');
    expect(AlertPage.parse((await client.get('/api/alerts')).json).items).toEqual([]);
    expect(CaseList.parse((await client.get('/api/cases?state=all')).json).items).toEqual([]);
    expect(UnitList.parse((await client.get('/api/units')).json).items).toEqual([]);
    expect(SuppressionList.parse((await client.get('/api/suppressions?state=all')).json).items).toEqual([]);
    for (const path of [
      `/api/cameras/${ids.camera}`,
      `/api/cameras/${ids.camera}/frame.jpg`,
      `/api/alerts/${ids.alert}`,
      `/api/alerts/${ids.alert}/evidence.jpg`,
      `/api/cases/${ids.case}`,
      `/api/libraries/${ids.library}`,
      `/api/shadow-alerts/${algorithms['shadow-alert']}/picture.jpg`,
    ]) {
      expect((await client.get(path)).status, path).toBe(404);
      expect((await admin.get(path)).status, path).toBe(200);
    }
    const counted = CameraMap.parse((await client.get('/api/camera-map')).json);
    expect(counted.counties.map(({ code }) => code)).not.toContain(EAST.code);
    const tile = await client.get(`/api/camera-map/tiles/${TILE_OF_EAST}`);
    expect([tile.status, tile.text.includes('east-1')]).toEqual([200, false]);
    for (const path of ['/api/camera-health', '/api/camera-health.csv', '/api/camera-days', '/api/outages']) {
      const answer = await client.get(path);
      expect([answer.status, answer.text.includes(EAST.name)], path).toEqual([200, false]);
    }
    expect((await client.send('POST', '/api/cameras/east-1/probe', {})).status).toBe(client === west ? 404 : 403);
    const changes = (await client.get('/api/changes?after=0&limit=500')).text;
    for (const id of Object.values(ids)) expect(changes).not.toContain(id);
  }
});

test('a day that is replayed holds what the account may see, and a day that cannot be told is refused', async () => {
  const day = `/api/days/${TODAY}`;
  // It is told up to a few seconds before now.
  await expect.poll(async () => (await admin.get(`${day}/alerts`)).text, { timeout: 10_000 }).toContain(ids.alert);
  await expect.poll(async () => (await admin.get(day)).text, { timeout: 10_000 }).toContain(ids.case);
  expect((await admin.get(day)).text).toContain(ids.camera);
  for (const client of [west, police]) {
    const told = (await client.get(day)).text + (await client.get(`${day}/alerts`)).text;
    for (const id of [ids.alert, ids.case, ids.camera]) expect(told).not.toContain(id);
  }
  for (const [asked, status, code] of [
    ['2001-01-01', 404, 'before-history'],
    ['2999-01-01', 404, 'day-not-begun'],
    ['2026-02-30', 400, 'invalid-path'],
    ['today', 400, 'invalid-path'],
  ] as const) {
    const answer = await admin.get(`/api/days/${asked}`);
    expect([answer.status, Problem.parse(answer.json).code], asked).toEqual([status, code]);
  }
  expect((await site.stranger.get(day)).status).toBe(401);
});

test('a tile of the map holds what lies there; one that does not exist is refused with what was expected', async () => {
  const tile = await admin.get(`/api/camera-map/tiles/${TILE_OF_EAST}`);
  expect(tile.text).toContain('east-1');
  const { version } = CameraMap.parse((await admin.get('/api/camera-map')).json);
  const kept = await admin.get(`/api/camera-map/tiles/${TILE_OF_EAST}?v=${version}`);
  expect([tile, kept].map(({ headers }) => headers.get('cache-control'))).toEqual([
    'private, no-cache',
    'private, max-age=86400, immutable',
  ]);
  for (const path of ['3/1/1', '12/4096/0', '15/1/1', '12/-1/0', '12/x/0'])
    expect((await admin.get(`/api/camera-map/tiles/${path}`)).status, path).toBe(400);
});

test('what another county has cannot be changed either, and looks as if it were not there', async () => {
  const attempts: [string, string, unknown][] = [
    ['PATCH', `/api/cameras/${ids.camera}`, { name: 'mine now' }],
    ['POST', `/api/cameras/${ids.camera}/views/default/accept`, {}],
    ['DELETE', `/api/cameras/${ids.camera}`, undefined],
    ['PATCH', `/api/libraries/${ids.library}`, { name: 'mine now' }],
    ['DELETE', `/api/libraries/${ids.library}`, undefined],
    ['POST', `/api/libraries/${ids.library}/grants`, { toDepartment: '公安', acts: ['see'], reason: 'x' }],
    ['POST', `/api/alerts/${ids.alert}/acknowledge`, { comment: '' }],
    ['POST', `/api/alerts/${ids.alert}/false-alarm`, { reason: 'x' }],
    ['POST', `/api/suppressions/${ids.suppression}/revoke`, { reason: 'x' }],
    ['POST', '/api/cases', { alertIds: [ids.alert] }],
    ['POST', `/api/cases/${ids.case}/entries`, { kind: 'closed', note: 'x' }],
    ['POST', `/api/cases/${ids.case}/merges`, { caseId: 'x' }],
    ['POST', `/api/cases/${ids.case}/splits`, { caseId: 'x' }],
    ['POST', `/api/cases/${ids.case}/links`, { caseId: 'x' }],
  ];
  for (const [method, path, body] of attempts) {
    expect((await west.send(method, path, body)).status, `${method} ${path}`).toBe(404);
  }
  const camera = { name: 'x', source: { kind: 'url', url: 'rtsp://h/1' }, lngLat: IN_EAST };
  expect((await west.send('POST', '/api/cameras', camera)).status).toBe(403);
  expect((await west.send('PATCH', '/api/cameras/west-1', { lngLat: IN_EAST })).status).toBe(403);
  expect((await west.send('POST', '/api/units', { name: 'x', division: EAST.code })).status).toBe(403);
});

test('no answer of any route holds a camera’s address or its credentials', async () => {
  const filled = { ...ids, ...algorithms, ...proven, account: 'x' } as Record<string, string>;
  const texts: string[] = [];
  for (const { method, path, who } of ROUTES) {
    if (method !== 'GET') continue;
    const noun = path.replace('/patrol/', '/').split('/')[2]?.replace(/ies$/, 'y').replace(/s$/, '');
    const client = who === 'patrol.own' ? officer : admin;
    const { text, status } = await client.get(
      path
        .replace(':z/:x/:y', TILE_OF_EAST)
        .replace(':day', TODAY)
        .replace(':of', ofCase[path.split('/').at(-2) as keyof typeof ofCase])
        .replace(':n', '0')
        .replace(':id', filled[noun ?? ''] ?? 'x')
        .replace(/(now|before)[.]jpg$/, '$1.jpg?alert=x')
        .replace(/duplicates$/, 'duplicates?codeset=CJ/T 214&code=01-02&lng=116.7&lat=37.4'),
    );
    // Whose clip may be had is tested in routes/media.test.ts; this alert has none, no camera checked this case, and this version has no samples.
    expect(status, path).toBe(/[/](clip[.]mp4|(now|before)[.]jpg)$|samples/.test(path) ? 404 : 200);
    texts.push(text);
  }
  const source = { kind: 'url', url: `rtsp://root:${SECRET}@10.0.0.1/other` };
  texts.push((await admin.send('PATCH', '/api/cameras/west-1', { source })).text);
  texts.push((await admin.send('POST', '/api/cameras', { id: 'west-1', name: 'x', source, lngLat: IN_WEST })).text);
  texts.push((await admin.send('POST', '/api/cameras', { id: 'x y', name: 'x', source, lngLat: IN_WEST })).text);
  texts.push((await admin.send('PATCH', '/api/cameras/west-1', { source: { ...source, url: `x:${SECRET}` } })).text);
  texts.push((await admin.get('/api/changes?after=0&limit=500')).text);
  expect(texts.length).toBeGreaterThan(15);
  for (const text of texts) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('10.0.0.1/other');
    expect(text).not.toContain(device.url);
  }
  const { stateReason } = CameraList.parse((await admin.get('/api/cameras')).json).items.find(
    ({ id }) => id === 'east-1',
  )!;
  expect(stateReason).toMatch(/is silent$/);
  expect(site.logLines.join('\n')).not.toContain(SECRET);
});
