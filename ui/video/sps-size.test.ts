import { expect, test } from 'vitest';
import { sizeOfSps } from './sps-size.ts';

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16));

test.each([
  ['baseline', '6742c00cda05066840000003004000000a03c50aa8', 320, 192],
  ['cropped below', '6742c028da01e0089f961000000300100000030280f1832a', 1920, 1080],
  ['1072 lines', '6742c028da01e0087a1000000300100000030280f1832a', 1920, 1072],
  ['portrait', '6742c016da05c1479784000003000400000300a03c58ba80', 360, 640],
  ['an odd size', '6742c016da0290bf88921000000300100000030280f162ea', 642, 362],
  ['interlaced, high profile', '67640028acd94078044fde0220000003002000000643e2c5b2c0', 1920, 1080],
  ['interlaced, of standard definition', '6764001eacd940b424d8088000000300800000190f8a14cb', 720, 576],
  ['with scaling matrices', '6764001eacd940b4126c0440000003004000000c83c58b6580', 720, 576],
])('a picture’s size is read off its parameter sets: %s', (_what, hex, widthPx, heightPx) => {
  expect(sizeOfSps(bytes(hex))).toEqual({ widthPx, heightPx });
});

test('what breaks off gives no endless loop', () => {
  expect(() => sizeOfSps(bytes('6764'))).not.toThrow();
});
