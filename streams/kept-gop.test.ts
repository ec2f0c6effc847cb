import { expect, test } from 'vitest';
import type { AccessUnit } from './access-unit.ts';
import { InterDecoder } from './decoders.ts';
import { paintedClip } from './fixtures/painted-clip.ts';
import { KeptGop } from './kept-gop.ts';
import { describeUnit } from './nal-units/describe.ts';
import { ParameterSets } from './nal-units/parameter-sets.ts';

/** Two GOPs of ten pictures. */
const clip = paintedClip({ frames: 20, keyIntervalFrames: 10 });
const sets = new ParameterSets(clip.codec);
const units: AccessUnit[] = clip.units.map(({ data }, i) => describeUnit(clip.codec, data, sets, 1000 + i * 50)!);
const bytesOf = (some: readonly AccessUnit[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);

test('what is kept is the newest key and all that came since, and it decodes to its end', () => {
  const gop = new KeptGop();
  expect(gop.push(units[3]!)).toBe(false);
  for (const unit of units.slice(0, 15)) expect(gop.push(unit)).toBe(true);
  expect(gop.units).toEqual(units.slice(10, 15));
  expect([gop.key, gop.newest, gop.bytes]).toEqual([units[10], units[14], bytesOf(units.slice(10, 15))]);
  const decoder = new InterDecoder();
  expect(gop.units.map((unit) => decoder.decode(unit)?.capturedAtMs)).toEqual([1500, 1550, 1600, 1650, 1700]);
  decoder.close();
  gop.clear();
  expect([gop.units.length, gop.bytes, gop.key, gop.newest]).toEqual([0, 0, null, null]);
  expect(gop.push(units[15]!)).toBe(false);
});

test('who holds the units of a GOP holds them when the next has begun', () => {
  const gop = new KeptGop();
  for (const unit of units.slice(0, 10)) gop.push(unit);
  const held = gop.units;
  gop.push(units[10]!);
  expect(held).toEqual(units.slice(0, 10));
  expect(gop.units).toEqual([units[10]]);
});

test('after a damaged unit nothing is kept until the next whole key', () => {
  const gop = new KeptGop();
  const pushed = units.map((unit, i) => gop.push(i === 4 || i === 10 ? { ...unit, whole: false } : unit));
  expect(pushed).toEqual(units.map((_, i) => i < 4));
  expect(gop.units).toEqual(units.slice(0, 4));
  expect(gop.push(units[0]!)).toBe(true);
  expect(gop.units).toEqual([units[0]]);
});

test('a GOP that outgrows the limit is cut to its key, and the next is kept again', () => {
  const limitBytes = bytesOf(units.slice(0, 5));
  const gop = new KeptGop(limitBytes);
  let mostBytes = 0;
  const pushed = units.slice(0, 10).map((unit) => {
    const kept = gop.push(unit);
    mostBytes = Math.max(mostBytes, gop.bytes);
    return kept;
  });
  expect(pushed).toEqual([true, true, true, true, true, false, false, false, false, false]);
  expect(mostBytes).toBe(limitBytes);
  expect([gop.units, gop.bytes]).toEqual([[units[0]], units[0]!.bytes]);
  expect(gop.push(units[10]!)).toBe(true);
  expect(gop.push(units[11]!)).toBe(true);
  const tiny = new KeptGop(10);
  expect([tiny.push(units[0]!), tiny.units.length, tiny.bytes]).toEqual([false, 0, 0]);
});
