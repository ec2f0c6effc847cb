import { expect, test } from 'vitest';
import { KeyframeDecoders } from './decoders.ts';
import { paintedClip } from './fixtures/painted-clip.ts';
import { describeUnit } from './nal-units/describe.ts';
import { ParameterSets } from './nal-units/parameter-sets.ts';

const CHANNELS = { rgb: 3, gray: 1 };

/** swscale widens the range of luma with a rounding that depends on the place in a row. */
const ROUNDING_LUMA = 6;

function furthestApart(a: Buffer, b: Buffer): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** The rows of a part, out of the packed bytes of the whole. */
function cutOut(whole: Buffer, ofWidthPx: number, [left, top, width, height]: readonly number[], channels: number) {
  const rows = Array.from({ length: height! }, (_, y) => {
    const from = channels * ((top! + y) * ofWidthPx + left!);
    return whole.subarray(from, from + channels * width!);
  });
  return Buffer.concat(rows);
}

test.each([
  { name: 'a picture of odd size', widthPx: 1920, heightPx: 1072 },
  { name: 'a portrait', widthPx: 360, heightPx: 640 },
  { name: 'full range', widthPx: 640, heightPx: 360, fullRange: true },
  { name: 'H.265', widthPx: 640, heightPx: 360, codec: 'h265' as const },
  { name: 'a line more than even', widthPx: 322, heightPx: 194 },
])('the part of $name is, pixel by pixel, the same rectangle of the whole', ({ name: _, ...painting }) => {
  const { widthPx, heightPx } = painting;
  const clip = paintedClip({ ...painting, frames: 1 });
  const unit = describeUnit(clip.codec, clip.units[0]!.data, new ParameterSets(clip.codec), 1000)!;
  const decoders = new KeyframeDecoders();
  const frame = decoders.decode(unit)!;
  expect(frame).toMatchObject({ widthPx, heightPx });
  const write = {
    rgb: (of: Pick<typeof frame, 'writeRgb'>, w: number, h: number) => {
      const out = Buffer.alloc(3 * w * h);
      of.writeRgb(out, w, h);
      return out;
    },
    gray: (of: Pick<typeof frame, 'writeGray'>, w: number, h: number) => {
      const out = Buffer.alloc(w * h);
      of.writeGray(out, w, h);
      return out;
    },
  };
  const parts = [
    [0, 0, widthPx, heightPx],
    [2, 4, 160, 90],
    [widthPx - 102, heightPx - 58, 102, 58],
    [34, 18, 78, 42],
  ] as const;
  for (const part of parts) {
    const [leftPx, topPx, width, height] = part;
    const view = frame.crop({ leftPx, topPx, widthPx: width, heightPx: height });
    expect(view).toMatchObject({ widthPx: width, heightPx: height });
    for (const kind of ['rgb', 'gray'] as const) {
      const whole = write[kind](frame, widthPx, heightPx);
      const expected = cutOut(whole, widthPx, part, CHANNELS[kind]);
      const written = write[kind](view, width, height);
      if (kind === 'rgb') expect(written.equals(expected)).toBe(true);
      else expect(furthestApart(written, expected)).toBeLessThanOrEqual(ROUNDING_LUMA);
    }
  }
  // Another part of it is written into a letterbox.
  const letterbox = Buffer.alloc(3 * 60 * 60, 7);
  const target = { offsetBytes: 3 * 60 * 10, strideBytes: 3 * 60 };
  frame.crop({ leftPx: 2, topPx: 2, widthPx: 120, heightPx: 80 }).writeRgb(letterbox, 60, 40, target);
  expect(letterbox.subarray(0, 3 * 60 * 10).every((byte) => byte === 7)).toBe(true);
  expect(letterbox.subarray(3 * 60 * 10, 3 * 60 * 50).every((byte) => byte === 7)).toBe(false);
  expect(letterbox.subarray(3 * 60 * 50).every((byte) => byte === 7)).toBe(true);
  decoders.close();
});

test('what is no part of the picture is refused, and the next part is right', () => {
  const clip = paintedClip({ frames: 1 });
  const decoders = new KeyframeDecoders();
  const frame = decoders.decode(describeUnit('h264', clip.units[0]!.data, new ParameterSets('h264'), 1000)!)!;
  const gray = (leftPx: number, topPx: number, widthPx: number, heightPx: number) => () => {
    const out = Buffer.alloc(100);
    frame.crop({ leftPx, topPx, widthPx, heightPx }).writeGray(out, 10, 10);
    return out;
  };
  for (const wrong of [gray(1, 0, 10, 10), gray(0, 0, 322, 10), gray(0, 190, 10, 4), gray(-2, 0, 10, 10)])
    expect(wrong).toThrow(/within 320×192/);
  expect(gray(0, 0, 0, 10)).toThrow('got the part of 0×10 pixels at 0, 0');
  expect(gray(310, 182, 10, 10)().some((byte) => byte > 80)).toBe(true);
  decoders.close();
});
