import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { paintedClip } from '#streams/fixtures/painted-clip.ts';
import { readVideoUnit, VIDEO_HEADER_BYTES, type VideoUnit, writeVideoHeader } from '../contract/video-unit.ts';
import { Renditions } from './renditions.ts';

const FRAME_MS = 50;
const clip = paintedClip({ codec: 'h265', frames: 60, keyIntervalFrames: 20 });
let renditions: Renditions;

afterEach(() => renditions.close());

function messageOf(frame: number): Buffer {
  const { data, key } = clip.units[frame % clip.units.length]!;
  const bytes = key ? Buffer.concat([clip.parameterSets, data]) : data;
  const message = Buffer.alloc(VIDEO_HEADER_BYTES + bytes.length);
  const capturedAtMs = 1_700_000_000_000 + frame * FRAME_MS;
  writeVideoHeader(message, { channel: 7, key, whole: true, codec: 'h265', capturedAtMs });
  bytes.copy(message, VIDEO_HEADER_BYTES);
  return message;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 15_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not within 15 s: ${what}`);
    await sleep(10);
  }
}

function open() {
  const units: VideoUnit[] = [];
  const ends: string[] = [];
  const rendition = renditions.open({ onUnit: (_, unit) => units.push(unit), onEnd: (how) => ends.push(how) });
  const push = (frame: number) => {
    const message = messageOf(frame);
    rendition.push(message, readVideoUnit(message)!);
  };
  return { rendition, units, ends, push };
}

test('a camera of H.265 comes out as H.264 under a channel of its own, each picture with its time', async () => {
  renditions = new Renditions(1);
  const { rendition, units, push } = open();
  // It begins in mid-GOP: nothing can come of that.
  for (let frame = 10; frame < 50; frame++) {
    push(frame);
    await sleep(10);
  }
  await until('thirty pictures', () => units.filter(({ whole }) => whole).length === 30);
  expect(units[0]).toMatchObject({ key: true, whole: true, codec: 'h264', channel: rendition.channel });
  expect(rendition.channel).toBeGreaterThan(2 ** 30);
  expect(units.map(({ capturedAtMs }) => capturedAtMs)).toEqual(
    Array.from({ length: 30 }, (_, i) => 1_700_000_000_000 + (20 + i) * FRAME_MS),
  );
});

test('given more than it can do it leaves out up to a key, says so, and never queues up', async () => {
  renditions = new Renditions(1);
  const { units, push } = open();
  for (let frame = 0; frame < 200; frame++) push(frame);
  await until('said', () => units.some(({ whole }) => !whole));
  await until('what it took', () => units.filter(({ whole }) => whole).length >= 40);
  await sleep(300);
  expect(units.filter(({ whole }) => whole).length).toBeLessThan(60);
  const before = units.length;
  for (let frame = 200; frame < 240; frame++) {
    push(frame);
    await sleep(10);
  }
  await until('goes on', () => units.length > before + 20);
  expect(units[before]).toMatchObject({ key: true, whole: true });
});

test('there are no more at once than may be; one that is killed is told, and makes room', async () => {
  renditions = new Renditions(1);
  const { ends, push, units } = open();
  push(0);
  await until('works', () => units.length === 1);
  expect(() => open()).toThrow(expect.objectContaining({ code: 'too-many-renditions', status: 409 }));
  process.kill(renditions.pids[0]!, 'SIGKILL');
  await until('told', () => ends.length === 1);
  expect(ends).toEqual(['SIGKILL']);
  expect(renditions.count).toBe(0);
  const second = open();
  expect(renditions.count).toBe(1);
  second.rendition.close();
  expect(renditions.count).toBe(0);
  await sleep(100);
  expect(second.ends, 'what was closed is no trouble').toEqual([]);
});
