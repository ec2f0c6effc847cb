import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type TestContext, test } from 'vitest';
import { nowMs } from '../clock.ts';
import { Recorder } from '../fixtures/listener.ts';
import { paintedClip } from '../fixtures/painted-clip.ts';
import { openStream } from '../open-stream.ts';
import { Gulps } from './gulps.ts';
import { startRtspServer } from './server.ts';

const FRAME_MS = 50;
const KEY_INTERVAL_MS = 1500;
const clip = paintedClip({ frames: 60, keyIntervalFrames: KEY_INTERVAL_MS / FRAME_MS });

/** A camera of which only keys are wanted, with a key every 1.5 s; settled once it has shown two. */
async function settledCamera({ onTestFinished }: TestContext) {
  const server = await startRtspServer({ port: 0, clips: { live: clip }, phaseMs: () => 0 });
  onTestFinished(() => server.close());
  const camera = new Recorder();
  const stream = openStream({ kind: 'url', url: server.url('live') }, camera, { keyUnitsOnly: true });
  onTestFinished(() => stream.close());
  await camera.when(() => camera.units.length >= 2);
  return { server, camera, stream };
}

/** When pictures were counted, one entry for each moment at which some were. */
function countingMoments(counted: () => number): { atMs: number; units: number }[] {
  const moments: { atMs: number; units: number }[] = [];
  let last = counted();
  const timer = setInterval(() => {
    const now = counted();
    if (now > last) moments.push({ atMs: nowMs(), units: now - last });
    last = now;
    if (moments.length > 1000) clearInterval(timer);
  }, 5);
  timer.unref();
  return moments;
}

function gulpsOf(keysAtMs: number[]) {
  const resumedAtMs: number[] = [];
  const gulps = new Gulps(() => resumedAtMs.push(nowMs()));
  for (const atMs of keysAtMs) gulps.keyCame(atMs);
  return { gulps, resumedAtMs };
}

test.concurrent('between keys many packets are taken at once, nothing is lost, and each key is there in time', async (context) => {
  const { camera, stream } = await settledCamera(context);
  const moments = countingMoments(() => stream.counters.accessUnits);
  await camera.when(() => camera.units.length >= 4);
  const units = moments.reduce((sum, moment) => sum + moment.units, 0);
  expect(units).toBeGreaterThan(50);
  expect(moments.length).toBeLessThan(units / 2);
  expect(stream.counters).toMatchObject({ damagedUnits: 0, lostPackets: 0, connects: 1 });
  const keysAtMs = camera.units.map(({ capturedAtMs }) => capturedAtMs);
  for (let i = 2; i < keysAtMs.length; i++)
    expect(Math.abs(keysAtMs[i]! - keysAtMs[i - 1]! - KEY_INTERVAL_MS)).toBeLessThan(100);
});

test.concurrent('once all pictures are wanted, they come one by one again', async (context) => {
  const { camera, stream } = await settledCamera(context);
  await sleep(100);
  stream.keyUnitsOnly = false;
  const from = camera.units.length;
  await camera.when(() => camera.units.length >= from + 15);
  const atMs = camera.units.slice(from + 5, from + 15).map(({ capturedAtMs }) => capturedAtMs);
  const gaps = atMs.slice(1).map((at, i) => at - atMs[i]!);
  expect(gaps.filter((gap) => gap > FRAME_MS / 2).length).toBeGreaterThan(6);
});

test.concurrent('between two gulps the stream ends as quickly as ever, and one that is cut off is seen', async (context) => {
  const closing = await settledCamera(context);
  const closedAtMs = nowMs();
  await closing.stream.close();
  expect(nowMs() - closedAtMs).toBeLessThan(150);
  await context.expect.poll(() => closing.server.sessions).toBe(0);

  const cut = await settledCamera(context);
  const cutAtMs = nowMs();
  cut.server.dropAll();
  await cut.camera.whenState('offline');
  expect(cut.camera.code).toBe('connection-lost');
  expect(nowMs() - cutAtMs).toBeLessThan(400);
});

test.concurrent('before an interval is known, and near the next key, reading goes on at once', () => {
  const { gulps } = gulpsOf([]);
  expect(gulps.readOn(1000, 40_000)).toBe(true);
  gulps.keyCame(40_000);
  expect(gulps.readOn(1000, 40_040)).toBe(true);
  gulps.keyCame(42_000);
  gulps.keyCame(46_000);
  expect(gulps.readOn(1000, 46_040)).toBe(false);
  expect(gulps.readOn(1000, 47_940)).toBe(false);
  expect(gulps.readOn(1000, 47_960)).toBe(true);
  expect(gulps.readOn(1000, 49_000)).toBe(true);
  gulps.close();
});

test.concurrent('reading is taken up at once in time for the next key, and after 200 ms at the latest', async () => {
  const nearMs = nowMs();
  const near = gulpsOf([nearMs - 1000, nearMs - 880]);
  expect(near.gulps.readOn(1000, nearMs - 840)).toBe(false);
  const far = gulpsOf([nearMs - 4000, nearMs]);
  expect(far.gulps.readOn(1000, nearMs + 1)).toBe(false);
  await sleep(300);
  expect(near.resumedAtMs.length).toBe(1);
  expect(near.resumedAtMs[0]! - nearMs).toBeLessThan(120);
  expect(far.resumedAtMs.length).toBe(1);
  expect(far.resumedAtMs[0]! - nearMs).toBeLessThan(280);
});

test.concurrent('a high bit rate is read in smaller gulps, and a very high one without any', () => {
  const { gulps } = gulpsOf([1000, 60_000]);
  expect(gulps.readOn(48_000, 60_200)).toBe(false);
  expect(gulps.readOn(48_000, 60_300)).toBe(false);
  expect(gulps.readOn(60_000, 60_400)).toBe(true);
  gulps.close();
});
