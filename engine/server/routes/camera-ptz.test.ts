import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Camera } from '../../contract/camera.ts';
import type { ChangeBatch } from '../../contract/change.ts';
import type { LibraryDetail } from '../../contract/library.ts';
import { HeldPtzLease, PtzPresetList, PtzUseList } from '../../contract/ptz.ts';
import { TestDevice } from '../../onvif/device-for-tests.ts';
import { type Client, EAST, IN_EAST, openSiteUnderTest, type SiteUnderTest, WEST } from '../site-under-test.ts';

const CAMERA = '/api/cameras/ptz-1';
const LEASE = `${CAMERA}/ptz/lease`;
const STILL = { pan: 0, tilt: 0, zoom: 0 };

let site: SiteUnderTest;
let device: TestDevice;
let admin: Client;
let ann: Client;
let ben: Client;
let order = 0;

beforeAll(async () => {
  site = await openSiteUnderTest();
  device = await TestDevice.open({ username: 'ptz-user', password: 'ptz-s3cret' });
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  ann = await site.signIn({ username: 'ann' });
  ben = await site.signIn({ username: 'ben', roles: ['dispatcher'] });
  for (const [id, onvif] of [
    ['ptz-1', device.address],
    ['fixed-1', undefined],
  ] as const) {
    const source = { kind: 'url', url: 'rtsp://root:s3cret@10.0.0.1/live' };
    const body = { id, name: id, source, lngLat: IN_EAST, tags: ['学校'], ...(onvif && { onvif }) };
    const made = await admin.send('POST', '/api/cameras', body);
    expect(made.status, made.text).toBe(201);
  }
}, 60_000);
afterAll(async () => {
  await site?.close();
  await device?.close();
});

const move = (client: Client, velocity: object) =>
  client.send('POST', `${CAMERA}/ptz/move`, { ...STILL, ...velocity, page: 'page', order: ++order });
const ptzOf = async (client: Client, id = 'ptz-1') => Camera.parse((await client.get(`/api/cameras/${id}`)).json).ptz;

test('a page sees that a camera can be turned and by whom it is, within a second; where and how it never does', async () => {
  expect(await ptzOf(ben)).toEqual({ lease: null });
  expect(await ptzOf(ben, 'fixed-1')).toBeNull();
  const wall = io(site.address, { transports: ['websocket'], extraHeaders: { cookie: ben.cookie } });
  try {
    const told: Camera[] = [];
    wall.on('changes', ({ items }: ChangeBatch) => {
      for (const item of items) if (item.kind === 'camera' && item.entity) told.push(Camera.parse(item.entity));
    });
    await new Promise((resolve) => wall.once('hello', resolve));
    site.live.refreshed.length = 0;
    const takenMs = performance.now();
    const taken = await ann.send('POST', LEASE, {});
    expect(taken.status, taken.text).toBe(200);
    const { by, since, accountId } = HeldPtzLease.parse(taken.json);
    expect(by).toBe('ann');
    // The shard was told before the answer: nothing is moved before the rules pause.
    expect(site.live.refreshed).toEqual(['ptz-1']);
    while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(performance.now() - takenMs).toBeLessThan(1000);
    expect(told[0]!.ptz).toEqual({ lease: { accountId, by, since } });

    const refused = await ben.send('POST', LEASE, {});
    expect([refused.status, refused.json]).toEqual([
      409,
      {
        code: 'ptz-held',
        message: 'ann turns this camera now.',
        got: { by, since },
        expected: 'a camera that nobody else turns',
      },
    ]);
    expect((await move(ben, { pan: 1 })).status).toBe(409);
    expect((await move(ann, { pan: 1 })).status).toBe(204);
    expect(device.isMoving).toBe(true);
    expect((await move(ann, {})).status).toBe(204);
    expect(device.isMoving).toBe(false);
    expect((await ann.send('DELETE', LEASE)).status).toBe(204);
    expect(await ptzOf(ben)).toEqual({ lease: null });
  } finally {
    wall.disconnect();
  }

  const everything = await Promise.all(
    [
      CAMERA,
      `${CAMERA}/revisions`,
      `${CAMERA}/register`,
      '/api/cameras?which=all',
      '/api/camera-pool?limit=100',
      '/api/cameras.csv',
      '/api/cameras.geojson',
      '/api/cameras.xml',
      '/api/changes?after=0&limit=500',
      '/api/ptz-uses',
    ].map(async (path) => {
      const answer = await admin.get(path);
      expect(answer.status, path).toBe(200);
      return answer.text;
    }),
  );
  const all = everything.join('\n') + site.logLines.join('\n');
  expect(all).toContain('ptz-1');
  for (const secret of ['ptz-user', 'ptz-s3cret', 'device_service', new URL(device.url).port])
    expect(all).not.toContain(secret);
});

test('only an administrator takes it over, with a reason; all of it is recorded', async () => {
  await ann.send('POST', LEASE, {});
  const takeOver = { reason: '火情' };
  expect((await ben.send('POST', LEASE, { takeOver })).status).toBe(403);
  expect((await admin.send('POST', LEASE, { takeOver: { reason: ' ' } })).status).toBe(400);
  expect((await admin.send('POST', LEASE, { takeOver })).status).toBe(200);
  expect((await ann.send('DELETE', LEASE)).status).toBe(409);
  expect((await admin.send('DELETE', LEASE)).status).toBe(204);
  expect((await ann.get('/api/ptz-uses')).status).toBe(403);
  const { items } = PtzUseList.parse((await admin.get('/api/ptz-uses?camera=ptz-1')).json);
  expect(items.slice(0, 3).map(({ act, by, detail }) => [act, by, detail])).toEqual([
    ['given-back', 'chief', ''],
    ['taken-over', 'chief', 'ann: 火情'],
    ['taken', 'ann', ''],
  ]);
});

test('presets: an operator calls them, who may edit the camera saves them', async () => {
  const listed = PtzPresetList.parse((await ann.get(`${CAMERA}/ptz/presets`)).json);
  expect(listed.items).toEqual([{ token: '1', name: '大门' }]);
  expect(listed.status).toMatchObject({ isMoving: false });
  expect((await ann.send('POST', `${CAMERA}/ptz/presets`, { name: '桥' })).status).toBe(403);
  expect((await admin.send('POST', `${CAMERA}/ptz/presets`, { name: '桥' })).json).toMatchObject({
    code: 'ptz-not-held',
  });
  await admin.send('POST', LEASE, {});
  expect((await admin.send('POST', `${CAMERA}/ptz/presets`, { name: '桥' })).json).toEqual({ token: '2', name: '桥' });
  expect((await admin.send('POST', `${CAMERA}/ptz/presets/2/go`, {})).status).toBe(204);
  const unknown = await admin.send('POST', `${CAMERA}/ptz/presets/9/go`, {});
  expect([unknown.status, (unknown.json as { code: string }).code]).toEqual([502, 'onvif-refused']);
  await admin.send('DELETE', LEASE);
});

test('a camera that is only granted to be played, and one that cannot turn, is refused; so is a model administrator', async () => {
  const outsider = await site.signIn({
    username: 'out',
    roles: ['administrator'],
    division: WEST.code,
    department: '卫健',
  });
  const modelAdmin = await site.signIn({ username: 'model', roles: ['model-admin'] });
  expect((await modelAdmin.send('POST', LEASE, {})).status).toBe(403);
  expect((await outsider.send('POST', LEASE, {})).status).toBe(404);
  const rule = { tags: ['学校'] };
  const made = await admin.send('POST', '/api/libraries', {
    name: '校园',
    division: EAST.code,
    department: '城管',
    rule,
  });
  const { id } = (made.json as LibraryDetail).library;
  const grant = { toDivision: WEST.code, toDepartment: '卫健', acts: ['see', 'play'], reason: '联防' };
  expect((await admin.send('POST', `/api/libraries/${id}/grants`, grant)).status).toBe(201);
  expect(await ptzOf(outsider)).toEqual({ lease: null });
  for (const [method, path, body] of [
    ['POST', LEASE, {}],
    ['POST', `${CAMERA}/ptz/move`, { ...STILL, page: 'page', order: 1 }],
    ['GET', `${CAMERA}/ptz/presets`, undefined],
    ['POST', `${CAMERA}/ptz/presets/1/go`, {}],
    ['POST', `${CAMERA}/ptz/presets`, { name: 'x' }],
  ] as const) {
    const refused = await outsider.send(method, path, body);
    expect([refused.status, (refused.json as { code: string }).code]).toEqual([403, 'not-granted']);
  }
  const fixed = await ann.send('POST', '/api/cameras/fixed-1/ptz/lease', {});
  expect([fixed.status, (fixed.json as { code: string }).code]).toEqual([409, 'not-turnable']);
});

test('an ONVIF address with a password in it, or of another scheme, is refused and not repeated', async () => {
  for (const url of ['http://u:pass-in-url@10.0.0.9/onvif', 'ftp://10.0.0.9/x-secret', 'file:///etc/passwd']) {
    const refused = await admin.send('PATCH', CAMERA, { onvif: { url, username: 'a', password: 'b-secret' } });
    expect(refused.status).toBe(400);
    expect(refused.text).not.toMatch(/pass-in-url|secret|passwd/);
  }
});
