import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readCamera } from '../../cameras/read-cameras.ts';
import { CameraImport, type ImportRow, ImportRowPage } from '../../contract/camera-import.ts';
import { type DeviceFault, type DeviceSettings, TestDevice } from '../../onvif/device-for-tests.ts';
import { type Client, IN_EAST, openSiteUnderTest, type SiteUnderTest } from '../site-under-test.ts';

let site: SiteUnderTest;
let admin: Client;
const opened: TestDevice[] = [];

beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
}, 60_000);
afterEach(async () => {
  for (const device of opened.splice(0)) await device.close();
});
afterAll(() => site?.close());

async function open(settings: DeviceSettings): Promise<TestDevice> {
  const device = await TestDevice.open({ username: 'nvr-user', password: 'p/w@#s3cret', ...settings });
  opened.push(device);
  return device;
}

const RECORDER: DeviceSettings = {
  channels: [
    {
      name: 'mainStream',
      streamUri: 'rtsp://192.168.1.64:8554/ch1?a=1&amp;b=2',
      subStreamUri: 'rtsp://192.168.1.64:8554/ch1/sub',
    },
    { name: 'mainStream', streamUri: 'rtsp://evil.example/ch2' },
    { name: 'mainStream', streamUri: 'file:///etc/passwd' },
  ],
};

async function ask(
  device: Pick<TestDevice, 'address'>,
  more: object = {},
): Promise<{ made: CameraImport; rows: ImportRow[] }> {
  const body = { ...device.address, id: 'nvr1', name: '东门', lngLat: IN_EAST, crs: 'WGS84', ...more };
  const begun = await admin.send('POST', '/api/camera-imports/onvif', body);
  expect(begun.status, begun.text).toBe(202);
  return settled((begun.json as CameraImport).id);
}

async function settled(id: string) {
  for (;;) {
    const made = CameraImport.parse((await admin.get(`/api/camera-imports/${id}`)).json);
    if (made.state === 'reading' || made.state === 'applying') continue;
    const answer = await admin.get(`/api/camera-imports/${id}/rows`);
    for (const secret of ['s3cret', 'nvr-user', 'rtsp:', 'device_service', 'passwd'])
      expect(answer.text + JSON.stringify(made)).not.toContain(secret);
    return { made, rows: ImportRowPage.parse(answer.json).items };
  }
}

test('a recorder’s channels become rows; applied, they are cameras with streams, a sub-stream and what turns them', async () => {
  const device = await open(RECORDER);
  const { made, rows } = await ask(device);
  expect(made).toMatchObject({ state: 'ready', format: 'onvif', counts: { added: 2, refused: 1 } });
  expect(rows.map(({ outcome, cameraId, name }) => [outcome, cameraId, name])).toEqual([
    ['added', 'nvr1-source0', '东门-1'],
    ['added', 'nvr1-source1', '东门-2'],
    ['refused', 'nvr1-source2', '东门-3'],
  ]);
  expect(rows[2]!.reasons.map(({ code, column, got }) => [code, column, got])).toEqual([
    ['bad-address', 'source', null],
  ]);
  expect((await admin.get('/api/cameras/nvr1-source0')).status).toBe(404);

  await admin.send('POST', `/api/camera-imports/${made.id}/apply`);
  expect((await settled(made.id)).made.state).toBe('applied');
  const first = (await readCamera(site.store.db, null, 'nvr1-source0'))!.config;
  const login = 'nvr-user:p%2Fw%40%23s3cret@127.0.0.1';
  expect(first.source?.url).toBe(`rtsp://${login}:8554/ch1?a=1&b=2`);
  expect(first.subSource?.url).toBe(`rtsp://${login}:8554/ch1/sub`);
  expect(first.onvif).toEqual({ ...device.address, profile: 'main0' });
  expect(first).toMatchObject({ lngLat: IN_EAST, resolution: { widthPx: 1920, heightPx: 1080 }, algorithms: [] });
  // The password goes to no host but the one that was named.
  const second = (await readCamera(site.store.db, null, 'nvr1-source1'))!.config;
  expect(second.source?.url).toBe(`rtsp://${login}/ch2`);
  expect(second.onvif).toBeUndefined();
  expect((await admin.get('/api/cameras/nvr1-source0')).json).toMatchObject({ ptz: { lease: null } });

  // Asked again there is nothing to do; with another password its addresses changed, and that is all that is said.
  expect((await ask(device)).made.counts).toMatchObject({ added: 0, changed: 0, same: 2 });
  const other = await open({ ...RECORDER, password: 'another' });
  const again = await ask(other);
  expect(again.made.counts).toMatchObject({ changed: 2 });
  expect(again.rows[0]!.changes.map(({ column, before, after }) => [column, before, after])).toEqual([
    ['source', null, null],
    ['subSource', null, null],
    ['onvif', null, null],
  ]);
});

test.each<[string, DeviceFault | 'password' | 'gone', string]>([
  ['refuses the password', 'password', 'onvif-wrong-credentials'],
  ['is not there', 'gone', 'onvif-unreachable'],
  ['is no ONVIF device', 'no-onvif', 'onvif-no-onvif'],
  ['points elsewhere', 'elsewhere', 'onvif-no-onvif'],
  ['answers without end', 'huge', 'onvif-too-large'],
])('what %s is told so, changes nothing, and is not quoted', async (_, fault, code) => {
  const device = await open(RECORDER);
  const { address } = device;
  if (fault === 'gone') await opened.pop()!.close();
  else if (fault !== 'password') device.fault = fault;
  const { made, rows } = await ask({
    address: { ...address, ...(fault === 'password' && { password: 'guess-s3cret' }) },
  });
  expect([made.state, made.problem?.code, rows]).toEqual(['failed', code, []]);
  expect(JSON.stringify(made)).not.toMatch(/welcome|127\.0\.0\.1|secret/);
});

test('only an administrator may have a device asked, and only over HTTP', async () => {
  const ann = await site.signIn({ username: 'ann' });
  const body = {
    url: 'http://192.0.2.1/onvif',
    username: 'u',
    password: 'p',
    id: 'x',
    name: 'x',
    lngLat: IN_EAST,
    crs: 'WGS84',
  };
  expect((await ann.send('POST', '/api/camera-imports/onvif', body)).status).toBe(403);
  for (const url of ['ftp://192.0.2.1/', 'file:///etc/passwd', 'http://u:p@192.0.2.1/', 'http://'])
    expect((await admin.send('POST', '/api/camera-imports/onvif', { ...body, url })).status).toBe(400);
  expect((await admin.send('POST', '/api/camera-imports/onvif', { ...body, crs: 'UTM' })).status).toBe(400);
});
