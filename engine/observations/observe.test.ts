import { expect, test } from 'vitest';
import type { Zone } from '#config/camera.ts';
import { seeded } from '#streams/seeded.ts';
import { Observation } from '../contract/observation.ts';
import { MADE_CLASSES, type MadeBox, madeDetections } from '../tracks/made-detections.ts';
import { Tracker } from '../tracks/tracker.ts';
import { type BoundRule, Observer } from './observe.ts';

const W = 768;
const H = 576;
const NOON_BEIJING_MS = Date.parse('2026-03-02T12:00:00+08:00');

const polygon = (left: number, top: number, right: number, bottom: number): Zone['polygon'] => [
  [left / W, top / H],
  [right / W, top / H],
  [right / W, bottom / H],
  [left / W, bottom / H],
];
const kerb: Zone = { kind: 'no-parking', polygon: polygon(600, 60, 768, 120) };
const van: MadeBox = ['truck', 652, 44, 724, 101, 0.54];

/** A camera with one rule, filmed box by box. */
function film(
  algorithms: BoundRule[],
  zones: Zone[],
  o: { startMs?: number; widthPx?: number; heightPx?: number } = {},
) {
  const { startMs = NOON_BEIJING_MS, widthPx = W, heightPx = H } = o;
  const tracker = new Tracker(MADE_CLASSES);
  const observer = new Observer({ id: 'c1', viewId: 'v1', lngLat: [116.3, 37.4], zones, algorithms }, 'Asia/Shanghai');
  let nowMs = startMs;
  return {
    sinceMs: () => nowMs - startMs,
    shoot(stepMs: number, ...boxes: MadeBox[]): Observation[] {
      nowMs += stepMs;
      const tracks = tracker.update(madeDetections(...boxes), nowMs, widthPx, heightPx);
      return observer.observe(tracks, nowMs, widthPx, heightPx).map((seen) => Observation.parse(seen));
    },
  };
}
const parking = (over: Partial<BoundRule> = {}): BoundRule[] => [{ rule: 'illegal-parking', dwellMs: 15_000, ...over }];

test('a van in a no-parking zone is pending at first sight and standing after its dwell, under one key', () => {
  const f = film(parking(), [kerb]);
  const keys = new Set<string>();
  for (let s = 1; s <= 60; s++) {
    const [seen, ...more] = f.shoot(1000, van);
    expect(more).toEqual([]);
    keys.add(seen!.key);
    expect(seen).toMatchObject({
      rule: 'illegal-parking',
      classGroup: 'vehicle',
      phase: s - 1 >= 15 ? 'standing' : 'pending',
      zoneKind: 'no-parking',
      zoneIndex: 0,
      dwellMs: 15_000,
      startedAtMs: NOON_BEIJING_MS + 1000,
      lastSeenAtMs: NOON_BEIJING_MS + 1000 * s,
      errorM: 50,
    });
  }
  expect([...keys]).toEqual(['illegal-parking:1']);
});

test('jitter, a headlight’s three misses, a lorry in front and the clip’s seam make no second fact', () => {
  const random = seeded(5);
  const j = () => Math.round(4 * random() - 2);
  const f = film(parking(), [kerb]);
  const standing = new Set<string>();
  for (let s = 0; s < 300; s++) {
    const hidden = s % 60 > 40 && s % 60 < 49;
    const boxes: MadeBox[] = hidden
      ? [['truck', 560 + 20 * ((s % 60) - 41), 20, 760, 130, 0.7]]
      : [['truck', 652 + j(), 44 + j(), 724 + j(), 101 + j(), 0.54]];
    for (const seen of f.shoot(1000, ...(s % 60 > 10 && s % 60 < 14 ? [] : boxes))) {
      if (seen.phase === 'standing') standing.add(seen.key);
      if (s > 20 && seen.key === 'illegal-parking:1') expect(seen.phase).toBe('standing');
    }
  }
  expect([...standing]).toEqual(['illegal-parking:1']);
});

test('while it is hidden the fact is told with the time it was last seen, and its dwell does not run', () => {
  const f = film(parking(), [kerb]);
  for (let s = 0; s < 10; s++) f.shoot(1000, van);
  for (let s = 0; s < 20; s++) {
    expect(f.shoot(1000, ['person', 640, 30, 740, 110])).toMatchObject([
      { phase: 'pending', lastSeenAtMs: NOON_BEIJING_MS + 10_000 },
    ]);
  }
  expect(f.shoot(1000, van)).toMatchObject([{ phase: 'standing', lastSeenAtMs: NOON_BEIJING_MS + 31_000 }]);
});

test('cars that drive through, walkers, and a van beside the zone are no parking', () => {
  const f = film(parking({ dwellMs: 5000 }), [kerb]);
  for (let s = 0; s < 40; s++) {
    const seen = f.shoot(
      1000,
      ['car', 560 + 10 * (s % 20), 60, 610 + 10 * (s % 20), 100],
      ['person', 650, 40, 670, 100],
      ['truck', 652, 144, 724, 201],
    );
    expect(seen.filter((o) => o.phase === 'standing')).toEqual([]);
    expect(seen.filter((o) => o.boxes[0]!.class !== 'car')).toEqual([]);
  }
});

test('one car after the other stops at the same place for a while: none of them is parked', () => {
  const random = seeded(2);
  for (const lane of [true, false]) {
    const f = film(parking({ dwellMs: 30_000 }), [kerb]);
    for (let s = 0; s < 600; s++) {
      const x = lane ? 620 + 120 * random() : 660;
      const there = lane ? random() < 0.6 : s % 30 < 18;
      const boxes: MadeBox[] = there ? [['car', x, 60, x + 60, 100]] : [];
      expect(f.shoot(1000, ...boxes).filter((o) => o.phase === 'standing')).toEqual([]);
    }
  }
});

test('a van that leaves ends its fact; one that is only lost keeps it', () => {
  const f = film(parking(), [kerb]);
  for (let s = 0; s < 30; s++) f.shoot(1000, van);
  for (let s = 1; s <= 12; s++) f.shoot(500, ['truck', 652 - 12 * s, 44 + 4 * s, 724 - 12 * s, 101 + 4 * s, 0.6]);
  expect(
    f.shoot(500, ['truck', 400, 200, 480, 260, 0.6]).filter((o) => o.lastSeenAtMs === NOON_BEIJING_MS + f.sinceMs()),
  ).toEqual([]);
});

test('a weak phantom is pending until its dwell is over, and then it is nothing', () => {
  const f = film(parking(), [kerb]);
  let last: Observation[] = [];
  for (let s = 0; s < 60; s++) last = f.shoot(1000, ['truck', 610, 44, 700, 101, s % 10 < 2 ? 0.4 : 0.3]);
  expect(last).toEqual([]);
  const lenient = film(parking({ threshold: 0.25 }), [kerb]);
  for (let s = 0; s < 60; s++) last = lenient.shoot(1000, ['truck', 610, 44, 700, 101, s % 10 < 2 ? 0.4 : 0.3]);
  expect(last).toMatchObject([{ phase: 'standing' }]);
  expect(last[0]!.confidence).toBeCloseTo(0.32, 1);
  const strict = film(parking({ threshold: 0.6 }), [kerb]);
  for (let s = 0; s < 60; s++) last = strict.shoot(1000, van);
  expect(last).toEqual([]);
});

test('one van seen as a truck of another outline too, unsurely, is one fact; a car half behind a van is a second', () => {
  // The van of vtest.avi and the phantoms that the shipped model sees over it, with their mean scores there.
  const surely: MadeBox = ['truck', 650, 44, 718, 100, 0.6];
  const phantoms: MadeBox[] = [
    ['truck', 650, 53, 705, 142, 0.374],
    ['truck', 673, 48, 713, 146, 0.367],
    ['truck', 656, 44, 710, 135, 0.39],
    ['truck', 583, 27, 705, 96, 0.354],
  ];
  const standing = (second: MadeBox) => {
    const f = film(parking(), [kerb]);
    let last: Observation[] = [];
    for (let s = 1; s <= 60; s++) last = f.shoot(1000, surely, second);
    return last.filter((seen) => seen.phase === 'standing').length;
  };
  for (const phantom of phantoms) expect(standing(phantom), String(phantom)).toBe(1);
  expect(standing(['car', 680, 48, 748, 104, 0.55])).toBe(2);
});

test('a parked van that drives off is no fact at the places that it passes; a lamp seen inside its outline is none', () => {
  const lawn: Zone = { kind: 'no-parking', polygon: polygon(0, 0, W, H) };
  const f = film(parking(), [lawn]);
  for (let s = 0; s < 40; s++) {
    const seen = f.shoot(1000, van, ['car', 655, 60, 675, 80, 0.4]);
    expect(seen.filter((o) => o.phase === 'standing').length).toBe(s < 15 ? 0 : 1);
  }
  for (let s = 1; s <= 10; s++) {
    const seen = f.shoot(1000, ['truck', 652 - 50 * s, 44, 724 - 50 * s, 101, 0.54]);
    expect(seen.filter((o) => o.phase === 'standing' && o.boxes[0]!.xyxy[0] * W < 640)).toEqual([]);
  }
});

test('a zone is shares of the picture: 640 px wide it holds the same van', () => {
  const small = film(parking(), [kerb], { widthPx: 384, heightPx: 288 });
  expect(small.shoot(1000, ['truck', 326, 22, 362, 50.5, 0.54])).toMatchObject([{ zoneIndex: 0 }]);
  expect(
    small.shoot(1000, ['truck', 326, 72, 362, 100.5, 0.54]).filter((o) => o.lastSeenAtMs === NOON_BEIJING_MS + 2000),
  ).toEqual([]);
});

test('a box in two zones of its rule counts once, in the first; zones of other rules do not count', () => {
  const zones: Zone[] = [
    { kind: 'keep-clean', polygon: polygon(0, 0, W, H) },
    { kind: 'no-parking', polygon: polygon(640, 60, 768, 120) },
    kerb,
  ];
  expect(film(parking(), zones).shoot(1000, van)).toMatchObject([{ zoneIndex: 1 }]);
  expect(film(parking(), zones.slice(0, 1)).shoot(1000, van)).toEqual([]);
});

test('the anchor on the last row, on the border, no box, 300 boxes: nothing throws and the border is inside', () => {
  const whole: Zone = { kind: 'no-parking', polygon: polygon(0, 0, W, H) };
  const f = film(parking(), [whole]);
  expect(f.shoot(1000)).toEqual([]);
  expect(f.shoot(1000, ['car', 300, 500, 380, H])).toHaveLength(1);
  expect(film(parking(), [whole]).shoot(1000, ['car', 0, 500, 0.5, H], ['car', W - 1, 0, W, 1])).toHaveLength(2);
  const random = seeded(9);
  const crowd = Array.from({ length: 300 }, (): MadeBox => {
    const x = 700 * random();
    const y = 500 * random();
    return ['car', x, y, x + 60 * random(), y + 70 * random(), 0.5];
  });
  f.shoot(1000, ...crowd);
});

test('hours are the city’s own, may run past midnight, and the dwell begins with them', () => {
  const startMs = Date.parse('2026-03-02T21:59:30+08:00');
  const f = film(parking({ hours: ['22:00-06:00'] }), [kerb], { startMs });
  const phaseAt = new Map<number, string | undefined>();
  for (let s = 1; s <= 60; s++) phaseAt.set(s, f.shoot(1000, van)[0]?.phase);
  expect(phaseAt.get(29)).toBeUndefined();
  expect(phaseAt.get(30)).toBe('pending');
  expect(phaseAt.get(44)).toBe('pending');
  expect(phaseAt.get(45)).toBe('standing');
  const morning = film(parking({ hours: ['22:00-06:00', '07:00-07:30'] }), [kerb], {
    startMs: Date.parse('2026-03-03T05:59:58+08:00'),
  });
  expect(morning.shoot(1000, van)).toHaveLength(1);
  expect(morning.shoot(1000, van)).toHaveLength(0);
  expect(morning.shoot(3_600_000, van)).toHaveLength(1);
});

const street: Zone = { kind: 'keep-clean', polygon: polygon(0, 0, W, H) };
const litter = (): BoundRule[] => [{ rule: 'exposed-garbage', dwellMs: 10_000 }];

test('bags that lie together are one problem, and stay one when they are detected in turn', () => {
  const f = film(litter(), [street]);
  const keys = new Set<string>();
  let last: Observation[] = [];
  for (let s = 0; s < 40; s++) {
    const bags: MadeBox[] = [
      ['garbage', 300, 400, 340, 430, 0.6],
      ['garbage', 350, 405, 380, 432, 0.6],
      ['overflow', 375, 380, 400, 432, 0.6],
    ];
    last = f.shoot(1000, ...bags.filter((_, i) => s < 3 || (s + i) % 3 !== 0));
    for (const seen of last) keys.add(seen.key);
  }
  expect([...keys]).toHaveLength(1);
  expect(last).toMatchObject([{ classGroup: 'garbage', phase: 'standing', zoneKind: 'keep-clean' }]);
  expect(last[0]!.boxes).toHaveLength(3);
});

test('two heaps far apart are two problems; a bin and a coat that walks are none', () => {
  const f = film(litter(), [street]);
  let last: Observation[] = [];
  for (let s = 0; s < 40; s++) {
    last = f.shoot(
      1000,
      ['garbage', 100, 400, 140, 430, 0.6],
      ['garbage', 500, 400, 540, 430, 0.6],
      ['garbage_bin', 300, 400, 340, 470, 0.9],
      ['garbage', 100 + 12 * s, 100, 130 + 12 * s, 130, 0.6],
    );
  }
  expect(last.filter((o) => o.phase === 'standing')).toHaveLength(2);
});

test('a bin that is called overflowing in one picture of four stays a bin', () => {
  const f = film(litter(), [street]);
  for (let s = 0; s < 40; s++) {
    const label = s % 4 === 3 ? 'overflow' : 'garbage_bin';
    expect(f.shoot(1000, [label, 300, 400, 340, 470, 0.6])).toEqual([]);
  }
});

const pavement: Zone = { kind: 'no-vending', polygon: polygon(200, 300, 600, 500) };
const vending: BoundRule[] = [{ rule: 'street-vendor', dwellMs: 30_000 }];
const stall: MadeBox[] = [
  ['umbrella', 330, 250, 430, 300, 0.6],
  ['bicycle', 400, 360, 470, 440, 0.6],
];

test('a person who stays at an umbrella and a tricycle is one vendor, the person first', () => {
  const f = film(vending, [pavement]);
  let last: Observation[] = [];
  const keys = new Set<string>();
  for (let s = 0; s < 60; s++) {
    const x = 350 + 15 * Math.sin(s);
    last = f.shoot(1000, ['person', x, 300, x + 40, 430], ...stall);
    for (const seen of last) keys.add(seen.key);
    if (s > 45) expect(last).toMatchObject([{ phase: 'standing', classGroup: 'vendor' }]);
  }
  expect(last[0]!.boxes.map((box) => box.class)).toEqual(['person', 'umbrella', 'bicycle']);
  expect([...keys]).toHaveLength(1);
});

test('passers-by at a parked bicycle, someone who waits alone, and a stall outside the zone are no vendors', () => {
  const passing = film(vending, [pavement]);
  for (let s = 0; s < 120; s++) {
    const x = 250 + 30 * (s % 10);
    expect(
      passing.shoot(1000, ['person', x, 300, x + 40, 430], ...stall).filter((o) => o.phase === 'standing'),
    ).toEqual([]);
  }
  const alone = film(vending, [pavement]);
  for (let s = 0; s < 60; s++) expect(alone.shoot(1000, ['person', 350, 300, 390, 430])).toEqual([]);
  const outside = film(vending, [{ ...pavement, polygon: polygon(0, 0, 100, 100) }]);
  for (let s = 0; s < 60; s++) expect(outside.shoot(1000, ['person', 350, 300, 390, 430], ...stall)).toEqual([]);
});

test('a stall that was left does not make a vendor of whoever stops there later', () => {
  const f = film(vending, [pavement]);
  for (let s = 0; s < 50; s++) f.shoot(1000, ['person', 350, 300, 390, 430], ...stall);
  for (let s = 0; s < 90; s++) f.shoot(1000, ...stall);
  for (let s = 0; s < 25; s++) {
    expect(f.shoot(1000, ['person', 350, 300, 390, 430], ...stall).filter((o) => o.phase === 'standing')).toEqual([]);
  }
});
