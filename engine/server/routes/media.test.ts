import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clipPath } from '../../alerts/evidence-files.ts';
import { cameraForTest } from '../../cameras/camera-for-tests.ts';
import { createCamera } from '../../cameras/write-cameras.ts';
import type { MediaDownload } from '../../contract/media-download.ts';
import { CITY, type Client, EAST, IN_WEST, openSiteUnderTest, type SiteUnderTest, WEST } from '../site-under-test.ts';

let site: SiteUnderTest;
let operator: Client;
let elsewhere: Client;
let administrator: Client;
let alertId: string;
let clip: Buffer;
const scratch = mkdtempSync(join(tmpdir(), 'chengnao-media-'));

beforeAll(async () => {
  site = await openSiteUnderTest();
  operator = await site.signIn({ username: '王小明', division: WEST.code });
  elsewhere = await site.signIn({ username: 'east', division: EAST.code });
  administrator = await site.signIn({ username: 'root', roles: ['administrator'] });
  const source = { kind: 'url', url: 'rtsp://viewer:secret@192.0.2.7/live' } as const;
  const camera = cameraForTest('m-1', { name: '东风中路-7', source, lngLat: IN_WEST });
  await createCamera(site.store.db, camera, 'test', { division: CITY, counties: site.counties });
  alertId = await site.raiseAlert('m-1', IN_WEST);
  const file = join(site.store.evidenceDir, clipPath(alertId));
  await mkdir(dirname(file), { recursive: true });
  // Gray throughout, so that what is drawn over it is seen.
  const gray = [
    '-f',
    'lavfi',
    '-i',
    'color=0x808080:s=640x360:r=10',
    '-t',
    '3',
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
  ];
  execFileSync('ffmpeg', ['-v', 'error', ...gray, '-f', 'mp4', file]);
  clip = readFileSync(file);
  await site.store.db
    .insertInto('alert_clips')
    .values({
      alert_id: alertId,
      state: 'ready',
      began_at: new Date(),
      ended_at: new Date(),
      codec: 'h264',
      path: clipPath(alertId),
    })
    .execute();
}, 60_000);
afterAll(async () => {
  await site?.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function fetchAs(who: Client, path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  return fetch(site.address + path, { ...init, headers: { cookie: who.cookie, ...init.headers } });
}

const download = (who: Client, body: object, signal?: AbortSignal) =>
  fetchAs(who, `/api/alerts/${alertId}/downloads`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

const downloads = async (path = '/api/downloads'): Promise<MediaDownload[]> =>
  ((await administrator.get(path)).json as { items: MediaDownload[] }).items;

/** Brightness of a picture's parts, darkest and lightest pixel: the band at the foot, and the middle. */
async function seen(picture: string | Buffer) {
  const { data, info } = await sharp(picture).grayscale().raw().toBuffer({ resolveWithObject: true });
  const part = (from: number, to: number) => {
    const rows = data.subarray(Math.round(from * info.height) * info.width, Math.round(to * info.height) * info.width);
    return { darkest: rows.reduce((a, b) => Math.min(a, b)), lightest: rows.reduce((a, b) => Math.max(a, b)) };
  };
  return { width: info.width, height: info.height, band: part(0.93, 1), middle: part(0.1, 0.8) };
}

test('the clip is for those who may see the alert, whole or in ranges, and no answer says where it lies', async () => {
  const whole = await fetchAs(operator, `/api/alerts/${alertId}/clip.mp4`);
  expect([whole.status, whole.headers.get('content-type'), whole.headers.get('accept-ranges')]).toEqual([
    200,
    'video/mp4',
    'bytes',
  ]);
  expect(Buffer.from(await whole.arrayBuffer()).equals(clip)).toBe(true);
  const part = await fetchAs(operator, `/api/alerts/${alertId}/clip.mp4`, { headers: { range: 'bytes=100-199' } });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${clip.length}`]);
  expect(Buffer.from(await part.arrayBuffer()).equals(clip.subarray(100, 200))).toBe(true);
  const beyond = await fetchAs(operator, `/api/alerts/${alertId}/clip.mp4`, {
    headers: { range: `bytes=${clip.length}-` },
  });
  expect(beyond.status).toBe(416);
  for (const path of [`/api/alerts/${alertId}/clip.mp4`, '/api/alerts/01NONE/clip.mp4']) {
    expect((await elsewhere.get(path)).status).toBe(404);
  }
  expect((await site.stranger.get(`/api/alerts/${alertId}/clip.mp4`)).status).toBe(401);
  const told = (await operator.get(`/api/alerts/${alertId}`)).text;
  expect(told).toContain('"state":"ready"');
  expect(told).not.toContain(site.dataDir);
  expect(told).not.toMatch(/"path"|192\.0\.2\.7|secret/);
});

test('a copy of the clip shows in its very pictures who got it, and that is recorded for administrators', async () => {
  const answer = await download(operator, { what: 'clip' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
  const copy = join(scratch, 'copy.mp4');
  writeFileSync(copy, Buffer.from(await answer.arrayBuffer()));
  const frame = join(scratch, 'frame.png');
  // The last picture: it is not only the first that is marked.
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-sseof', '-0.3', '-i', copy, '-frames:v', '1', frame]);
  const { band, middle, ...size } = await seen(frame);
  expect(size).toEqual({ width: 640, height: 360 });
  expect(band.darkest).toBeLessThan(90);
  expect(band.lightest).toBeGreaterThan(200);
  expect(middle.lightest - middle.darkest).toBeGreaterThan(8);

  const [record] = await downloads(`/api/downloads?alertId=${alertId}`);
  expect(record).toMatchObject({ username: '王小明', what: 'clip', moment: null, alertId, cameraName: '东风中路-7' });
  expect(record!.fromAddress).toMatch(/127\.0\.0\.1|::1/);
  expect(Math.abs(Date.parse(record!.at) - Date.now())).toBeLessThan(60_000);
  expect((await operator.get('/api/downloads')).status).toBe(403);
  await expect.poll(() => readdirSync(join(site.dataDir, 'copies'))).toEqual([]);
});

test('a copy of a picture is marked as well, and what is not there is neither copied nor recorded', async () => {
  const before = await downloads();
  // The picture that the test's alert came with is none that can be read.
  expect((await download(operator, { what: 'picture', moment: 'onset' })).status).toBe(503);
  const path = join(site.store.evidenceDir, dirname(clipPath(alertId)), 'onset.jpg');
  await sharp({ create: { width: 640, height: 360, channels: 3, background: '#808080' } })
    .jpeg()
    .toFile(path);
  const answer = await download(operator, { what: 'picture', moment: 'onset' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  const { band } = await seen(Buffer.from(await answer.arrayBuffer()));
  expect(band.lightest - band.darkest).toBeGreaterThan(150);

  expect((await download(operator, { what: 'picture', moment: 'latest' })).status).toBe(404);
  expect((await download(operator, { what: 'everything' })).status).toBe(400);
  expect((await download(elsewhere, { what: 'clip' })).status).toBe(404);
  const after = await downloads();
  expect(after.length).toBe(before.length + 1);
  expect(after[0]).toMatchObject({ what: 'picture', moment: 'onset' });
});

test('too many at once are told to come again, and who goes away is neither waited for nor recorded', async () => {
  const before = (await downloads()).length;
  const leaving = new AbortController();
  const under = Array.from({ length: 5 }, () => download(operator, { what: 'clip' }, leaving.signal).catch(() => null));
  // One is made, four wait.
  await sleep(500);
  const busy = await download(operator, { what: 'clip' });
  expect([busy.status, busy.headers.get('retry-after'), ((await busy.json()) as { code: string }).code]).toEqual([
    503,
    '20',
    'copies-busy',
  ]);
  leaving.abort();
  await Promise.all(under);
  await expect
    .poll(async () => (await download(operator, { what: 'picture', moment: 'onset' })).status, {
      timeout: 20_000,
      interval: 500,
    })
    .toBe(200);
  expect((await downloads()).length).toBe(before + 1);
});

describe('a snapshot of live video', () => {
  const snapshot = (who: Client, body: object, id = 'm-1') =>
    fetchAs(who, `/api/cameras/${id}/snapshots`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const capturedAt = new Date(Date.now() - 1500).toISOString();

  test('gets a mark of its size with who and when, once it is recorded', async () => {
    const before = (await downloads()).length;
    const answer = await snapshot(operator, { capturedAt, widthPx: 640, heightPx: 360 });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    const mark = Buffer.from(await answer.arrayBuffer());
    const gray = sharp({ create: { width: 640, height: 360, channels: 3, background: '#808080' } });
    const { band, middle } = await seen(
      await gray
        .composite([{ input: mark }])
        .png()
        .toBuffer(),
    );
    expect(band.lightest - band.darkest).toBeGreaterThan(150);
    expect(middle.lightest - middle.darkest).toBeGreaterThan(8);
    expect((await downloads()).length).toBe(before + 1);
    const [record] = await downloads('/api/downloads?cameraId=m-1');
    const of = { username: '王小明', what: 'snapshot', cameraId: 'm-1', cameraName: '东风中路-7', alertId: null };
    expect(record).toMatchObject({ ...of, capturedAt, moment: null });
    expect(await downloads(`/api/downloads?alertId=${alertId}`)).not.toContainEqual(record);
  });

  test('is neither marked nor recorded for who may not play the camera, and of no moment that can be on a page', async () => {
    const before = (await downloads()).length;
    const good = { capturedAt, widthPx: 640, heightPx: 360 };
    expect((await snapshot(elsewhere, good)).status).toBe(404);
    expect((await snapshot(operator, good, 'none')).status).toBe(404);
    for (const atMs of [Date.now() + 60_000, Date.now() - 2 * 86_400_000]) {
      const answer = await snapshot(operator, { ...good, capturedAt: new Date(atMs).toISOString() });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([422, 'no-live-picture']);
    }
    for (const bad of [{ widthPx: 0 }, { heightPx: 90_000 }, { capturedAt: 'now' }, { file: 'x' }])
      expect((await snapshot(operator, { ...good, ...bad })).status, JSON.stringify(bad)).toBe(400);
    expect((await downloads()).length).toBe(before);
  });
});

test('a record is never changed, not even by who can write to the database', async () => {
  for (const change of [sql`update media_downloads set username = 'somebody else'`, sql`delete from media_downloads`])
    await expect(change.execute(site.store.db)).rejects.toThrow('appended, never changed');
  expect((await downloads()).length).toBeGreaterThan(0);
});
