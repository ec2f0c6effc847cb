import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../contract/alert.ts';
import { parkingClip } from './clips.ts';
import { PARKING_ZONES } from './parking-zones.ts';
import { Product, until } from './product.ts';
import { freePort, gstRtsp, hls, type Served } from './servers.ts';

/** The whole clip is 80 s; CHENGNAO_PROOF=full plays all of it. */
const CLIP_SECONDS = process.env.CHENGNAO_PROOF === 'full' ? 80 : 24;
const LOOPS = 3;
const DWELL_MS = 15_000;
const ONSET_TOLERANCE_MS = 5000;
const LOGIN = { user: 'viewer', password: 'p@ss/w%rd 城' };

let product: Product;
let rtspPort: number;
let rtsp: Served;
let hlsServer: Served;
let clips: Record<string, string>;

beforeAll(async () => {
  clips = {
    h264: await parkingClip({ codec: 'h264', seconds: CLIP_SECONDS }),
    h265: await parkingClip({ codec: 'h265', seconds: CLIP_SECONDS }),
  };
  rtspPort = await freePort();
  [rtsp, hlsServer, product] = await Promise.all([gstRtsp(rtspPort, clips, LOGIN), hls(clips.h264!), Product.start()]);
  await product.signIn();
  const cameras = {
    'rtsp-h264': `${rtsp.url}/h264`,
    'rtsp-h265': `${rtsp.url}/h265`,
    'rtsp-every-frame': `${rtsp.url}/h264`,
    hls: hlsServer.url,
  };
  for (const [id, url] of Object.entries(cameras)) {
    await product.api('POST', '/api/cameras', {
      id,
      name: `停车点 ${id}`,
      source: { kind: 'url', url },
      lngLat: [116.3594, 37.4341],
      views: [{ zones: PARKING_ZONES }],
      algorithms: [{ rule: 'illegal-parking', dwellMs: DWELL_MS }],
      decode: id === 'rtsp-every-frame' ? 'all' : 'as-needed',
    });
  }
});

afterAll(async () => {
  await product?.end();
  await Promise.all([rtsp?.kill(), hlsServer?.kill()]);
});

const of = (alerts: Alert[], cameraId: string) => alerts.filter((alert) => alert.cameraId === cameraId);
const centreX = (alert: Alert) => (alert.boxes[0]!.xyxy[0] + alert.boxes[0]!.xyxy[2]) / 2;

test(`a clip of ${CLIP_SECONDS} s played ${LOOPS} times raises one alert for the van and one for the car, and none for the walkers`, async () => {
  await sleep(LOOPS * CLIP_SECONDS * 1000 + DWELL_MS);
  const alerts = await product.alerts();
  for (const cameraId of ['rtsp-h264', 'rtsp-h265', 'rtsp-every-frame', 'hls']) {
    const own = of(alerts, cameraId).sort((a, b) => centreX(a) - centreX(b));
    const seen = JSON.stringify(
      own.map(({ presence, boxes, startedAt, raisedAt }) => ({ presence, boxes, startedAt, raisedAt })),
    );
    expect(own.length, `${cameraId}: ${seen}`).toBe(2);
    expect(
      own.every((alert) => alert.rule === 'illegal-parking' && alert.presence === 'standing'),
      seen,
    ).toBe(true);
    // The van stands left of the car, which the picture's edge cuts off.
    expect(centreX(own[0]!)).toBeCloseTo(0.896, 1);
    expect(centreX(own[1]!)).toBeCloseTo(0.977, 1);
    for (const alert of own) {
      const onsetMs = Date.parse(alert.raisedAt) - Date.parse(alert.startedAt);
      console.log(`${cameraId}: raised ${onsetMs - DWELL_MS} ms after its dwell`);
      expect(onsetMs).toBeGreaterThanOrEqual(DWELL_MS);
      expect(onsetMs).toBeLessThanOrEqual(DWELL_MS + ONSET_TOLERANCE_MS);
    }
  }
});

test('an alert says where, by which model, and shows the pictures', async () => {
  const alert = of(await product.alerts(), 'rtsp-h264')[0]!;
  expect(alert.county).toEqual({ code: '371402', name: '德城区' });
  expect(alert.model.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(alert.evidence.map((evidence) => evidence.moment)).toEqual(expect.arrayContaining(['first-seen', 'onset']));
  for (const { url } of alert.evidence) {
    const picture = await product.fetch('GET', url);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  }
});

test('the server is gone for ten seconds: offline, playing ≤ 1 s after it answers, and no second alert', async () => {
  const before = await product.alerts();
  await rtsp.kill();
  const goneAtMs = Date.now();
  await until('the camera is offline', 5000, async () => (await product.camera('rtsp-h264')).state === 'offline');
  await sleep(10_000 - (Date.now() - goneAtMs));
  rtsp = await gstRtsp(rtspPort, clips, LOGIN);
  const backAtMs = Date.now();
  await until('the camera is playing', 5000, async () => (await product.camera('rtsp-h264')).state === 'playing');
  const playing = await product.camera('rtsp-h264');
  console.log(`playing ${Date.parse(playing.stateSince) - backAtMs} ms after the server was ready`);
  expect(Date.parse(playing.stateSince) - backAtMs).toBeLessThanOrEqual(2000);
  await sleep(DWELL_MS + ONSET_TOLERANCE_MS);
  const after = await product.alerts();
  expect(after.map((alert) => alert.id).sort()).toEqual(before.map((alert) => alert.id).sort());
  expect(of(after, 'rtsp-h264').every((alert) => alert.presence === 'standing')).toBe(true);
});

test('no answer, page or log shows a camera’s password', async () => {
  const secret = /p@ss|p%40ss|w%25rd/;
  for (const path of ['/api/cameras', '/api/cameras/rtsp-h264', '/api/changes?after=0', '/metrics', '/api/health'])
    expect(await (await product.fetch('GET', path)).text(), path).not.toMatch(secret);
  expect(product.output()).not.toMatch(secret);
});
