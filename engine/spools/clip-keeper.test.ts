import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AccessUnit } from '#streams/access-unit.ts';
import { nowMs } from '#streams/clock.ts';
import { paintedClip } from '#streams/fixtures/painted-clip.ts';
import { describeUnit } from '#streams/nal-units/describe.ts';
import { ParameterSets } from '#streams/nal-units/parameter-sets.ts';
import type { Observation } from '../contract/observation.ts';
import type { ClipKeeper, Cut } from './clip-keeper.ts';
import { ShardSpool } from './shard-spool.ts';

const FRAME_MS = 100;
const KEY_EVERY = 10;
const clip = paintedClip({ frames: 40, keyIntervalFrames: KEY_EVERY });
const wide = paintedClip({ frames: 10, keyIntervalFrames: 10, widthPx: 160, heightPx: 96 });

let folder: string;
let spool: ShardSpool;
let keeper: ClipKeeper;
/** The onset: far enough back that all around it lies in the past. */
let onsetMs: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chengnao-spool-'));
  spool = await ShardSpool.open(join(folder, 'shard-1'));
  keeper = spool.keeper();
  onsetMs = nowMs() - 20_000;
});
afterEach(async () => {
  await keeper.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A picture of the looped clip by its place in time; before any GOP has begun anew the parameter sets are known. */
function unitAt(index: number, from = clip, startMs = onsetMs): AccessUnit {
  const { data } = from.units[index % from.units.length]!;
  const sets = new ParameterSets(from.codec);
  describeUnit(from.codec, from.units[0]!.data, sets, 0);
  return { ...describeUnit(from.codec, data, sets, startMs + index * FRAME_MS)!, shownAtTicks: index * FRAME_MS * 90 };
}

function fact(phase: Observation['phase'], dwellMs = 60_000): Observation {
  return { key: 'illegal-parking:1', phase, dwellMs, startedAtMs: onsetMs - dwellMs } as Observation;
}

/** Every picture arrives from `fromS` to `toS` around the onset, as the network brings it: frames once they are wanted. */
function play(fromS: number, toS: number, lost: (index: number) => boolean = () => false): void {
  for (let index = fromS * 10; index < toS * 10; index++) {
    const unit = unitAt(((index % 40) + 40) % 40);
    unit.capturedAtMs = onsetMs + index * FRAME_MS;
    unit.whole = !lost(index);
    keeper.unit(unit);
  }
}

async function cutNow(): Promise<Cut> {
  const cut = await keeper.cut(onsetMs, spool.cutFile('a'));
  if (typeof cut === 'string') throw new Error(cut);
  return cut;
}

test('while nothing is pending nothing is kept, and no frame between the keys is asked for', async () => {
  play(-70, 0);
  expect(spool.figures.bytes).toBe(0);
  expect(keeper.wantsEveryFrame(onsetMs)).toBe(false);
  expect(await keeper.cut(onsetMs, spool.cutFile('a'))).toBe('nothing-kept');
});

test('of a dwell of a minute the keys are kept, and every frame from ten seconds before to ten after the onset', async () => {
  keeper.heed([fact('pending')], onsetMs - 60_000);
  play(-60, 0);
  expect(keeper.wantsEveryFrame(onsetMs - 20_000)).toBe(false);
  expect(keeper.wantsEveryFrame(onsetMs - 10_000)).toBe(true);
  keeper.heed([fact('standing')], onsetMs);
  play(0, 15);
  expect(keeper.wantsEveryFrame(onsetMs + 15_000)).toBe(false);
  const { units, everyFrameFromMs, gaps, cutShort, file } = await cutNow();
  const at = units.map((unit) => (unit.capturedAtMs - onsetMs) / 1000);
  expect(at[0]).toBeCloseTo(-50, 3);
  expect(at.at(-1)).toBeCloseTo(10, 3);
  expect(everyFrameFromMs).toBeLessThanOrEqual(onsetMs - 10_000);
  expect(everyFrameFromMs).toBeGreaterThan(onsetMs - 16_000);
  const early = units.filter((unit) => unit.capturedAtMs < everyFrameFromMs!);
  expect(early.length).toBeGreaterThan(30);
  expect(early.every((unit) => unit.key)).toBe(true);
  const late = units.filter((unit) => unit.capturedAtMs >= everyFrameFromMs!);
  expect(late.length).toBe(Math.round((onsetMs + 10_000 - everyFrameFromMs!) / FRAME_MS) + 1);
  expect([gaps, cutShort]).toEqual([[], false]);
  // The bytes are those of the pictures, in order.
  const bytes = readFileSync(file);
  expect(bytes.length).toBe(units.reduce((sum, unit) => sum + unit.bytes, 0));
  let from = 0;
  for (const unit of units) {
    const index = Math.round((unit.capturedAtMs - onsetMs) / FRAME_MS);
    const sent = unitAt(((index % 40) + 40) % 40);
    expect(bytes.subarray(from, from + unit.bytes).equals(Buffer.concat(sent.parts))).toBe(true);
    from += unit.bytes;
  }
});

test('after a lost picture it goes on with the next whole key, and what lies between is told as a gap', async () => {
  keeper.heed([fact('pending', 12_000)], onsetMs - 12_000);
  play(-12, 0);
  keeper.heed([fact('standing', 12_000)], onsetMs);
  play(0, 12, (index) => index === 23);
  const { units, gaps } = await cutNow();
  expect(gaps.map((gap) => [gap.fromMs - onsetMs, gap.toMs - onsetMs].map(Math.round))).toEqual([[2200, 3000]]);
  const missing = units.filter(({ capturedAtMs }) => capturedAtMs > onsetMs + 2250 && capturedAtMs < onsetMs + 2950);
  expect(missing).toEqual([]);
  expect(units.some(({ capturedAtMs }) => Math.round(capturedAtMs - onsetMs) === 3000)).toBe(true);
});

test('where the stream becomes another one, the clip is of the one in which it happened, and says that it is shorter', async () => {
  keeper.heed([fact('pending', 12_000)], onsetMs - 12_000);
  for (let index = 0; index < 50; index++)
    keeper.unit({ ...unitAt(index % 10, wide), capturedAtMs: onsetMs - 12_000 + index * FRAME_MS });
  play(-7, 0);
  keeper.heed([fact('standing', 12_000)], onsetMs);
  play(0, 12);
  const { units, cutShort } = await cutNow();
  expect(cutShort).toBe(true);
  expect(units[0]!.key).toBe(true);
  expect(Math.round(units[0]!.capturedAtMs - onsetMs)).toBe(-7000);
  expect(new Set(units.map((unit) => unit.parameterSets)).size).toBe(1);
});

test('what is over is let go of, and no file is left', async () => {
  keeper.heed([fact('pending')], onsetMs - 60_000);
  play(-60, -20);
  await keeper.cut(onsetMs - 40_000, spool.cutFile('b'));
  keeper.heed([], onsetMs - 20_000);
  expect(spool.figures.bytes).toBeGreaterThan(0);
  spool.tidy();
  expect(spool.figures.bytes).toBe(0);
  await keeper.close();
  expect(readdirSync(join(folder, 'shard-1'))).toEqual(['cut-b']);
});

test('a full spool lets the oldest pictures go, whosesoever they are, and counts them', async () => {
  const perSecond = unitAt(0).bytes;
  const small = await ShardSpool.open(join(folder, 'small'), perSecond * 25);
  const [older, newer] = [small.keeper(), small.keeper()];
  older.heed([fact('pending', 300_000)], onsetMs - 60_000);
  newer.heed([fact('pending', 300_000)], onsetMs - 40_000);
  for (let s = -60; s < 0; s++) {
    const key = { ...unitAt(0), capturedAtMs: onsetMs + s * 1000 };
    if (s < -20) older.unit(key);
    if (s >= -40) newer.unit(key);
  }
  expect(small.figures.bytes).toBeLessThanOrEqual(perSecond * 25);
  expect(small.figures.letGoBytes).toBeGreaterThan(perSecond * 20);
  expect(older.oldestAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(onsetMs - 40_000);
  expect(await older.cut(onsetMs - 50_000, small.cutFile('c'))).toBe('spool-full');
  const late = await newer.cut(onsetMs - 10_000, small.cutFile('d'));
  expect(typeof late).toBe('object');
  await Promise.all([older.close(), newer.close()]);
});

test('a folder that is gone is a failed spool, not a fall; and a camera that is let go answers who waits', async () => {
  keeper.heed([fact('pending')], onsetMs - 60_000);
  rmSync(join(folder, 'shard-1'), { recursive: true });
  play(-60, 0);
  expect(await keeper.cut(onsetMs, spool.cutFile('a'))).toBe('spool-failed');
  const waiting = keeper.cut(nowMs(), spool.cutFile('e'));
  await keeper.close();
  expect(await waiting).toBe('analysis-ended');
});
