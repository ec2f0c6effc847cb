import { expect, test } from 'vitest';
import { ReorderWindow } from './reorder-window.ts';

function packet(sequence: number, source = 7): Buffer {
  const data = Buffer.alloc(20);
  data[0] = 0x80;
  data.writeUInt16BE(sequence & 0xffff, 2);
  data.writeUInt32BE(source, 8);
  return data;
}

/** The numbers that come out when these come in, one each millisecond or at the times given. */
function through(arrivals: (number | [sequence: number, atMs: number])[]): number[] {
  const out: number[] = [];
  const window = new ReorderWindow((data) => out.push(data.readUInt16BE(2)));
  arrivals.forEach((each, i) => {
    if (typeof each === 'number') window.push(packet(each), i);
    else window.push(packet(each[0]), each[1]);
  });
  return out;
}

test('packets out of order come out in order, over the end of the numbers, and each once', () => {
  expect(through([65533, 65535, 65534, 1, 0, 0, 65535, 2])).toEqual([65533, 65534, 65535, 0, 1, 2]);
});

test('a missing packet is given up when enough later ones wait, or when they have waited long enough', () => {
  const later = Array.from({ length: 70 }, (_, i) => 12 + i);
  expect(through([10, ...later])).toEqual([10, ...later]);
  expect(
    through([
      [10, 0],
      [12, 5],
      [13, 100],
    ]),
  ).toEqual([10]);
  expect(
    through([
      [10, 0],
      [12, 5],
      [13, 100],
      [15, 160],
    ]),
  ).toEqual([10, 12, 13]);
  expect(
    through([
      [10, 0],
      [12, 5],
      [13, 100],
      [15, 160],
      [11, 161],
      [14, 162],
    ]),
  ).toEqual([10, 12, 13, 14, 15]);
});

test('a numbering that begins anew, or another source, loses nothing that waits', () => {
  expect(through([10, 12, 40_000, 40_001])).toEqual([10, 12, 40_000, 40_001]);
  const out: number[] = [];
  const window = new ReorderWindow((data) => out.push(data.readUInt16BE(2)));
  for (const [sequence, source] of [
    [10, 1],
    [12, 1],
    [11, 2],
    [12, 2],
  ] as const)
    window.push(packet(sequence, source), 0);
  expect(out).toEqual([10, 12, 11, 12]);
  window.push(Buffer.alloc(3), 0);
});
