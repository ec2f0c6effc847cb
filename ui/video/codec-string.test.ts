import { expect, test } from 'vitest';
import { codecString } from './codec-string.ts';

test('H.264: profile, constraints and level of the SPS, wherever it stands', () => {
  const key = Uint8Array.of(
    0,
    0,
    0,
    1,
    9,
    0xf0,
    0,
    0,
    0,
    1,
    0x67,
    0x4d,
    0x40,
    0x1f,
    0x95,
    0,
    0,
    1,
    0x68,
    0xee,
    0,
    0,
    1,
    0x65,
  );
  expect(codecString('h264', key)).toBe('avc1.4d401f');
  expect(codecString('h264', Uint8Array.of(0, 0, 0, 1, 0x65, 1, 2, 3, 4))).toBeNull();
});

test('H.265: profile, tier, level and constraints, the bytes that keep start codes out taken out', () => {
  // VPS header, then an SPS of Main profile, level 3.1, as x265 writes it: 01 60 00 00 03 00 90 00 00 03 00 00 03 00 5d.
  const key = Uint8Array.of(
    ...[0, 0, 0, 1, 0x40, 1, 0x0c, 1],
    ...[0, 0, 0, 1, 0x42, 1, 1, 1, 0x60, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x5d, 0xa0, 2, 0x80, 0x80, 0x2d, 0x16],
  );
  expect(codecString('h265', key)).toBe('hvc1.1.6.L93.90');
});
