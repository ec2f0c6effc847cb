import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { nowMs } from '#streams/clock.ts';
import { KeyframeDecoders } from '#streams/decoders.ts';
import { startFaultServer } from '#streams/fixtures/fault-server.ts';
import { paintedClip } from '#streams/fixtures/painted-clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import { SharedStreams } from '#streams/upstreams.ts';
import { MADE_CLASSES, madeDetections } from '../tracks/made-detections.ts';
import type { WatchedCameraConfig } from './messages.ts';
import { WatchedCamera } from './watched-camera.ts';

const decoders = new KeyframeDecoders();
let server: RtspServer;
const streams = new SharedStreams();
const cameras: WatchedCamera[] = [];

beforeAll(async () => {
  const clips = {
    quick: paintedClip({ frames: 40, keyIntervalFrames: 4 }),
    slow: paintedClip({ frames: 40, keyIntervalFrames: 20 }),
  };
  server = await startRtspServer({ port: 0, clips });
});
afterEach(async () => {
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
  expect(streams.size).toBe(0);
});
afterAll(async () => {
  decoders.close();
  await server.close();
});

function watch(path: string, over: Partial<WatchedCameraConfig>, onDue: (due: WatchedCamera) => void): WatchedCamera {
  const config: WatchedCameraConfig = {
    id: 'cam',
    source: { kind: 'url', url: server.url(path) },
    lngLat: [116, 37],
    views: [{ id: 'default', zones: [], drawing: '', fingerprint: null }],
    algorithms: [],
    decode: 'as-needed',
    ...over,
  };
  const camera = new WatchedCamera(config, 'Asia/Shanghai', MADE_CLASSES, decoders, streams, {
    onDue,
    onState: () => undefined,
    onPictureFault: () => undefined,
    onView: () => undefined,
    onFingerprint: () => undefined,
  });
  cameras.push(camera);
  return camera;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 6000, interval: 10, message: what }).toBe(true);
}

test('a camera whose turn comes late is analysed by its newest picture, however it is decoded', async () => {
  const asked = new Set<WatchedCamera>();
  const late = (['all', 'keyframes', 'as-needed'] as const).map((decode) =>
    watch('quick', { decode, samplePeriodMs: 100 }, (due) => asked.add(due)),
  );
  await until('each has a picture that is due', () => asked.size === late.length);
  // Nobody takes a picture for a second: some 20 pictures, of which 5 are keys, and 10 sampling periods.
  await sleep(1000);
  for (const camera of late) {
    const turnAtMs = nowMs();
    const due = camera.takeDue();
    // A key picture comes every 200 ms, any picture every 50 ms; the rest is for a machine that is slow to deliver.
    expect(turnAtMs - due!.frame.capturedAtMs, camera.config.decode).toBeLessThan(500);
    expect(camera.takeDue()).toBeNull();
  }
});

test('a dog is followed between the keys while it is in view, also after the stream was lost, and then keys suffice', async () => {
  let dogRuns = false;
  const sampledAtMs: number[] = [];
  const zones = [
    {
      kind: 'leash' as const,
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ] as [number, number][],
    },
  ];
  const algorithms = [{ rule: 'unleashed-dog' as const, dwellMs: 5000 }];
  const look = (due: WatchedCamera) => {
    const frame = due.takeDue()?.frame;
    if (!frame) return;
    const { capturedAtMs, widthPx, heightPx } = frame;
    sampledAtMs.push(capturedAtMs);
    const x = 20 + ((capturedAtMs / 25) % 200);
    const dogs = dogRuns ? [['dog', x, 80, x + 40, 110] as const] : [];
    const tracks = due.main.tracker.update(madeDetections(...dogs), capturedAtMs, widthPx, heightPx);
    due.main.observer.observe(tracks, capturedAtMs, widthPx, heightPx);
  };
  const followed = watch(
    'slow',
    { views: [{ id: 'default', zones, drawing: '', fingerprint: null }], algorithms },
    (due) => setImmediate(() => look(due)),
  );
  const interDecoded = () => followed.figures().interDecoded;
  await until('two keys were looked at', () => sampledAtMs.length >= 2);
  expect(interDecoded()).toBe(0);

  dogRuns = true;
  const beganWith = sampledAtMs.length;
  await until('it is followed', () => sampledAtMs.length >= beganWith + 8);
  const steps = sampledAtMs.slice(beganWith + 1).map((at, i) => at - sampledAtMs[beganWith + i]!);
  // The median: a machine that is slow to deliver makes some longer.
  expect(steps.sort((a, b) => a - b)[3]).toBeGreaterThan(150);
  expect(steps[3]).toBeLessThan(300);
  expect(interDecoded()).toBeGreaterThan(16);
  expect(followed.gop.bytes).toBeGreaterThan(0);

  const lostAtMs = nowMs();
  server.dropAll();
  await until('it is followed again', () => sampledAtMs.filter((at) => at > lostAtMs + 100).length >= 4);
  expect(followed.figures().connects).toBe(2);

  dogRuns = false;
  let atLast = 0;
  let decodedAtLast = 0;
  await until('between two samples, a second apart, nothing was decoded', () => {
    const last = sampledAtMs.at(-1)!;
    const done = last - atLast > 700 && interDecoded() === decodedAtLast;
    if (last !== atLast) [atLast, decodedAtLast] = [last, interDecoded()];
    return done;
  });
}, 20_000);

test('two cameras with one address share its one session, where the server gives no second', async () => {
  let sessions = 0;
  const clip = paintedClip({ frames: 40, keyIntervalFrames: 4 });
  const answer = (method: string) => (method === 'SETUP' && ++sessions > 1 ? ['453 Not Enough Bandwidth'] : undefined);
  const single = await startFaultServer({ single: { clip, answer } });
  const source = { kind: 'url' as const, url: single.url('single') };
  let seen = [0, 0];
  const two = (['keyframes', 'all'] as const).map((decode, i) =>
    watch('', { id: `cam${i}`, source, decode, samplePeriodMs: 100 }, (due) => {
      if (due.takeDue()) seen[i]!++;
    }),
  );
  await until('both see', () => seen.every((count) => count >= 3));
  expect([sessions, two.map((camera) => camera.figures().connects)]).toEqual([1, [1, 1]]);
  await two[1]!.close();
  seen = [0, 0];
  await until('the other still sees', () => seen[0]! >= 3);
  expect([sessions, seen[1]]).toEqual([1, 0]);
  await two[0]!.close();
  await single.close();
});
