import { createFile, type ISOFile, MP4BoxBuffer } from 'mp4box';
import { expect, test } from 'vitest';
import { Fragments, splitNals } from './fragments.ts';

const SPS = [0x67, 0x42, 0xc0, 0x1e, 0xd9, 0x00, 0xa0];
const PPS = [0x68, 0xce, 0x3c, 0x80];
const annexB = (...nals: number[][]) =>
  Uint8Array.from(nals.flatMap((nal, i) => [...(i > 0 ? [0] : []), 0, 0, 1, ...nal]));
const KEY = annexB([0x09, 0x10], SPS, PPS, [0x65, 1, 2, 3]);
const NEXT = annexB([0x41, 7, 0, 0, 3, 9]);

/** Reads it as a player does. */
function read(...parts: (ArrayBuffer | null)[]): ISOFile {
  const file = createFile(true);
  let at = 0;
  for (const part of parts) {
    const buffer = MP4BoxBuffer.fromArrayBuffer(part!.slice(0), at);
    at += part!.byteLength;
    file.appendBuffer(buffer);
  }
  file.flush();
  return file;
}

test('each picture is a fragment of its own, at its time, with lengths for start codes and without parameter sets', () => {
  const fragments = new Fragments();
  const begin = fragments.begin(KEY);
  const parts = [
    fragments.add(KEY, { key: true, ticks: 900, durationTicks: 3600 }),
    fragments.add(NEXT, { key: false, ticks: 4500, durationTicks: 3600 }),
  ];
  const file = read(begin, ...parts);
  const track = file.getInfo().tracks[0]!;
  expect(track.codec).toBe('avc1.42c01e');
  const samples = file.getTrackSamplesInfo(track.id);
  expect(samples.map(({ dts, cts, duration, is_sync }) => ({ dts, cts, duration, is_sync }))).toEqual([
    { dts: 900, cts: 900, duration: 3600, is_sync: true },
    { dts: 4500, cts: 4500, duration: 3600, is_sync: false },
  ]);
  expect([...new Uint8Array(parts[0]!).slice(-8)]).toEqual([0, 0, 0, 4, 0x65, 1, 2, 3]);
  expect([...new Uint8Array(parts[1]!).slice(-10)]).toEqual([0, 0, 0, 6, 0x41, 7, 0, 0, 3, 9]);
});

test('the file begins anew only where the parameter sets are others, and never without them', () => {
  const fragments = new Fragments();
  expect(fragments.add(NEXT, { key: false, ticks: 0, durationTicks: 1 })).toBeNull();
  expect(fragments.begin(NEXT)).toBeNull();
  expect(fragments.begin(KEY)).not.toBeNull();
  expect(fragments.begin(KEY)).toBeNull();
  expect(fragments.begin(annexB([...SPS.slice(0, 6), 0xb0], PPS, [0x65, 1]))).not.toBeNull();
});

test('a thousand pictures leave nothing behind', () => {
  const fragments = new Fragments();
  fragments.begin(KEY);
  const sizes = new Set<number>();
  for (let i = 0; i < 1000; i++)
    sizes.add(fragments.add(NEXT, { key: false, ticks: i * 3600, durationTicks: 3600 })!.byteLength);
  expect(sizes.size).toBe(1);
});

test('units are cut at start codes of three and of four bytes', () => {
  expect(splitNals(Uint8Array.of(0, 0, 0, 1, 5, 6, 0, 0, 1, 7, 0, 0, 0, 1, 8)).map((nal) => [...nal])).toEqual([
    [5, 6],
    [7],
    [8],
  ]);
  expect(splitNals(Uint8Array.of(1, 2, 3))).toEqual([]);
});
