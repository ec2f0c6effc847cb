import { afterAll, expect, test } from 'vitest';
import type { RuleName } from '#config/rule.ts';
import type { AccessUnit } from '#streams/access-unit.ts';
import { KeyframeDecoders } from '#streams/decoders.ts';
import { type Painting, paintedClip } from '#streams/fixtures/painted-clip.ts';
import type { Frame } from '#streams/frame.ts';
import { KeptGop } from '#streams/kept-gop.ts';
import { describeUnit } from '#streams/nal-units/describe.ts';
import { ParameterSets } from '#streams/nal-units/parameter-sets.ts';
import { Observer } from '../observations/observe.ts';
import { MADE_CLASSES, madeDetections } from '../tracks/made-detections.ts';
import { Tracker } from '../tracks/tracker.ts';
import type { WatchedCameraConfig } from './messages.ts';
import { NeededSampler } from './needed-sampler.ts';
import { wishOf } from './sampling.ts';

const FRAME_MS = 50;
const EVERYWHERE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as [number, number][];
const decoders = new KeyframeDecoders();
afterAll(() => decoders.close());

/** What a camera sends that takes 20 pictures a second, with a key every `gopMs`; from the second 0 on. */
function filmed(seconds: number, gopMs: number, painting: Painting = {}): AccessUnit[] {
  const keyIntervalFrames = gopMs / FRAME_MS;
  // One GOP is painted, and sent again and again.
  const clip = paintedClip({ widthPx: 160, heightPx: 96, frames: keyIntervalFrames, keyIntervalFrames, ...painting });
  const sets = new ParameterSets(clip.codec);
  const gop = clip.units.map(({ data }) => describeUnit(clip.codec, data, sets, 0)!);
  return Array.from({ length: (1000 * seconds) / FRAME_MS }, (_, i) => {
    return { ...gop[i % gop.length]!, capturedAtMs: i * FRAME_MS };
  });
}

/** A camera whose stream, clock and detections the test makes; all between is the real thing. */
function watch(rules: RuleName[], settings: { samplePeriodMs?: number; limitBytes?: number } = {}) {
  const { limitBytes, ...period } = settings;
  const zones = (['no-parking', 'no-vending', 'keep-clean', 'leash'] as const).map((kind) => ({
    kind,
    polygon: EVERYWHERE,
  }));
  const config: WatchedCameraConfig = {
    id: 'cam',
    source: { kind: 'url', url: 'rtsp://192.0.2.1/' },
    lngLat: [116, 37],
    views: [{ id: 'default', zones, drawing: '', fingerprint: null }],
    algorithms: rules.map((rule) => ({ rule, dwellMs: 5000 })),
    decode: 'as-needed',
    ...period,
  };
  const observer = new Observer({ ...config, viewId: 'default', zones }, 'Asia/Shanghai');
  const tracker = new Tracker(MADE_CLASSES);
  const gop = new KeptGop(limitBytes);
  const sampler = new NeededSampler(decoders, gop, (atMs) => wishOf(config, observer, atMs));
  const sampledAtMs: number[] = [];
  let skipped = false;
  return {
    sampler,
    gop,
    sampledAtMs,
    /** Analyses what is due, in which a dog runs about or does not. @returns its frame, on loan */
    turn(dogRuns: (atMs: number) => boolean = () => false): Frame | null {
      let due = sampler.take();
      while (!due && sampler.isDue) due = sampler.take();
      if (!due) return null;
      const { capturedAtMs, widthPx, heightPx } = due.frame;
      sampledAtMs.push(capturedAtMs);
      const x = 20 + ((capturedAtMs / 25) % 80);
      const dogs = dogRuns(capturedAtMs) ? [['dog', x, 40, x + 30, 60] as const] : [];
      const tracks = tracker.update(madeDetections(...dogs), capturedAtMs, widthPx, heightPx);
      observer.observe(tracks, capturedAtMs, widthPx, heightPx);
      return due.frame;
    },
    /** A unit arrives, as a stream delivers it: what was not wanted before a key is missed after. @returns whether it is due */
    arrive(unit: AccessUnit): boolean {
      skipped = unit.key ? false : skipped || !sampler.wantsAllUnits;
      if (!unit.key && !sampler.wantsAllUnits) return false;
      const arrived = skipped ? { ...unit, whole: false } : unit;
      if (sampler.wantsGop) gop.push(arrived);
      const due = sampler.accept(arrived);
      if (!sampler.wantsGop) gop.clear();
      return due;
    },
    play(units: readonly AccessUnit[], dogRuns?: (atMs: number) => boolean): void {
      for (const unit of units) if (this.arrive(unit)) this.turn(dogRuns);
    },
  };
}

const steps = (atMs: readonly number[]) => atMs.slice(1).map((at, i) => at - atMs[i]!);
const within = (atMs: readonly number[], fromMs: number, toMs: number) =>
  atMs.filter((at) => at >= fromMs && at < toMs);

test('garbage before a camera with a key every 10 s is looked at every 5 s, and half of each GOP is never decoded', () => {
  const camera = watch(['exposed-garbage']);
  camera.play(filmed(60, 10_000));
  expect(Math.max(...steps(camera.sampledAtMs))).toBeLessThanOrEqual(5500);
  expect(steps(within(camera.sampledAtMs, 20_000, 60_000))).toEqual([5000, 5000, 5000, 5000, 5000, 5000, 5000]);
  // Until two intervals were seen, a key is waited for half a second longer.
  expect(camera.sampler.interDecoded).toBe(2 * 110 + 4 * 100);
  camera.sampler.close();
});

test('for parking a key every 2 s suffices: nothing else is decoded, and soon nothing else is fetched or kept', () => {
  const camera = watch(['illegal-parking', 'exposed-garbage']);
  camera.play(filmed(20, 2000));
  expect(steps(camera.sampledAtMs)).toEqual(Array(9).fill(2000));
  expect([camera.sampler.interDecoded, camera.sampler.wantsAllUnits, camera.gop.bytes]).toEqual([0, false, 0]);
  expect(camera.sampler.hasDecoder).toBe(false);
  camera.sampler.close();
});

test('a camera changes from a key every 2 s to one every 8 s: two long GOPs later parking is looked at often enough', () => {
  const camera = watch(['illegal-parking']);
  const short = filmed(10, 2000);
  const long = filmed(40, 8000).map((unit) => ({ ...unit, capturedAtMs: unit.capturedAtMs + 10_000 }));
  camera.play([...short, ...long]);
  expect(Math.max(...steps(within(camera.sampledAtMs, 26_000, 50_000)))).toBeLessThanOrEqual(2500);
  camera.sampler.close();
});

test('a running dog is followed five times a second while it is in view; then keys suffice again, and the decoder is freed', () => {
  const camera = watch(['unleashed-dog']);
  const dogRuns = (atMs: number) => atMs >= 8000 && atMs < 14_000;
  const units = filmed(60, 2000);
  camera.play(units.slice(0, 160), dogRuns);
  expect([camera.sampledAtMs, camera.sampler.interDecoded]).toEqual([[0, 2000, 4000, 6000], 0]);
  camera.play(units.slice(160, 400), dogRuns);
  expect(within(camera.sampledAtMs, 8000, 14_000)).toEqual(Array.from({ length: 30 }, (_, i) => 8000 + 200 * i));
  // A lost dog is looked for two seconds; of the GOP after that only the key is decoded.
  expect(within(camera.sampledAtMs, 16_400, 20_000)).toEqual([18_000]);
  const decoded = camera.sampler.interDecoded;
  // Of each GOP the pictures up to the last sample, which is 200 ms before the next key.
  expect(decoded).toBeGreaterThanOrEqual(4 * 36);
  expect(decoded).toBeLessThanOrEqual(4 * 36 + 10);
  camera.sampler.freeIdle(20_000);
  expect(camera.sampler.hasDecoder).toBe(true);
  camera.play(units.slice(400), dogRuns);
  expect(camera.sampler.interDecoded).toBe(decoded);
  camera.sampler.freeIdle(60_000);
  expect(camera.sampler.hasDecoder).toBe(false);
  expect(camera.sampler.wantsAllUnits).toBe(true);
  camera.sampler.close();
});

test('a dog in a key whose turn came late: its walk so far is looked at in order, from two periods before the newest', () => {
  const camera = watch(['unleashed-dog']);
  const units = filmed(8, 4000);
  for (const unit of units.slice(0, 83)) camera.arrive(unit);
  camera.turn(() => true);
  camera.play(units.slice(83, 92), () => true);
  expect(camera.sampledAtMs).toEqual([4000, 4200, 4400]);

  const later = watch(['unleashed-dog']);
  for (const unit of units.slice(0, 110)) later.arrive(unit);
  later.turn(() => true);
  later.play(units.slice(110, 115), () => true);
  // The newest is at 5500: of the 1.5 s since the key the last 0.4 s are looked at.
  expect(later.sampledAtMs).toEqual([4000, 5100, 5300, 5500, 5700]);
  for (const { sampler } of [camera, later]) sampler.close();
});

test('a dog that sits still for ten seconds is looked at no more often than a parked car', () => {
  const observer = new Observer(
    {
      ...{ id: 'cam', viewId: 'default', lngLat: [116, 37] },
      zones: [{ kind: 'leash', polygon: EVERYWHERE }],
      algorithms: [{ rule: 'unleashed-dog', dwellMs: 5000 }],
    },
    'Asia/Shanghai',
  );
  const tracker = new Tracker(MADE_CLASSES);
  const sit = (atMs: number) => {
    observer.observe(tracker.update(madeDetections(['dog', 40, 40, 80, 70]), atMs, 640, 360), atMs, 640, 360);
    return observer.wantsEveryMs(atMs);
  };
  expect(sit(0)).toBe(200);
  for (let atMs = 200; atMs < 9000; atMs += 200) expect(sit(atMs)).toBe(200);
  expect(sit(12_000)).toBeNull();
  expect([observer.mayWantEveryMs(12_000), observer.samplingRange(12_000)?.atLeastEveryMs]).toEqual([200, 2000]);
});

test('a rule out of its hours or without a zone of its kind asks for nothing', () => {
  const night = { rule: 'unleashed-dog' as const, dwellMs: 5000, hours: ['20:00-06:00'] };
  const camera = { id: 'cam', viewId: 'default', lngLat: [116, 37] as [number, number] };
  const zones = [{ kind: 'leash' as const, polygon: EVERYWHERE }];
  const noon = Date.parse('2026-05-01T12:00:00+08:00');
  const observer = new Observer({ ...camera, zones, algorithms: [night] }, 'Asia/Shanghai');
  expect([observer.samplingRange(noon), observer.mayWantEveryMs(noon)]).toEqual([null, null]);
  expect(observer.mayWantEveryMs(noon + 10 * 3_600_000)).toBe(200);
  const unzoned = new Observer({ ...camera, zones, algorithms: [{ rule: 'illegal-parking', dwellMs: 1 }] }, 'UTC');
  expect(unzoned.samplingRange(noon)).toBeNull();
});

test('a period of the camera’s own overrules what its rules ask for', () => {
  const camera = watch(['exposed-garbage'], { samplePeriodMs: 500 });
  camera.play(filmed(8, 4000));
  expect(steps(within(camera.sampledAtMs, 0, 4000)).every((step) => step >= 500 && step <= 650)).toBe(true);
  camera.sampler.close();
});

test('after a damaged unit nothing is decoded until the next whole key, and the decoder goes on there', () => {
  const camera = watch(['illegal-parking']);
  const units = filmed(40, 8000).map((unit, i) => ({ ...unit, whole: i < 330 || i >= 480 }));
  camera.play(units);
  // Damaged from 16.5 s on, and so is the key at 16 s + 0: the pictures before it are looked at no more.
  expect(within(camera.sampledAtMs, 16_500, 24_000)).toEqual([]);
  expect(steps(within(camera.sampledAtMs, 24_000, 40_000))).toEqual([2000, 2000, 2000, 2000, 2000, 2000, 2000]);
  camera.sampler.close();
});

test('a stream that was lost in the middle of a GOP is looked at again from its next key', () => {
  const camera = watch(['illegal-parking']);
  const units = filmed(40, 8000);
  camera.play(units.slice(0, 440));
  camera.sampler.forget();
  camera.gop.clear();
  expect(camera.sampler.isDue).toBe(false);
  // Back after a second, somewhere in the GOP.
  camera.play(units.slice(460));
  expect(within(camera.sampledAtMs, 22_000, 40_000)).toEqual([24, 26, 28, 30, 32, 34, 36, 38].map((s) => 1000 * s));
  camera.sampler.close();
});

test('of a GOP that is too large to keep only the key is looked at', () => {
  const units = filmed(24, 8000);
  const limitBytes = units.slice(0, 30).reduce((sum, { bytes }) => sum + bytes, 0);
  const camera = watch(['illegal-parking'], { limitBytes });
  let mostBytes = 0;
  for (const unit of units) {
    if (camera.arrive(unit)) camera.turn();
    mostBytes = Math.max(mostBytes, camera.gop.bytes);
  }
  expect([camera.sampledAtMs, camera.sampler.interDecoded]).toEqual([[0, 8000, 16_000], 0]);
  expect(mostBytes).toBeLessThanOrEqual(limitBytes);
  camera.sampler.close();
});

test('pictures of a stream with B-frames are never looked at backwards', () => {
  const camera = watch(['unleashed-dog']);
  camera.play(filmed(8, 2000, { codec: 'h265', bFrames: 3 }), () => true);
  expect(Math.min(...steps(camera.sampledAtMs))).toBeGreaterThan(0);
  expect(Math.max(...steps(within(camera.sampledAtMs, 2000, 8000)))).toBeLessThanOrEqual(500);
  camera.sampler.close();
});

test('two cameras that take turns never show a pixel of each other', () => {
  const cameras = (
    [
      [90, 220],
      [220, 90],
    ] as [number, number][]
  ).map((colour) => {
    const { sampler, ...camera } = watch(['unleashed-dog']);
    return { camera, sampler, units: filmed(4, 2000, { colour }), red: colour[1] > colour[0], seen: 0 };
  });
  expect(cameras[0]!.units[0]!.parameterSets).toBe(cameras[1]!.units[0]!.parameterSets);
  for (let i = 0; i < 80; i++) {
    for (const one of cameras) {
      const frame = one.camera.arrive(one.units[i]!) ? one.camera.turn(() => true) : null;
      if (!frame) continue;
      one.seen++;
      const rgb = frame.copyRgb();
      let others = 0;
      for (let at = 0; at < rgb.length; at += 3) if (rgb[at]! > rgb[at + 2]! !== one.red) others++;
      expect(others).toBe(0);
    }
  }
  for (const { seen, sampler } of cameras) {
    expect(seen).toBeGreaterThan(12);
    sampler.close();
  }
});
