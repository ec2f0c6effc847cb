import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CameraConfig } from '#config/camera.ts';
import { account, area } from '../alerts/scene-for-tests.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import { createCamera, deleteCamera, patchCamera } from '../cameras/write-cameras.ts';
import type { Account } from '../contract/account.ts';
import { PTZ_DEAD_MAN_MS, PTZ_LEASE_MS } from '../contract/ptz.ts';
import { Refusal } from '../contract/refusal.ts';
import { TestDevice } from '../onvif/device-for-tests.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { readUses } from './leases.ts';
import { PtzDesk } from './ptz-desk.ts';

const ann: Account = { ...account('371400'), id: 'ann', displayName: 'Ann' };
const ben: Account = { ...account('371400'), id: 'ben', displayName: 'Ben' };
const elsewhere: Account = { ...account('371481'), id: 'eve', displayName: 'Eve' };

let testStore: TestStore;
let device: TestDevice;
let desk: PtzDesk;
let nowMs = 0;
const leased: string[] = [];
const said: string[] = [];
let cameras = 0;
let order = 0;

const db = () => testStore.store.db;
const openDesk = async (): Promise<PtzDesk> => {
  const opened = new PtzDesk({
    db: db(),
    nowMs: () => nowMs,
    onLease: async (id) => void leased.push(id),
    say: (line) => said.push(line),
  });
  await opened.start();
  return opened;
};
/** A camera of its own for each test. */
async function makeCamera(): Promise<string> {
  const id = `ptz-${++cameras}`;
  const source = { kind: 'url', url: 'rtsp://192.0.2.1/' };
  await createCamera(
    db(),
    CameraConfig.parse({ id, name: id, lngLat: [116.3, 37.45], source, onvif: device.address }),
    'test',
    area,
  );
  return id;
}
const move = (pan: number, tilt = 0, zoom = 0) => ({ pan, tilt, zoom, page: 'page', order: ++order });
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    (error) => (error instanceof Refusal ? error.code : String(error)),
  );
/** Time passes at once, and the desk looks. */
function pass(ms: number): void {
  nowMs += ms;
  desk.look();
}
/** Sooner than by its own clock, which is two seconds. */
const stands = () => expect.poll(() => device.isMoving, { timeout: 1500, interval: 10 }).toBe(false);
const isFree = (id: string) =>
  expect.poll(async () => (await readCamera(db(), null, id))?.lease, { timeout: 5000 }).toBeNull();
const actsAt = async (id: string) =>
  (await readUses(db(), ann, id)).map(({ act, by, detail }) => [act, by, detail]).reverse();

beforeAll(async () => {
  testStore = await openTestStore('embedded');
  device = await TestDevice.open();
  nowMs = Date.now();
  desk = await openDesk();
});
afterEach(() => {
  expect(said.splice(0)).toEqual([]);
});
afterAll(async () => {
  await desk?.close();
  await device?.close();
  await testStore?.remove();
});

test('one account turns a camera at a time: a second one learns who does and since when, until it is given back', async () => {
  const id = await makeCamera();
  leased.length = 0;
  const since = new Date(nowMs).toISOString();
  expect(await desk.take(id, ann)).toEqual({ accountId: 'ann', by: 'Ann', since, endsInMs: PTZ_LEASE_MS });
  expect((await readCamera(db(), null, id))?.lease).toEqual({ accountId: 'ann', by: 'Ann', since: new Date(nowMs) });

  const refused = await desk.take(id, ben).catch((error) => error);
  expect([refused.status, refused.code, refused.got]).toEqual([409, 'ptz-held', { by: 'Ann', since }]);
  expect(await codeOf(desk.move(id, ben, move(1)))).toBe('ptz-held');
  expect(await codeOf(desk.goToPreset(id, ben, '1'))).toBe('ptz-held');
  expect(await codeOf(desk.savePreset(id, ben, { name: 'x' }))).toBe('ptz-held');
  expect(await codeOf(desk.giveBack(id, ben))).toBe('ptz-held');
  expect(await codeOf(desk.take(id, elsewhere))).toBe('not-found');

  await desk.giveBack(id, ann);
  expect((await readCamera(db(), null, id))?.lease).toBeNull();
  expect(await codeOf(desk.move(id, ann, move(1)))).toBe('ptz-not-held');
  await desk.take(id, ben);
  await desk.giveBack(id, ben);
  expect(leased).toEqual([id, id, id, id]);
  expect(await actsAt(id)).toEqual([
    ['taken', 'Ann', ''],
    ['given-back', 'Ann', ''],
    ['taken', 'Ben', ''],
    ['given-back', 'Ben', ''],
  ]);
});

test('two who take it at the same moment: one has it, one is refused', async () => {
  const id = await makeCamera();
  const outcomes = await Promise.all([codeOf(desk.take(id, ann)), codeOf(desk.take(id, ben))]);
  expect(outcomes.sort()).toEqual(['done', 'ptz-held']);
  await desk.take(id, ben, 'test');
  await desk.giveBack(id, ben);
});

test('a lease that is renewed lasts, and one that is not ends by itself and stops the camera', async () => {
  const id = await makeCamera();
  await desk.take(id, ann);
  for (let i = 0; i < 4; i++) {
    pass(PTZ_LEASE_MS - 1000);
    await desk.take(id, ann);
  }
  await desk.move(id, ann, move(1));
  pass(PTZ_LEASE_MS);
  await stands();
  await isFree(id);
  expect(await codeOf(desk.move(id, ann, move(1)))).toBe('ptz-not-held');
  expect(await actsAt(id)).toEqual([
    ['taken', 'Ann', ''],
    ['turned', 'Ann', 'pan 1 tilt 0 zoom 0'],
    ['ended', 'engine', 'Ann'],
  ]);
});

test('a camera stops when the key is let go, and by itself when nobody says to go on', async () => {
  const id = await makeCamera();
  await desk.take(id, ann);
  await desk.move(id, ann, move(0.5, -0.5));
  expect(device.isMoving).toBe(true);
  await desk.move(id, ann, move(0));
  expect(device.isMoving).toBe(false);

  const moves = device.count('ContinuousMove');
  await desk.move(id, ann, move(-1));
  pass(PTZ_DEAD_MAN_MS - 100);
  await desk.move(id, ann, move(-1));
  // The device has it already, and is told again only before its own time is over.
  expect(device.count('ContinuousMove')).toBe(moves + 1);
  pass(PTZ_DEAD_MAN_MS - 100);
  await desk.move(id, ann, move(-1));
  expect(device.count('ContinuousMove')).toBe(moves + 2);
  expect(device.isMoving).toBe(true);
  pass(PTZ_DEAD_MAN_MS);
  await stands();
  // It still is Ann's.
  expect(await codeOf(desk.take(id, ben))).toBe('ptz-held');
  await desk.giveBack(id, ann);
  const turned = (await actsAt(id)).filter(([act]) => act === 'turned');
  expect(turned.map(([, , detail]) => detail)).toEqual(['pan 0.5 tilt -0.5 zoom 0', 'pan -1 tilt 0 zoom 0']);
});

test('a move that comes after the stop it was sent before is passed over', async () => {
  const id = await makeCamera();
  await desk.take(id, ann);
  const late = move(1);
  await desk.move(id, ann, move(0));
  await desk.move(id, ann, late);
  expect(device.isMoving).toBe(false);
  // Another page of hers counts by itself.
  await desk.move(id, ann, { ...late, page: 'other', order: 0 });
  expect(device.isMoving).toBe(true);
  await desk.giveBack(id, ann);
});

test('an administrator takes it over with a reason: it stops, and who had it is refused', async () => {
  const id = await makeCamera();
  await desk.take(id, ann);
  await desk.move(id, ann, move(1));
  await desk.take(id, ben, '火情');
  await stands();
  expect(await codeOf(desk.move(id, ann, move(1)))).toBe('ptz-held');
  expect(await codeOf(desk.take(id, ann))).toBe('ptz-held');
  await desk.giveBack(id, ben);
  expect((await actsAt(id)).filter(([act]) => act === 'taken-over')).toEqual([['taken-over', 'Ben', 'Ann: 火情']]);
});

test('an engine that ends stops the camera and does not forget who has it; the lease lasts its whole time again', async () => {
  const id = await makeCamera();
  await desk.take(id, ann);
  await desk.move(id, ann, move(1));
  await desk.close();
  expect(device.isMoving).toBe(false);
  nowMs += 10 * PTZ_LEASE_MS;
  desk = await openDesk();
  expect(await codeOf(desk.take(id, ben))).toBe('ptz-held');
  await desk.move(id, ann, move(0, 1));
  expect(device.isMoving).toBe(true);

  // It was killed: the next one stops what turns.
  const next = await openDesk();
  await stands();
  await next.close();
  pass(PTZ_LEASE_MS);
  await isFree(id);
  expect(await codeOf(desk.take(id, ben))).toBe('done');
  await desk.giveBack(id, ben);
});

test('presets are listed without a lease, gone to and saved with one', async () => {
  const id = await makeCamera();
  expect((await desk.presets(id, ann)).items).toEqual([{ token: '1', name: '大门' }]);
  await desk.take(id, ann);
  await desk.move(id, ann, move(0, 1));
  await sleep(100);
  await desk.move(id, ann, move(0));
  const saved = await desk.savePreset(id, ann, { name: '桥头' });
  await desk.goToPreset(id, ann, '1');
  pass(PTZ_DEAD_MAN_MS);
  expect((await desk.presets(id, ann)).items).toEqual([{ token: '1', name: '大门' }, saved]);
  expect(await codeOf(desk.goToPreset(id, ann, '77'))).toBe('onvif-refused');
  await desk.giveBack(id, ann);
  expect((await actsAt(id)).map(([act, , detail]) => [act, detail])).toEqual([
    ['taken', ''],
    ['turned', 'pan 0 tilt 1 zoom 0'],
    ['preset-saved', `${saved.token} 桥头`],
    ['preset-called', '1'],
    ['preset-called', '77'],
    ['given-back', ''],
  ]);
});

test('a device that does not answer is told to who turns it, and does not keep the camera', async () => {
  const id = await makeCamera();
  await desk.take(id, ann);
  await device.close();
  expect(await codeOf(desk.move(id, ann, move(1)))).toBe('onvif-unreachable');
  await desk.giveBack(id, ann);
  expect((await readCamera(db(), null, id))?.lease).toBeNull();
  // As the move failed, and as it was given back: each tries a few times.
  const line = `camera ${id}: not stopped: ECONNREFUSED`;
  await expect.poll(() => said, { timeout: 5000 }).toEqual([line, line]);
  said.length = 0;
  device = await TestDevice.open();
});

test('a camera without an ONVIF address, and one that was deleted, is nobody’s to turn', async () => {
  const id = await makeCamera();
  await desk.take(id, ann);
  await patchCamera(db(), id, { onvif: null }, 'test', area);
  expect(await codeOf(desk.take(id, ann))).toBe('not-turnable');
  expect(await codeOf(desk.move(id, ann, move(1)))).toBe('not-turnable');
  await deleteCamera(db(), id, 'test');
  pass(PTZ_LEASE_MS);
  expect(await codeOf(desk.take(id, ann))).toBe('not-found');
  expect(await db().selectFrom('ptz_leases').selectAll().execute()).toEqual([]);
});

test('what was recorded cannot be changed', async () => {
  await expect(sql`update ptz_uses set by = 'x'`.execute(db())).rejects.toThrow('stays');
  await expect(sql`delete from ptz_uses`.execute(db())).rejects.toThrow('stays');
});
