import { setTimeout as pause } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { setCameraState } from '../cameras/write-cameras.ts';
import { ChangeBatch, type ClientToServerEvents, type ServerToClientEvents } from '../contract/change.ts';
import { lastSeq } from '../store/changes.ts';
import { type Client, EAST, IN_EAST, IN_WEST, openSiteUnderTest, type SiteUnderTest, WEST } from './site-under-test.ts';

type Wall = Socket<ServerToClientEvents, ClientToServerEvents>;

let site: SiteUnderTest;
let admin: Client;
let west: Client;
let east: Client;
const walls: Wall[] = [];

beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  west = await site.signIn({ username: 'west', division: WEST.code });
  east = await site.signIn({ username: 'east', division: EAST.code });
  await addCamera('west-1', IN_WEST);
  await addCamera('east-1', IN_EAST);
});
afterEach(() => {
  for (const wall of walls.splice(0)) wall.disconnect();
});
afterAll(() => site.close());

async function addCamera(id: string, lngLat: [number, number]) {
  const source = { kind: 'url', url: 'rtsp://root:s3cret@10.0.0.1/live' };
  expect((await admin.send('POST', '/api/cameras', { id, name: id, source, lngLat })).status).toBe(201);
}

function connect(cookie: string, headers: Record<string, string> = {}): Wall {
  const wall: Wall = io(site.address, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { cookie, ...headers },
  });
  walls.push(wall);
  return wall;
}

/** Waits until a wall has said hello; collects what it gets from then on. */
async function listen({ cookie }: Client) {
  const wall = connect(cookie);
  const batches: ChangeBatch[] = [];
  const arrivedAtMs: number[] = [];
  wall.on('changes', (batch) => {
    batches.push(ChangeBatch.parse(batch));
    arrivedAtMs.push(performance.now());
  });
  const { lastSeq: helloSeq } = await new Promise<{ lastSeq: number }>((resolve, reject) => {
    wall.once('hello', resolve);
    wall.once('connect_error', reject);
  });
  return { wall, batches, arrivedAtMs, helloSeq };
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('it did not come about within 5 s');
    await pause(10);
  }
}

const refusal = (wall: Wall) => new Promise<Error>((resolve) => wall.once('connect_error', resolve));
const dropped = (wall: Wall) => new Promise<string>((resolve) => wall.once('disconnect', resolve));

test('without a session, and from another site’s page, a socket is refused', async () => {
  expect((await refusal(connect(''))).message).toBe('not-signed-in');
  expect((await refusal(connect('chengnao_session=made-up'))).message).toBe('not-signed-in');
  expect(await refusal(connect(west.cookie, { origin: 'https://evil.example' }))).toBeInstanceOf(Error);
});

test('hello, then batches that join without a hole: each begins where the one before ended', async () => {
  const { batches, helloSeq } = await listen(admin);
  const before = await lastSeq(site.store.db);
  for (let i = 0; i < 12; i += 1) {
    // Three at once, so that some have to share a batch.
    const three = [1, 2, 3].map((n) => setCameraState(site.store.db, 'west-1', 'offline', `try ${i}.${n}`));
    await Promise.all(three);
    await pause(40);
  }
  const last = await lastSeq(site.store.db);
  await until(() => batches.at(-1)?.toSeq === last);
  let seq = helloSeq;
  for (const batch of batches) {
    expect(batch.fromSeq).toBe(seq);
    seq = batch.toSeq;
  }
  expect(batches.length).toBeLessThan(36);
  const seqs = batches.flatMap(({ items }) => items.map((item) => item.seq)).filter((itemSeq) => itemSeq > before);
  expect(seqs).toHaveLength(36);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
});

test('a change after quiet is sent by itself, further ones in few batches', async () => {
  const { batches } = await listen(admin);
  await pause(300);
  await setCameraState(site.store.db, 'west-1', 'playing', null);
  await until(() => batches.length === 1);
  const more = Array.from({ length: 20 }, (_, i) => setCameraState(site.store.db, 'west-1', 'offline', `again ${i}`));
  await Promise.all(more);
  await until(() => batches.flatMap(({ items }) => items).length === 21);
  expect(batches.length).toBeLessThan(15);
});

test('a county sees its own camera, and of the other county only that the seq moved on', async () => {
  const inWest = await listen(west);
  const inEast = await listen(east);
  await setCameraState(site.store.db, 'east-1', 'offline', 'rtsp://root:s3cret@10.0.0.1/live is silent');
  const last = await lastSeq(site.store.db);
  await until(() => inWest.batches.at(-1)?.toSeq === last && inEast.batches.at(-1)?.toSeq === last);
  expect(inWest.batches.flatMap(({ items }) => items)).toEqual([]);
  expect(inEast.batches.flatMap(({ items }) => items)).toMatchObject([
    { kind: 'camera', entityId: 'east-1', entity: { id: 'east-1', state: 'offline' } },
  ]);
  expect(JSON.stringify(inEast.batches)).not.toMatch(/s3cret|"source"/);
});

test('a camera that moves to another county is gone for the one and there for the other', async () => {
  const inWest = await listen(west);
  const inEast = await listen(east);
  await addCamera('moving', IN_WEST);
  await admin.send('PATCH', '/api/cameras/moving', { lngLat: IN_EAST });
  const last = await lastSeq(site.store.db);
  await until(() => inWest.batches.at(-1)?.toSeq === last && inEast.batches.at(-1)?.toSeq === last);
  const lastOf = (batches: ChangeBatch[]) => batches.flatMap(({ items }) => items).at(-1);
  expect(lastOf(inWest.batches)).toMatchObject({ entityId: 'moving', entity: null });
  expect(lastOf(inEast.batches)).toMatchObject({ entityId: 'moving', entity: { county: EAST } });
});

test('a wall that missed batches finds its hole and fills it through GET /api/changes', async () => {
  const first = await listen(west);
  first.wall.disconnect();
  await setCameraState(site.store.db, 'west-1', 'playing', null);
  await setCameraState(site.store.db, 'west-1', 'offline', 'gone again');
  await pause(250);
  const second = await listen(west);
  expect(second.helloSeq).toBeGreaterThan(first.helloSeq);
  const answer = await west.get(`/api/changes?after=${first.helloSeq}&limit=1`);
  const page = ChangeBatch.parse(answer.json);
  expect(page.fromSeq).toBe(first.helloSeq);
  expect(page.toSeq).toBeLessThan(second.helloSeq);
  const rest = ChangeBatch.parse((await west.get(`/api/changes?after=${page.toSeq}`)).json);
  expect(rest.fromSeq).toBe(page.toSeq);
  expect(rest.toSeq).toBe(second.helloSeq);
  expect(rest.items.at(-1)).toMatchObject({ entity: { state: 'offline', stateReason: 'gone again' } });
  const future = await west.get(`/api/changes?after=${second.helloSeq + 1000}`);
  expect(future.status).toBe(409);
});

test('a socket is dropped at once when its session is signed out, and when it speaks', async () => {
  const leaving = await site.signIn({ username: 'leaving' });
  const { wall } = await listen(leaving);
  const gone = dropped(wall);
  await leaving.send('DELETE', '/api/session');
  expect(await gone).toBe('io server disconnect');

  const speaking = await listen(west);
  const silenced = dropped(speaking.wall);
  (speaking.wall as Socket).emit('changes', { forged: true });
  expect(await silenced).toBe('io server disconnect');
});

test('a message larger than 4 KB ends the connection', async () => {
  const { wall } = await listen(west);
  const gone = dropped(wall);
  (wall as Socket).emit('x', 'x'.repeat(100_000));
  await gone;
});
