import { expect, test } from 'vitest';
import { UnitSplitter } from './unit-splitter.ts';

const AUD = [0, 0, 0, 1, 9, 0xf0];
const UNITS = [
  [...AUD, 0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x65, 3, 4, 0, 0, 3, 1, 9],
  [...AUD, 0, 0, 1, 0x41, 5, 0, 0, 3],
  [...AUD, 0, 0, 1, 0x41, 6, 7],
];
const STREAM = Buffer.from([0xff, 0, 0, 1, 0x41, 9, ...UNITS.flat(), ...AUD]);

function split(chunks: Buffer[]): number[][] {
  const units: number[][] = [];
  const splitter = new UnitSplitter('h264', (unit) => units.push([...unit]));
  for (const chunk of chunks) splitter.push(chunk);
  return units;
}

test('units come out the same wherever the chunks end; what precedes the first delimiter is left out', () => {
  expect(split([STREAM])).toEqual(UNITS);
  for (let at = 1; at < STREAM.length; at++)
    for (let to = at + 1; to <= STREAM.length; to++)
      expect(split([STREAM.subarray(0, at), STREAM.subarray(at, to), STREAM.subarray(to)])).toEqual(UNITS);
  expect(split([...STREAM].map((byte) => Buffer.from([byte])))).toEqual(UNITS);
});

test('H.265 has a delimiter of its own', () => {
  const units: number[][] = [];
  const splitter = new UnitSplitter('h265', (unit) => units.push([...unit]));
  const one = [0, 0, 0, 1, 0x46, 1, 0x50, 0, 0, 1, 0x26, 1, 0x80];
  splitter.push(Buffer.from([...one, ...one]));
  expect(units).toEqual([one]);
});
