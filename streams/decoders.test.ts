import { AV_CODEC_ID_H264, AV_PIX_FMT_RGB24, SWS_FAST_BILINEAR } from 'node-av/constants';
import { Codec, CodecContext, Packet, Frame as Picture, SoftwareScaleContext } from 'node-av/lib';
import { expect, test } from 'vitest';
import type { AccessUnit } from './access-unit.ts';
import { InterDecoder, KeyframeDecoders } from './decoders.ts';
import type { Clip } from './files/clip.ts';
import { paintedClip } from './fixtures/painted-clip.ts';
import { describeUnit } from './nal-units/describe.ts';
import { ParameterSets } from './nal-units/parameter-sets.ts';

function unitsOf(clip: Clip): AccessUnit[] {
  const sets = new ParameterSets(clip.codec);
  return clip.units.map(({ data }, i) => describeUnit(clip.codec, data, sets, 1000 + i * 50)!);
}
const keysOf = (clip: Clip) => unitsOf(clip).filter(({ key }) => key);

/** The unit with its bytes in many parts, as the network delivers them. */
function inParts(unit: AccessUnit): AccessUnit {
  const all = Buffer.concat(unit.parts);
  const parts: Buffer[] = [];
  for (let at = 0; at < all.length; at += 700) parts.push(all.subarray(at, at + 700));
  return { ...unit, parts };
}

/** Mean of each of the three bytes of a pixel. */
function colour(rgb: Buffer): number[] {
  const sums = [0, 0, 0];
  for (let i = 0; i < rgb.length; i++) sums[i % 3]! += rgb[i]!;
  return sums.map((sum) => Math.round(sum / (rgb.length / 3)));
}

function decodedDirectly(data: Buffer, widthPx: number, heightPx: number): Buffer {
  const codec = Codec.findDecoder(AV_CODEC_ID_H264)!;
  const context = new CodecContext();
  context.allocContext3(codec);
  context.open2Sync(codec, null);
  const packet = new Packet();
  packet.alloc();
  packet.data = data;
  context.sendPacketSync(packet);
  context.sendPacketSync(null);
  const picture = new Picture();
  picture.alloc();
  expect(context.receiveFrameSync(picture)).toBe(0);
  const scaler = new SoftwareScaleContext();
  scaler.getContext(widthPx, heightPx, picture.format as never, widthPx, heightPx, AV_PIX_FMT_RGB24, SWS_FAST_BILINEAR);
  const out = Buffer.alloc(widthPx * heightPx * 3);
  scaler.scaleSync(picture.data!, picture.linesize, 0, heightPx, [out], [widthPx * 3]);
  for (const each of [picture, packet]) each.free();
  for (const each of [context, scaler]) each.freeContext();
  return out;
}

test('a key that is shown decodes to what libav decodes directly, however it was cut', () => {
  const clip = paintedClip();
  const decoders = new KeyframeDecoders();
  for (const unit of keysOf(clip)) {
    const frame = decoders.decodeToShow(inParts(unit))!;
    expect(frame).toMatchObject({ widthPx: 320, heightPx: 192, capturedAtMs: unit.capturedAtMs });
    expect(frame.copyRgb().equals(decodedDirectly(Buffer.concat(unit.parts), 320, 192))).toBe(true);
  }
  decoders.close();
});

test('a key that is looked at lacks only the smoothing of its blocks, and stays lent while it is decoded to be shown', () => {
  const [first, unit] = keysOf(paintedClip({ smoothed: true })) as [AccessUnit, AccessUnit];
  const decoders = new KeyframeDecoders();
  // Before the first nothing is known of how fine they are.
  expect(decoders.decode(first)!.copyRgb().equals(decoders.decodeToShow(first)!.copyRgb())).toBe(true);
  const looked = decoders.decode(unit)!;
  const before = looked.copyRgb();
  const shown = decoders.decodeToShow(unit)!.copyRgb();
  expect(looked.copyRgb().equals(before)).toBe(true);
  expect(before.equals(shown)).toBe(false);
  const apart = before.map((value, i) => Math.abs(value - shown[i]!));
  expect(apart.reduce((sum, each) => sum + each, 0) / apart.length).toBeLessThan(5);
  expect(decoders.size).toBe(2);
  decoders.close();
});

test('where blocks are coarse, a key that is looked at is smoothed too', () => {
  const fine = keysOf(paintedClip({ smoothed: true }))[0]!;
  const coarse = keysOf(paintedClip({ smoothed: true, coarse: true }))[0]!;
  const bitsPerPx = (unit: AccessUnit) => (8 * unit.bytes) / (320 * 192);
  expect(bitsPerPx(fine)).toBeGreaterThan(0.25);
  expect(bitsPerPx(coarse)).toBeLessThan(0.25);
  const decoders = new KeyframeDecoders();
  const differs = (unit: AccessUnit) =>
    !decoders.decode(unit)!.copyRgb().equals(decoders.decodeToShow(unit)!.copyRgb());
  expect([fine, fine, coarse, fine].map(differs)).toEqual([false, true, false, true]);
  decoders.close();
});

test('cameras that share a decoder never show each other’s pixels', () => {
  const red = keysOf(paintedClip({ colour: [90, 220] }));
  const blue = keysOf(paintedClip({ colour: [220, 90] }));
  expect(red[0]!.parameterSets).toBe(blue[0]!.parameterSets);
  const decoders = new KeyframeDecoders();
  for (let i = 0; i < 6; i++) {
    const [r, , b] = colour(decoders.decode(red[i % 2]!)!.copyRgb());
    expect(r! - b!).toBeGreaterThan(100);
    expect(decoders.decode({ ...red[0]!, parts: [Buffer.from([0, 0, 0, 1, 0x65, 1, 2, 3])], bytes: 8 })).toBeNull();
    const [r2, , b2] = colour(decoders.decode(blue[i % 2]!)!.copyRgb());
    expect(b2! - r2!).toBeGreaterThan(100);
  }
  expect(decoders.size).toBe(1);
  decoders.close();
});

test.each([
  { name: 'H.264', codec: 'h264', slices: 1 },
  { name: 'H.264 in slices', codec: 'h264', slices: 4 },
  { name: 'H.265', codec: 'h265', slices: 1 },
] as const)(
  '$name: not a pixel of one camera is in the other’s picture, also where its key was torn',
  ({ codec, slices }) => {
    const red = keysOf(paintedClip({ codec, slices, colour: [90, 220] }))[0]!;
    const blue = keysOf(paintedClip({ codec, slices, colour: [220, 90] }))[0]!;
    const alone = (unit: AccessUnit) => {
      const own = new KeyframeDecoders();
      const rgb = own.decodeToShow(unit)?.copyRgb() ?? null;
      own.close();
      return rgb;
    };
    const all = Buffer.concat(blue.parts);
    const torn = (bytes: number): AccessUnit => ({ ...blue, parts: [all.subarray(0, bytes)], bytes });
    const shared = new KeyframeDecoders();
    const plain = { red: alone(red)!, blue: alone(blue)! };
    for (let share = 0.1; share <= 1; share += 0.1) {
      expect(shared.decodeToShow(red)!.copyRgb().equals(plain.red)).toBe(true);
      const unit = torn(Math.floor(all.length * share));
      const seen = shared.decodeToShow(unit)?.copyRgb() ?? null;
      const own = alone(unit);
      expect(seen === null ? own === null : own !== null && seen.equals(own)).toBe(true);
      expect(shared.decodeToShow(blue)!.copyRgb().equals(plain.blue)).toBe(true);
    }
    shared.close();
  },
);

test.each([
  { name: 'H.264 with B-frames', codec: 'h264', bFrames: 3 },
  { name: 'H.265 with B-frames', codec: 'h265', bFrames: 3 },
] as const)('$name gives a frame per key, and every frame with its own time', ({ codec, bFrames }) => {
  const clip = paintedClip({ codec, bFrames, frames: 30 });
  const decoders = new KeyframeDecoders();
  const keys = keysOf(clip);
  expect(keys.length).toBe(3);
  for (const unit of keys) expect(decoders.decode(unit)?.capturedAtMs).toBe(unit.capturedAtMs);
  decoders.close();

  const inter = new InterDecoder();
  const times = unitsOf(clip).flatMap((unit) => inter.decode(unit)?.capturedAtMs ?? []);
  expect(times.length).toBeGreaterThan(24);
  expect(new Set(times).size).toBe(times.length);
  inter.close();
});

test('full range is taken as such, odd sizes fit, and a change of size is followed', () => {
  const decoders = new KeyframeDecoders();
  const plain = colour(decoders.decode(keysOf(paintedClip({ frames: 1 }))[0]!)!.copyRgb());
  const full = colour(decoders.decode(keysOf(paintedClip({ frames: 1, fullRange: true }))[0]!)!.copyRgb());
  expect(plain[1]! - full[1]!).not.toBe(0);
  expect(Math.abs(full[1]! - (121 - 0.344 * -18 - 0.714 * 22))).toBeLessThan(3);
  const tall = decoders.decode(keysOf(paintedClip({ frames: 1, widthPx: 1920, heightPx: 1072 }))[0]!)!;
  expect(tall).toMatchObject({ widthPx: 1920, heightPx: 1072 });
  expect(tall.copyRgb().length).toBe(1920 * 1072 * 3);

  const inter = new InterDecoder();
  const changing = [
    ...unitsOf(paintedClip({ frames: 3 })),
    ...unitsOf(paintedClip({ frames: 3, widthPx: 640, heightPx: 352 })),
  ];
  const sizes = changing.map((unit) => inter.decode(unit)?.widthPx);
  expect(sizes).toEqual([320, 320, 320, 640, 640, 640]);
  inter.close();
  decoders.close();
});

test('a frame is written into a part of a larger picture and nowhere else', () => {
  const decoders = new KeyframeDecoders();
  const frame = decoders.decode(keysOf(paintedClip({ frames: 1 }))[0]!)!;
  for (let widthPx = 90; widthPx < 130; widthPx++) {
    const strideBytes = 160 * 3;
    const out = Buffer.alloc(strideBytes * 60, 7);
    frame.writeRgb(out, widthPx, 40, { offsetBytes: strideBytes * 10 + 15, strideBytes });
    for (let y = 0; y < 60; y++) {
      const row = out.subarray(y * strideBytes, (y + 1) * strideBytes);
      const inside = y >= 10 && y < 50;
      const outside = inside ? Buffer.concat([row.subarray(0, 15), row.subarray(15 + widthPx * 3)]) : row;
      expect(outside.every((byte) => byte === 7)).toBe(true);
    }
  }
  const gray = Buffer.alloc(160 * 90 + 1, 7);
  frame.writeGray(gray, 160, 90);
  expect(gray[160 * 90]).toBe(7);
  expect(gray.subarray(0, 160 * 90).some((byte) => byte > 80)).toBe(true);
  expect(() => frame.writeRgb(Buffer.alloc(10), 160, 90)).toThrow('expected at least 43200 bytes');
  decoders.close();
});

test.each([321, 322, 326, 334])('of a picture %i pixels wide the last columns are painted too', (widthPx) => {
  const decoders = new KeyframeDecoders();
  const frame = decoders.decode(keysOf(paintedClip({ frames: 1, widthPx: 336, colour: [90, 220] }))[0]!)!;
  const rgb = Buffer.alloc(3 * widthPx * 192);
  frame.crop({ leftPx: 0, topPx: 0, widthPx, heightPx: 192 }).writeRgb(rgb, widthPx, 192);
  for (let x = widthPx - 8; x < widthPx; x++) expect(rgb[3 * x]! - rgb[3 * x + 2]!).toBeGreaterThan(100);
  decoders.close();
});

test('what is not whole gives no frame, and every frame waits for a whole key after it', () => {
  const units = unitsOf(paintedClip({ frames: 20 }));
  const inter = new InterDecoder();
  const seen = units.map((unit, i) => inter.decode(i === 3 ? { ...unit, whole: false } : unit) !== null);
  expect(seen).toEqual(units.map((_, i) => i < 3 || i >= 10));
  expect(new InterDecoder().decode(units[1]!)).toBeNull();
  inter.close();
  const decoders = new KeyframeDecoders();
  expect(decoders.decode({ ...units[0]!, whole: false })).toBeNull();
  expect(decoders.decode(units[1]!)).toBeNull();
  const all = Buffer.concat(units[0]!.parts);
  const torn = all.subarray(0, all.length >> 1);
  expect(decoders.decode({ ...units[0]!, parts: [torn], bytes: torn.length })).toBeNull();
  decoders.close();
});

test('decoders that no camera needs any longer are freed when another is opened', () => {
  const [small] = keysOf(paintedClip({ frames: 1 }));
  const [large] = keysOf(paintedClip({ frames: 1, widthPx: 640 }));
  const decoders = new KeyframeDecoders();
  decoders.decode(small!);
  decoders.decode({ ...large!, capturedAtMs: small!.capturedAtMs + 200_000 });
  expect(decoders.size).toBe(2);
  const [other] = keysOf(paintedClip({ frames: 1, widthPx: 480 }));
  decoders.decode({ ...other!, capturedAtMs: small!.capturedAtMs + 400_000 });
  expect(decoders.size).toBe(2);
  decoders.close();
});
