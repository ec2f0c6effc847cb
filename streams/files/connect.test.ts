import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AV_CODEC_ID_MPEG4 } from 'node-av/constants';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nowMs } from '../clock.ts';
import { Recorder } from '../fixtures/listener.ts';
import { writeVideo } from '../fixtures/video-file.ts';
import { openStream } from '../open-stream.ts';

const folder = mkdtempSync(join(tmpdir(), 'files-'));
const h264 = join(folder, '视频 h264.mp4');
const other = join(folder, 'other.avi');
beforeAll(async () => {
  await writeVideo(h264, { frames: 20, frameRate: 20 });
  await writeVideo(other, { frames: 20, frameRate: 20, codecId: AV_CODEC_ID_MPEG4 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a file is played in real time and begun anew at its end', async () => {
  const recorder = new Recorder();
  const stream = openStream({ kind: 'url', url: pathToFileURL(h264).href }, recorder);
  await recorder.when(() => recorder.units.length >= 45);
  const [first] = recorder.units;
  const atMs = recorder.units.map(({ capturedAtMs }) => capturedAtMs);
  expect(Math.abs(atMs[44]! - atMs[0]! - 44 * 50)).toBeLessThan(150);
  expect(atMs.every((at, i) => i === 0 || at > atMs[i - 1]!)).toBe(true);
  expect(recorder.units.every(({ whole }) => whole)).toBe(true);
  expect(Buffer.concat(recorder.units[20]!.parts).equals(Buffer.concat(first!.parts))).toBe(true);
  await stream.close();
  const after = recorder.units.length;
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(recorder.units.length).toBe(after);
});

test('all pictures wanted where only keys were: those up to the next key are not whole', async () => {
  const recorder = new Recorder();
  const stream = openStream({ kind: 'url', url: pathToFileURL(h264).href }, recorder, { keyUnitsOnly: true });
  await recorder.when(() => recorder.units.length >= 2);
  expect(recorder.units.every(({ key }) => key)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 120));
  stream.keyUnitsOnly = false;
  const from = recorder.units.length;
  const nextKey = () => recorder.units.findIndex(({ key }, i) => i >= from && key);
  await recorder.when(() => nextKey() >= 0 && recorder.units.length > nextKey() + 3);
  await stream.close();
  const [before, after] = [recorder.units.slice(from, nextKey()), recorder.units.slice(nextKey())];
  expect(before.every(({ whole }) => !whole)).toBe(true);
  expect(after.every(({ whole }) => whole)).toBe(true);
  expect(after.some(({ key }) => !key)).toBe(true);
});

test('a file of another codec is transcoded once, for all who open it', async () => {
  const cacheDir = join(folder, 'cache');
  const url = pathToFileURL(other).href;
  const open = () => {
    const recorder = new Recorder();
    return { recorder, stream: openStream({ kind: 'url', url }, recorder, { cacheDir, keyUnitsOnly: true }) };
  };
  const both = [open(), open()];
  await Promise.all(both.map(({ recorder }) => recorder.when(() => recorder.units.length >= 2)));
  expect(both[0]!.recorder.units.every(({ key, codec }) => key && codec === 'h264')).toBe(true);
  await Promise.all(both.map(({ stream }) => stream.close()));
  expect(readdirSync(cacheDir)).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.mp4$/)]);
});

test('a missing file is offline, and is played when it comes', async () => {
  const late = join(folder, 'late.mp4');
  const recorder = new Recorder();
  const stream = openStream({ kind: 'url', url: pathToFileURL(late).href }, recorder, { firstRetryMs: 100 });
  await recorder.whenState('offline');
  expect(recorder.reason).toContain('No such file');
  await writeVideo(late, { frames: 20, frameRate: 20 });
  const writtenAtMs = nowMs();
  await recorder.whenState('playing');
  expect(nowMs() - writtenAtMs).toBeLessThan(500);
  await stream.close();
});
