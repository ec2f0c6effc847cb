import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Zone } from '#config/camera.ts';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import { ffmpeg, photo, stillsClip } from './clips.ts';
import { Product, until } from './product.ts';

const LITTER = ['v0004', 'v0073'];
const CLEAN_BIN = ['v0140', 'v0113'];
const DWELL_MS = 5000;
const WHOLE_PICTURE: Zone[] = [
  {
    kind: 'keep-clean',
    polygon: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  },
];
const photosAreHere = [...LITTER, ...CLEAN_BIN].every((id) => photo(id));
if (!photosAreHere) console.warn('The photos of ../shared/data are not here: the garbage proof is skipped.');

let product: Product;
let server: RtspServer;
const scratch = mkdtempSync(join(tmpdir(), 'chengnao-garbage-'));

beforeAll(async () => {
  if (!photosAreHere) return;
  const clips: Record<string, string> = { bag: bagScene() };
  for (const id of [...LITTER, ...CLEAN_BIN])
    clips[id] = stillsClip(id, [{ file: photo(id)!, seconds: 20 }], '960:960');
  const read = await Promise.all(Object.entries(clips).map(async ([id, file]) => [id, await readClip(file)] as const));
  server = await startRtspServer({ port: 0, clips: Object.fromEntries(read) });
  product = await Product.start();
  await product.signIn();
  for (const id of Object.keys(clips))
    await product.api('POST', '/api/cameras', {
      id,
      name: `街面 ${id}`,
      source: { kind: 'url', url: server.url(id) },
      lngLat: [116.3594, 37.4341],
      views: [{ zones: WHOLE_PICTURE }],
      algorithms: [{ rule: 'exposed-garbage', dwellMs: DWELL_MS }],
    });
});
afterAll(async () => {
  await product?.end();
  await server?.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** A still 1080p pavement of slabs with sensor noise into which a dark square of 20 px is put after ten seconds. */
function bagScene(): string {
  const file = join(scratch, 'bag.mp4');
  const slabs = 'drawgrid=x=40:y=60:w=240:h=180:t=6:color=0x3a403c';
  const scene = `color=c=0x6f7a74:s=1920x1080:r=5:d=40,${slabs},noise=alls=4:allf=t:all_seed=3`;
  const bag = "drawbox=x=900:y=700:w=20:h=20:color=0x101010:t=fill:enable='gte(t,10)'";
  const keys = ['-bf', '0', '-x264-params', 'keyint=5:min-keyint=5:scenecut=0'];
  ffmpeg([
    '-f',
    'lavfi',
    '-i',
    `${scene},${bag}`,
    '-pix_fmt',
    'yuv420p',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '28',
    ...keys,
    file,
  ]);
  return file;
}

async function frames(camera: string, fate: string): Promise<number> {
  const text = await (await product.fetch('GET', '/metrics')).text();
  const line = text
    .split('\n')
    .find((candidate) => candidate.startsWith(`chengnao_camera_frames{camera="${camera}",fate="${fate}"} `));
  return Number(line?.split(' ')[1] ?? 0);
}

test.skipIf(!photosAreHere)('litter is an alert, a clean bin is none', async () => {
  for (const id of LITTER)
    await until(`an alert for the litter of ${id}`, 60_000, async () =>
      (await product.alerts()).some((alert) => alert.cameraId === id),
    );
  await sleep(DWELL_MS * 2);
  const alerts = await product.alerts();
  for (const id of LITTER) {
    const own = alerts.filter((alert) => alert.cameraId === id);
    expect(own.every((alert) => alert.rule === 'exposed-garbage')).toBe(true);
    expect(own.every((alert) => ['garbage', 'overflow'].includes(alert.boxes[0]!.class))).toBe(true);
  }
  expect(alerts.filter((alert) => CLEAN_BIN.includes(alert.cameraId))).toEqual([]);
});

test.skipIf(!photosAreHere)(
  'a 20 px bag in a still 1080p scene does not move the gate, and the detector is asked all the same',
  async () => {
    await until('the scene settled', 30_000, async () => (await frames('bag', 'gated')) > 5);
    const before = { gated: await frames('bag', 'gated'), analysed: await frames('bag', 'analysed') };
    await sleep(33_000);
    const after = { gated: await frames('bag', 'gated'), analysed: await frames('bag', 'analysed') };
    // The gate lowers the rate …
    expect(after.gated - before.gated).toBeGreaterThan(15);
    // … and 15 s is the longest that it keeps the detector from a frame.
    expect(after.analysed - before.analysed).toBeGreaterThanOrEqual(2);
    expect(after.analysed - before.analysed).toBeLessThan(12);
  },
);
