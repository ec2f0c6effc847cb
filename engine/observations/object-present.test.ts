import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Zone } from '#config/camera.ts';
import { newDetections, openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { partOfRgb } from '#models/photo.ts';
import { Observation } from '../contract/observation.ts';
import { MADE_CLASSES, type MadeBox, madeDetections } from '../tracks/made-detections.ts';
import { Tracker } from '../tracks/tracker.ts';
import { type BoundRule, Observer } from './observe.ts';

const STREET = fileURLToPath(new URL('../../models/street', import.meta.url));
const W = 768;
const H = 576;
const START_MS = Date.parse('2026-03-02T12:00:00+08:00');
const west: Zone = {
  kind: 'watch',
  polygon: [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1],
  ],
};
const BICYCLES: BoundRule = {
  rule: 'object-present',
  algorithm: 'parked-bicycles',
  classes: ['bicycle'],
  dwellMs: 10_000,
  zoneKind: 'watch',
};
const ONE: MadeBox = ['bicycle', 100, 300, 160, 380, 0.6];
const OTHER: MadeBox = ['bicycle', 500, 300, 560, 380, 0.6];

function film(bound: BoundRule, zones: Zone[] = [west]) {
  const tracker = new Tracker(MADE_CLASSES);
  const camera = { id: 'c1', viewId: 'v1', lngLat: [116.3, 37.4] as [number, number], zones, algorithms: [bound] };
  const observer = new Observer(camera, 'Asia/Shanghai');
  let nowMs = START_MS;
  return {
    observer,
    shoot(...boxes: MadeBox[]): Observation[] {
      nowMs += 1000;
      const tracks = tracker.update(madeDetections(...boxes), nowMs, W, H);
      return observer.observe(tracks, nowMs, W, H).map((seen) => Observation.parse(seen));
    },
  };
}

test('a thing of a class that was named is a fact of its algorithm after the dwell, in its zones alone', () => {
  const f = film(BICYCLES);
  for (let s = 0; s < 10; s++) {
    const seen = f.shoot(ONE, OTHER, ['person', 50, 200, 90, 300, 0.8]);
    expect(seen.map(({ phase }) => phase)).toEqual(['pending']);
  }
  const [standing, ...more] = f.shoot(ONE, OTHER);
  expect(more).toEqual([]);
  expect(standing).toMatchObject({
    algorithm: 'parked-bicycles',
    rule: 'object-present',
    classGroup: 'object',
    phase: 'standing',
    zoneKind: 'watch',
    zoneIndex: 0,
  });
  expect(standing!.key.startsWith('parked-bicycles:')).toBe(true);
});

test('without a zone it looks anywhere, one fact for each thing; what moves about stays one', () => {
  const f = film({ ...BICYCLES, zoneKind: null }, []);
  let seen: Observation[] = [];
  for (let s = 0; s <= 10; s++) seen = f.shoot(ONE, OTHER);
  expect(seen.map(({ phase, zoneKind, zoneIndex }) => [phase, zoneKind, zoneIndex])).toEqual([
    ['standing', null, null],
    ['standing', null, null],
  ]);
  const roaming = film({ ...BICYCLES, zoneKind: null, movesAbout: true }, []);
  for (let s = 0; s <= 10; s++) seen = roaming.shoot(['bicycle', 100 + 8 * s, 300, 160 + 8 * s, 380, 0.6]);
  expect(seen.map(({ phase, classGroup }) => [phase, classGroup])).toEqual([['standing', 'mover']]);
});

test('where it needs a zone and there is none, it looks at nothing; its own period is what it wants', () => {
  expect(film(BICYCLES, []).observer.samplingRange(START_MS)).toBeNull();
  expect(film({ ...BICYCLES, zoneKind: null }, []).observer.samplingRange(START_MS)).toEqual({
    atMostEveryMs: 1000,
    atLeastEveryMs: 2000,
  });
  const own = film({ ...BICYCLES, samplePeriodMs: 5000 }).observer.samplingRange(START_MS);
  expect(own).toEqual({ atMostEveryMs: 5000, atLeastEveryMs: 5000 });
});

test('the shipped model and a class that no shipped rule is raised for: the bins of a real photo, one fact each', async () => {
  const { data, info } = await sharp(`${STREET}/samples/bins.jpg`)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const detector = await openDetector(await readPackage(STREET));
  const seen = newDetections();
  await detector.detect(partOfRgb(data, width, { leftPx: 0, topPx: 0, widthPx: width, heightPx: height }), seen);
  await detector.close();
  const bins = Array.from(seen.classIds.subarray(0, seen.count)).filter(
    (id, i) => detector.classes[id]!.label === 'garbage_bin' && seen.scores[i]! >= 0.5,
  );
  expect(bins.length).toBeGreaterThan(0);
  const bound = { ...BICYCLES, algorithm: 'bins', classes: ['garbage_bin'], zoneKind: null, threshold: 0.5 };
  const tracker = new Tracker(detector.classes);
  const observer = new Observer(
    { id: 'c1', viewId: 'v1', lngLat: [116.3, 37.4], zones: [], algorithms: [bound] },
    'Asia/Shanghai',
  );
  let facts: Observation[] = [];
  for (let s = 0; s <= 11; s++) {
    const nowMs = START_MS + 1000 * s;
    facts = observer.observe(tracker.update(seen, nowMs, width, height), nowMs, width, height);
  }
  const standing = facts.filter(({ phase }) => phase === 'standing');
  expect(standing).toHaveLength(bins.length);
  for (const { boxes } of standing) expect(boxes[0]!.class).toBe('garbage_bin');
});
