import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { KeyframeDecoders } from './decoders.ts';
import { readClip } from './files/clip.ts';
import { paintedClip } from './fixtures/painted-clip.ts';
import { describeUnit } from './nal-units/describe.ts';
import { ParameterSets } from './nal-units/parameter-sets.ts';
import { transcodeToH264 } from './transcode.ts';

const folder = mkdtempSync(join(tmpdir(), 'transcode-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const VTEST = new URL('../../shared/data/clips/vtest.avi', import.meta.url).pathname;

test('a clip keeps its colour and gets the size, rate and keys that were asked for', async () => {
  const source = join(folder, 'source.h265');
  const clip = paintedClip({ codec: 'h265', frames: 40, frameRate: 20, colour: [90, 220] });
  writeFileSync(source, Buffer.concat(clip.units.map(({ data }) => data)));
  const target = join(folder, 'target.mp4');
  await transcodeToH264(source, target, { keyIntervalFrames: 5, widthPx: 160, maxSeconds: 1 });
  const made = await readClip(target);
  expect(made).toMatchObject({ codec: 'h264', widthPx: 160, heightPx: 96 });
  expect(made.units.map(({ key }) => key)).toEqual(made.units.map((_, i) => i % 5 === 0));
  const decoders = new KeyframeDecoders();
  const unit = describeUnit('h264', made.units[0]!.data, new ParameterSets('h264'), 1)!;
  const rgb = decoders.decode(unit)!.copyRgb();
  expect(rgb[0]! - rgb[2]!).toBeGreaterThan(100);
  decoders.close();
});

test('what is no video is an error, and nothing is left of it', async () => {
  const source = join(folder, 'text.mp4');
  writeFileSync(source, 'no video');
  const before = readdirSync(folder).length;
  await expect(transcodeToH264(source, join(folder, 'none.mp4'))).rejects.toThrow();
  expect(readdirSync(folder).length).toBe(before);
});

test.skipIf(!existsSync(VTEST))('an old AVI file becomes H.264 with all its pictures', async () => {
  const target = join(folder, 'vtest.mp4');
  await transcodeToH264(VTEST, target, { keyIntervalFrames: 10, maxSeconds: 6 });
  const made = await readClip(target);
  expect(made).toMatchObject({ codec: 'h264', widthPx: 768, heightPx: 576, periodMs: 6000 });
  expect(made.units.length).toBe(60);
  expect(made.units.filter(({ key }) => key).length).toBe(6);
});
