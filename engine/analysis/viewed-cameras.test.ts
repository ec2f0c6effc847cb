import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nowMs } from '#streams/clock.ts';
import { paintedClip } from '#streams/fixtures/painted-clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import { readVideoUnit, type VideoUnit } from '../contract/video-unit.ts';
import type { FromShard, WatchedCameraConfig } from './messages.ts';
import { Shard } from './shard.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let server: RtspServer;
let shard: Shard;
let analysed = 0;
const units: VideoUnit[] = [];
const told: FromShard[] = [];

beforeAll(async () => {
  // Of the still one every key is the same picture, so that most are not looked at again.
  const still = paintedClip({ frames: 4, keyIntervalFrames: 4 });
  const clips = { cam: paintedClip({ frames: 40, keyIntervalFrames: 10 }), still };
  server = await startRtspServer({ port: 0, clips });
  const settings = {
    shardId: 'shard-1',
    modelFolder: join(ROOT, 'models/street'),
    timeZone: 'Asia/Shanghai',
    longestQuietMs: 1000,
    latestPictureMs: 30_000,
  };
  shard = await Shard.start(settings, (message, sent) => {
    told.push(message);
    if (message.kind === 'scene') analysed++;
    if (message.kind === 'units') units.push(...message.units.map((bytes) => readVideoUnit(bytes)!));
    sent?.();
  });
});
afterAll(async () => {
  await shard.close();
  await server.close();
});

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadlineMs = nowMs() + 8000;
  while (!holds()) {
    if (nowMs() > deadlineMs) throw new Error(`not within 8 s: ${what}`);
    await sleep(10);
  }
}

const source = (clip = 'cam') => ({ kind: 'url', url: server.url(clip) }) as const;
const watched = (clip = 'cam'): WatchedCameraConfig => ({
  id: 'cam',
  source: source(clip),
  lngLat: [116, 37],
  views: [{ id: 'default', zones: [], drawing: '', fingerprint: null }],
  algorithms: [],
  decode: 'keyframes',
  samplePeriodMs: 200,
});
const look = (channel: number) =>
  shard.hear({ kind: 'view', cameras: [{ channel, cameraId: 'cam', source: source() }] });
const unview = () => shard.hear({ kind: 'unview', cameraIds: ['cam'] });
const of = (channel: number) => units.filter((unit) => unit.channel === channel);

/** The first whole picture is a key; the others follow without a hole. */
function expectPlayable(channel: number): void {
  const whole = of(channel).filter((unit) => unit.whole);
  expect(whole[0]).toMatchObject({ key: true, codec: 'h264' });
  expect([...whole[0]!.data.subarray(0, 5)]).toEqual([0, 0, 0, 1, 0x67]);
  expect(whole.some((unit) => !unit.key)).toBe(true);
  const keys = whole.flatMap((unit, at) => (unit.key ? [at] : []));
  expect(keys.slice(0, 3)).toEqual([0, 10, 20].slice(0, keys.length));
}

test('a camera that is looked at and not analysed has a still picture; one that nobody looks at has none', async () => {
  const picture = async () => {
    const requestId = told.length + 1;
    await shard.hear({ kind: 'picture-wanted', requestId, cameraId: 'cam' });
    const isAnswer = (message: FromShard) => message.kind === 'picture' && message.requestId === requestId;
    await until('answered', () => told.some(isAnswer));
    return (told.find(isAnswer) as Extract<FromShard, { kind: 'picture' }>).picture;
  };
  expect(await picture()).toBeNull();
  await look(77);
  await until('a key came', () => of(77).some(({ key }) => key));
  const shown = await picture();
  expect([...shown!.jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  expect(of(77).some(({ key, capturedAtMs }) => key && capturedAtMs === shown!.capturedAtMs)).toBe(true);
  await unview();
  expect(await picture()).toBeNull();
});

test('a camera that is analysed is looked at by the same stream, and goes on being analysed', async () => {
  await shard.hear({ kind: 'watch', cameras: [watched()] });
  await until('analysed', () => analysed > 0);
  expect(server.sessions).toBe(1);
  await look(1);
  await until('pictures between keys', () => of(1).filter((unit) => unit.whole).length > 22);
  expectPlayable(1);
  expect(server.sessions).toBe(1);
  const before = analysed;
  await until('analysed further', () => analysed > before);
  const boxes = told.filter((message) => message.kind === 'boxes');
  const keyTimes = new Set(of(1).flatMap((unit) => (unit.key ? [unit.capturedAtMs] : [])));
  expect(boxes.length).toBeGreaterThan(0);
  // A picture that was analysed after the first key came is one that the page has.
  expect(boxes.filter((message) => keyTimes.has(message.capturedAtMs)).length).toBeGreaterThan(0);
  await unview();
  const seen = of(1).length;
  const then = analysed;
  await until('analysed without viewers', () => analysed > then + 1);
  expect(of(1).length).toBeLessThanOrEqual(seen + 1);
  await shard.hear({ kind: 'unwatch', cameraIds: ['cam'] });
  await until('closed', () => server.sessions === 0);
});

test('a camera that is not analysed is opened for looking alone, and closed after', async () => {
  await look(2);
  await until('pictures', () => of(2).filter((unit) => unit.whole).length > 12);
  expectPlayable(2);
  expect(told).toContainEqual({ kind: 'view-state', channel: 2, state: 'playing' });

  // It is analysed from now on, and then not any more: it is looked at all the time, by one stream.
  const before = analysed;
  await shard.hear({ kind: 'watch', cameras: [watched()] });
  await until('analysed', () => analysed > before);
  await until('one stream', () => server.sessions === 1);
  await shard.hear({ kind: 'unwatch', cameraIds: ['cam'] });
  const count = of(2).length;
  await until('pictures again', () => of(2).filter((unit) => unit.whole).length > count);
  expect(server.sessions).toBe(1);

  await unview();
  await until('closed', () => server.sessions === 0);
});

test('what was found stands in pictures that were not looked at again, and is told of each', async () => {
  await shard.hear({ kind: 'watch', cameras: [watched('still')] });
  await until('analysed', () => analysed > 0);
  const channel = 3;
  await shard.hear({ kind: 'view', cameras: [{ channel, cameraId: 'cam', source: source('still') }] });
  const before = analysed;
  await until('keys', () => of(channel).filter(({ key, whole }) => key && whole).length > 14);
  const looks = analysed - before;
  const toldOf = new Set(
    told.flatMap((message) => (message.kind === 'boxes' && message.channel === channel ? [message.capturedAtMs] : [])),
  );
  const keys = of(channel).filter(({ key, whole }) => key && whole);
  expect(looks, 'most keys are gated').toBeLessThan(keys.length / 2);
  // The last of them may still be on their way through the loop.
  for (const { capturedAtMs } of keys.slice(0, -2)) expect(toldOf).toContain(capturedAtMs);
  await shard.hear({ kind: 'unview', cameraIds: ['cam'] });
  await shard.hear({ kind: 'unwatch', cameraIds: ['cam'] });
});
