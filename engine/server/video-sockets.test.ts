import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { VIDEO_PATH, VideoNews, type VideoWish } from '../contract/video.ts';
import { readVideoUnit, VIDEO_HEADER_BYTES, type VideoUnit, writeVideoHeader } from '../contract/video-unit.ts';
import { type Client, IN_EAST, IN_WEST, openSiteUnderTest, type SiteUnderTest, WEST } from './site-under-test.ts';

const LINGER_MS = 200;
const SOURCE = { kind: 'url', url: 'rtsp://root:s3cret@10.0.0.1/live' };

let site: SiteUnderTest;
let admin: Client;
let west: Client;
const lines: WebSocket[] = [];

beforeAll(async () => {
  site = await openSiteUnderTest({ videoLingerMs: LINGER_MS });
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  west = await site.signIn({ username: 'west', division: WEST.code });
  await addCamera('west-1', IN_WEST);
  await addCamera('east-1', IN_EAST);
});
afterEach(async () => {
  for (const line of lines.splice(0)) line.terminate();
  await until(() => site.live.taps.size === 0);
});
afterAll(() => site.close());

async function addCamera(id: string, lngLat: [number, number], department?: string) {
  const camera = { id, name: id, source: SOURCE, lngLat, ...(department && { department }) };
  expect((await admin.send('POST', '/api/cameras', camera)).status).toBe(201);
}

function connect(cookie: string, headers: Record<string, string> = {}): WebSocket {
  const line = new WebSocket(site.address.replace('http', 'ws') + VIDEO_PATH, { headers: { cookie, ...headers } });
  line.on('error', () => undefined);
  lines.push(line);
  return line;
}

/** A page that looks: what it was told and what it got. */
async function page({ cookie }: Client) {
  const line = connect(cookie);
  const news: VideoNews[] = [];
  const units: VideoUnit[] = [];
  line.on('message', (data, isBinary) => {
    if (isBinary) units.push(readVideoUnit(data as Buffer)!);
    else news.push(VideoNews.parse(JSON.parse(String(data))));
  });
  await once(line, 'open');
  const wish = (one: VideoWish) => line.send(JSON.stringify(one));
  const told = async (kind: VideoNews['kind'], count = 1) => {
    await until(() => news.filter((one) => one.kind === kind).length >= count);
    return news.filter((one) => one.kind === kind);
  };
  return { line, news, units, wish, told };
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('it did not come about within 5 s');
    await pause(5);
  }
}

/** A picture of the camera arrives. */
function show(cameraId: string, channel: number): void {
  const message = Buffer.alloc(VIDEO_HEADER_BYTES + 4);
  writeVideoHeader(message, { channel, key: true, whole: true, codec: 'h264', capturedAtMs: 1000 });
  site.live.taps.get(cameraId)!.onUnit(message, readVideoUnit(message)!);
}

const status = (line: WebSocket) =>
  new Promise<number>((resolve) => line.once('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0)));
const closeCode = async (line: WebSocket) => (await once(line, 'close'))[0] as number;

test('a still picture of a camera that nobody has open opens it for as long as it is asked for', async () => {
  const still = () => west.get('/api/cameras/west-1/frame.jpg');
  expect((await still()).status).toBe(204);
  expect([...site.live.taps.keys()]).toEqual(['west-1']);
  site.live.pictures.set('west-1', { jpeg: Buffer.from('a picture'), capturedAtMs: 1000 });
  for (let asked = 0; asked < 4; asked++) {
    await pause(LINGER_MS / 2);
    expect((await still()).text).toBe('a picture');
    expect(site.live.taps.has('west-1')).toBe(true);
  }
  await until(() => site.live.taps.size === 0);
  site.live.pictures.delete('west-1');
  // Whoever may not see it opens nothing.
  expect((await west.get('/api/cameras/east-1/frame.jpg')).status).toBe(404);
  expect(site.live.taps.size).toBe(0);
});

test('without a session, and from another site’s page, the socket is refused', async () => {
  expect(await status(connect(''))).toBe(401);
  expect(await status(connect('chengnao_session=made-up'))).toBe(401);
  expect(await status(connect(west.cookie, { origin: 'https://evil.example' }))).toBe(403);
  expect(site.live.taps.size).toBe(0);
});

test('a camera of another county or department is answered like one that is not there, and not opened', async () => {
  await addCamera('west-fire', IN_WEST, '消防');
  const own = await site.signIn({ username: 'own', division: WEST.code, department: '城管' });
  const { wish, told } = await page(own);
  for (const cameraId of ['east-1', 'west-fire', 'nowhere']) wish({ kind: 'play', cameraId });
  const refused = await told('refused', 3);
  expect(refused.map((one) => one.kind === 'refused' && one.problem.code)).toEqual(Array(3).fill('not-found'));
  expect(site.live.taps.size).toBe(0);
  wish({ kind: 'play', cameraId: 'west-1' });
  await told('opened');
  expect([...site.live.taps.keys()]).toEqual(['west-1']);
});

test('two pages that look at a camera share one upstream, which ends some time after the last has left', async () => {
  const [a, b] = [await page(admin), await page(west)];
  a.wish({ kind: 'play', cameraId: 'west-1' });
  b.wish({ kind: 'play', cameraId: 'west-1' });
  const [opened] = await a.told('opened');
  expect(await b.told('opened')).toEqual([opened]);
  const channel = opened?.kind === 'opened' ? opened.channel : 0;
  site.live.taps.get('west-1')!.onState('playing');
  show('west-1', channel);
  await until(() => a.units.length === 1 && b.units.length === 1);
  expect(a.units[0]).toMatchObject({ channel, key: true, codec: 'h264', capturedAtMs: 1000 });
  expect(await b.told('state')).toEqual([{ kind: 'state', channel, state: 'playing' }]);

  a.wish({ kind: 'stop', cameraId: 'west-1' });
  await pause(2 * LINGER_MS);
  show('west-1', channel);
  await until(() => b.units.length === 2);
  expect(a.units).toHaveLength(1);

  b.line.close();
  a.wish({ kind: 'play', cameraId: 'west-1' });
  await a.told('opened', 2);
  await pause(2 * LINGER_MS);
  expect(site.live.taps.size, 'it came back before the time was over').toBe(1);
  a.line.close();
  await until(() => site.live.taps.size === 0);
});

test('a session that ends closes its video at once, and a wish that is none closes it too', async () => {
  const leaving = await site.signIn({ username: 'leaving' });
  const { line, wish, told } = await page(leaving);
  wish({ kind: 'play', cameraId: 'west-1' });
  await told('opened');
  const gone = closeCode(line);
  await leaving.send('DELETE', '/api/session');
  expect(await gone).toBe(4401);
  await until(() => site.live.taps.size === 0);

  for (const forged of ['{"kind":"play"}', 'no json', Buffer.from([1, 2, 3])]) {
    const speaking = await page(west);
    const silenced = closeCode(speaking.line);
    speaking.line.send(forged);
    expect(await silenced).toBe(1008);
  }
});

test('a camera that leaves the account’s sight is taken from it, one at another address is opened anew', async () => {
  await addCamera('moving', IN_WEST);
  const { wish, told, units } = await page(west);
  wish({ kind: 'play', cameraId: 'moving' });
  const [first] = await told('opened');
  await admin.send('PATCH', '/api/cameras/moving', { source: { kind: 'url', url: 'rtsp://10.0.0.2/other' } });
  const second = (await told('opened', 2))[1];
  expect(second).not.toEqual(first);
  await admin.send('PATCH', '/api/cameras/moving', { lngLat: IN_EAST });
  await told('refused');
  show('moving', second?.kind === 'opened' ? second.channel : 0);
  await pause(50);
  expect(units).toEqual([]);
  await until(() => site.live.taps.size === 0);
});

test('who cannot decode a camera gets its rendition: one for all, fed by the one upstream, closed with its last viewer', async () => {
  const [a, b] = [await page(admin), await page(west)];
  a.wish({ kind: 'play', cameraId: 'west-1', as: 'h264' });
  b.wish({ kind: 'play', cameraId: 'west-1', as: 'h264' });
  const [opened] = await a.told('opened');
  expect(opened).toMatchObject({ cameraId: 'west-1', as: 'h264' });
  expect(await b.told('opened')).toEqual([opened]);
  const channel = opened?.kind === 'opened' ? opened.channel : 0;
  const [rendition] = [...site.live.renditions];
  expect(site.live.renditions.size).toBe(1);
  expect([...site.live.taps.keys()]).toEqual(['west-1']);

  const tap = site.live.taps.get('west-1')!;
  tap.onState('playing');
  tap.onBoxes(1000, [{ xyxy: [0, 0, 1, 1], class: 'car', score: 0.5 }]);
  show('west-1', 77);
  expect(rendition!.pushed).toHaveLength(1);
  const coded = Buffer.alloc(VIDEO_HEADER_BYTES + 4);
  writeVideoHeader(coded, { channel, key: true, whole: true, codec: 'h264', capturedAtMs: 1000 });
  rendition!.listener.onUnit(coded, readVideoUnit(coded)!);
  await until(() => a.units.length === 1 && b.units.length === 1);
  expect(a.units[0]).toMatchObject({ channel, capturedAtMs: 1000 });
  expect(await a.told('state')).toEqual([{ kind: 'state', channel, state: 'playing' }]);
  expect(await b.told('boxes')).toMatchObject([{ channel, capturedAtMs: 1000 }]);

  // Who looks at the camera itself is not told of what is the rendition's, and the other way round.
  b.wish({ kind: 'play', cameraId: 'west-1' });
  const own = (await b.told('opened', 2))[1];
  expect(own?.kind === 'opened' && own.as).toBeUndefined();
  show('west-1', own?.kind === 'opened' ? own.channel : 0);
  await until(() => b.units.length === 2);
  expect(a.units).toHaveLength(1);

  a.line.close();
  b.wish({ kind: 'stop', cameraId: 'west-1' });
  await pause(2 * LINGER_MS);
  expect(site.live.taps.size, 'the rendition needs the camera').toBe(1);
  b.line.close();
  await until(() => site.live.renditions.size === 0 && site.live.taps.size === 0);
});

test('more renditions than there may be are refused, and one that breaks off is told and can be asked for again', async () => {
  const { wish, told, news } = await page(admin);
  wish({ kind: 'play', cameraId: 'west-1', as: 'h264' });
  await told('opened');
  wish({ kind: 'play', cameraId: 'east-1', as: 'h264' });
  expect(await told('refused')).toMatchObject([
    { cameraId: 'east-1', as: 'h264', problem: { code: 'too-many-renditions' } },
  ]);
  expect([...site.live.taps.keys()]).toEqual(['west-1']);

  const [rendition] = [...site.live.renditions];
  site.live.renditions.clear();
  rendition!.listener.onEnd('SIGKILL');
  expect((await told('refused', 2))[1]).toMatchObject({ cameraId: 'west-1', problem: { code: 'rendition-ended' } });
  wish({ kind: 'play', cameraId: 'west-1', as: 'h264' });
  await told('opened', 2);
  expect(news.filter(({ kind }) => kind === 'refused')).toHaveLength(2);
});

test('a camera that leaves the account’s sight takes its rendition along', async () => {
  await addCamera('leaving', IN_WEST);
  const { wish, told } = await page(west);
  wish({ kind: 'play', cameraId: 'leaving', as: 'h264' });
  await told('opened');
  await admin.send('PATCH', '/api/cameras/leaving', { lngLat: IN_EAST });
  expect(await told('refused')).toMatchObject([{ cameraId: 'leaving', as: 'h264', problem: { code: 'not-found' } }]);
  await until(() => site.live.renditions.size === 0);
});
