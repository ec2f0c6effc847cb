import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../contract/alert.ts';
import type { MediaDownload } from '../contract/media-download.ts';
import { openBrowser, type Seat, takePictures, takeSeat } from './browser.ts';
import { ffmpeg, parkingClip } from './clips.ts';
import { PARKING_ZONES } from './parking-zones.ts';
import { Product, until } from './product.ts';
import { freePort, gstRtsp, type Served } from './servers.ts';

const DWELL_MS = 3000;
const AFTER_MS = 10_000;
const KEY_INTERVAL_MS = 1000;

const scratch = mkdtempSync(join(tmpdir(), 'chengnao-clip-'));
let product: Product;
let rtsp: Served;
let browser: Browser;
let seat: Seat;
let page: Page;

beforeAll(async () => {
  const clips = {
    h264: await parkingClip({ codec: 'h264', seconds: 24 }),
    h265: await parkingClip({ codec: 'h265', seconds: 24 }),
    'b-frames': withBFrames(await parkingClip({ codec: 'h264', seconds: 24 })),
  };
  [rtsp, product, browser] = await Promise.all([gstRtsp(await freePort(), clips), Product.start(), openBrowser()]);
  await product.signIn();
  for (const id of ['h264', 'h265', 'b-frames']) await addCamera(id, id);
  seat = await takeSeat(browser, product.url);
  ({ page } = seat);
});
afterAll(async () => {
  await browser?.close();
  await product?.end();
  await rtsp?.kill();
  rmSync(scratch, { recursive: true, force: true });
});

/** Shown in another order than it comes in. */
function withBFrames(clip: string): string {
  const file = join(scratch, 'b-frames.mp4');
  const encoder = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-bf', '2', '-pix_fmt', 'yuv420p'];
  ffmpeg(['-i', clip, ...encoder, '-x264-params', 'keyint=10:min-keyint=10:scenecut=0:b-adapt=0', file]);
  return file;
}

function addCamera(id: string, stream: string): Promise<unknown> {
  return product.api('POST', '/api/cameras', {
    id,
    name: `停车点 ${id}`,
    source: { kind: 'url', url: `${rtsp.url}/${stream}` },
    lngLat: [116.3594, 37.4341],
    views: [{ zones: PARKING_ZONES }],
    algorithms: [{ rule: 'illegal-parking', dwellMs: DWELL_MS }],
  });
}

/** The camera's first alert once its clip is no longer awaited. */
const clipped = (cameraId: string, withinMs: number): Promise<Alert> =>
  until(`a clip of ${cameraId}`, withinMs, async () =>
    (await product.alerts()).find((alert) => alert.cameraId === cameraId && alert.clip?.state !== 'awaited'),
  );

async function save(path: string, name: string): Promise<string> {
  const file = join(scratch, name);
  const answer = await product.fetch('GET', path);
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

interface Probed {
  streams: { codec_name: string; width: number }[];
  frames: { pts_time: string; key_frame: number; pict_type: string }[];
  format: { duration: string };
}

function probed(file: string): Probed {
  const args = ['-v', 'error', '-show_streams', '-show_frames', '-show_format', '-select_streams', 'v', '-of', 'json'];
  return JSON.parse(execFileSync('ffprobe', [...args, file], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
}

/** The foot of a video's last picture, brightness by pixel. */
async function footOf(video: string): Promise<Buffer> {
  const frame = `${video}.png`;
  ffmpeg(['-sseof', '-0.4', '-i', video, '-frames:v', '1', frame]);
  const { height = 0, width = 0 } = await sharp(frame).metadata();
  const top = Math.round(height * 0.92);
  return sharp(frame)
    .extract({ left: 0, top, width, height: height - top })
    .grayscale()
    .raw()
    .toBuffer();
}

test('a parked van becomes an alert, and the alert gets its clip: every picture around the onset, as the camera sent it', async () => {
  for (const camera of ['h264', 'h265', 'b-frames']) {
    const codec = camera === 'h265' ? 'h265' : 'h264';
    const { clip, id, raisedAt, startedAt } = await clipped(camera, 60_000);
    expect(clip).toMatchObject({ state: 'ready', codec, widthPx: 768, heightPx: 576, cutShort: false });
    if (clip?.state !== 'ready') throw new Error('no clip');
    const onsetMs = Date.parse(raisedAt);
    const [fromMs, toMs] = [Date.parse(clip.from), Date.parse(clip.to)];
    console.log(`${camera}: from ${fromMs - onsetMs} to ${toMs - onsetMs} ms around the onset, ${clip.bytes} bytes`);
    // From the key after the dwell began, to ten seconds after the onset; a GOP is a second.
    expect(fromMs).toBeLessThan(Date.parse(startedAt) + 2 * KEY_INTERVAL_MS + 1000);
    expect(toMs - onsetMs).toBeGreaterThan(AFTER_MS - KEY_INTERVAL_MS);
    expect(toMs - onsetMs).toBeLessThanOrEqual(AFTER_MS);
    const file = await save(clip.url, `${id}.mp4`);
    const { streams, frames, format } = probed(file);
    expect(streams.map((stream) => [stream.codec_name, stream.width])).toEqual([
      [codec === 'h264' ? 'h264' : 'hevc', 768],
    ]);
    expect(frames[0]!.key_frame).toBe(1);
    expect(frames.some((frame) => frame.pict_type === 'B')).toBe(camera === 'b-frames');
    expect(Math.abs(Number(format.duration) * 1000 - (toMs - fromMs))).toBeLessThan(KEY_INTERVAL_MS);
    const steps = frames.slice(1).map((frame, i) => Number(frame.pts_time) - Number(frames[i]!.pts_time));
    expect(Math.min(...steps)).toBeGreaterThan(0);
    // Ten pictures a second where there is every frame.
    const everyFrameMs = toMs - Date.parse(clip.everyFrameFrom!);
    expect(everyFrameMs).toBeGreaterThan(AFTER_MS);
    expect(frames.length).toBeGreaterThan((everyFrameMs / 1000) * 8);
  }
  // The clips of the other alerts may still be in the making.
  await expect.poll(() => readdirSync(join(product.dataDir, 'spool/clips')), { timeout: 20_000 }).toEqual([]);
});

test('on the wall the clip is fetched when it is asked for, plays, and its copy shows who got it', async () => {
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('clip.mp4') && asked.push(request.url()));
  const [alert] = (await product.alerts()).filter((one) => one.cameraId === 'h264');
  await page.goto(`${product.url}/?alert=${alert!.id}`);
  await page.getByTestId('alert-panel').getByRole('tab', { name: '片段' }).waitFor();
  expect(asked).toEqual([]);
  await page.getByRole('tab', { name: '片段' }).click();
  await page.locator('[data-testid="clip"][data-state="ready"] video').waitFor();
  expect(await page.getByRole('tabpanel').locator('.stage').count(), 'the picture made way for it').toBe(1);
  const played: { atS: number; widthPx: number; lastsS: number } = await page.evaluate(`(async () => {
    const video = document.querySelector('[data-testid="clip"] video');
    await video.play();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return { atS: video.currentTime, widthPx: video.videoWidth, lastsS: video.duration };
  })()`);
  expect(played.widthPx).toBe(768);
  expect(played.atS).toBeGreaterThan(0.5);
  if (alert!.clip?.state !== 'ready') throw new Error('no clip');
  expect(Math.abs(played.lastsS * 1000 - (Date.parse(alert!.clip.to) - Date.parse(alert!.clip.from)))).toBeLessThan(
    KEY_INTERVAL_MS,
  );
  await takePictures(page, 'clip');

  const saving = page.waitForEvent('download', { timeout: 60_000 });
  await page.getByTestId('download-copy').click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe(`停车点 h264_${alert!.id}.mp4`);
  const copy = join(scratch, 'copy.mp4');
  await saved.saveAs(copy);
  const [own, marked] = [await footOf(join(scratch, `${alert!.id}.mp4`)), await footOf(copy)];
  expect(marked.length).toBe(own.length);
  const differing = marked.filter((value, i) => Math.abs(value - own[i]!) > 40).length;
  expect(differing / marked.length).toBeGreaterThan(0.3);
  // White letters on the dark band.
  expect(marked.filter((value) => value > 200).length).toBeGreaterThan(200);

  const { items } = await product.api<{ items: MediaDownload[] }>('GET', `/api/downloads?alertId=${alert!.id}`);
  expect(items).toMatchObject([{ username: 'admin', what: 'clip', alertId: alert!.id }]);
  await page.getByTestId('downloads').locator('summary').click();
  await page.getByTestId('downloads').getByText('admin').waitFor();
  await takePictures(page, 'clip-downloads');
});

test('what the browser cannot play is said', async () => {
  const [alert] = (await product.alerts()).filter((one) => one.cameraId === 'h265');
  await page.goto(`${product.url}/?alert=${alert!.id}`);
  await page.getByRole('tab', { name: '片段' }).click();
  await page.getByText('浏览器不能播放 H.265').waitFor();
  expect(await page.getByTestId('download-copy').isEnabled()).toBe(true);
  await takePictures(page, 'clip-h265');
  expect(seat.errors).toEqual([]);
});

test('kill -9 of the engine before a clip is cut: the alert stays and says that its clip never came', async () => {
  await addCamera('killed', 'h264');
  const raised = await until('an alert', 30_000, async () =>
    (await product.alerts()).find((alert) => alert.cameraId === 'killed'),
  );
  expect(raised.clip).toEqual({ state: 'awaited' });
  await product.kill('SIGKILL');
  const { dataDir } = product;
  expect(existsSync(join(dataDir, 'spool'))).toBe(true);
  product = await Product.start({ dataDir });
  await product.signIn();
  const after = (await product.alerts()).find((alert) => alert.id === raised.id);
  expect(after?.clip).toEqual({ state: 'missing', reason: 'engine-ended' });
  expect(readdirSync(join(dataDir, 'spool/clips'))).toEqual([]);
});
