import { expect, test } from 'vitest';
import { seeded } from '#streams/seeded.ts';
import { MADE_CLASSES, type MadeBox, madeDetections } from './made-detections.ts';
import { Tracker } from './tracker.ts';

const W = 768;
const H = 576;

/** One tracker, one clock; remembers all ids ever seen. */
function film() {
  const tracker = new Tracker(MADE_CLASSES);
  const ids = new Set<number>();
  let nowMs = 0;
  return {
    ids,
    get nowMs() {
      return nowMs;
    },
    shoot(stepMs: number, ...boxes: MadeBox[]) {
      nowMs += stepMs;
      const tracks = tracker.update(madeDetections(...boxes), nowMs, W, H);
      for (const track of tracks) ids.add(track.id);
      return tracks;
    },
  };
}

const van = ['truck', 652, 44, 724, 101, 0.54] as const satisfies MadeBox;
const shifted = (dx: number, dy: number): MadeBox => ['truck', 652 + dx, 44 + dy, 724 + dx, 101 + dy, 0.54];

test('a parked van with a jitter of 2 px for ten minutes is one track, still since it was first seen', () => {
  const random = seeded(1);
  const jitter = () => Math.round(4 * random() - 2);
  const f = film();
  for (let i = 0; i < 600; i++) {
    const [label, l, t, r, b, s] = van;
    f.shoot(1000, [label, l + jitter(), t + jitter(), r + jitter(), b + jitter(), s]);
  }
  const [track] = f.shoot(1000, van);
  expect([...f.ids]).toEqual([1]);
  expect(track!.stillSinceMs).toBe(1000);
  expect(track!.hits).toBe(601);
});

test('a headlight pulse: weak scores, then three missed detections, and it is the same track', () => {
  const f = film();
  for (let i = 0; i < 10; i++) f.shoot(1000, van);
  for (let i = 0; i < 2; i++) f.shoot(1000, ['truck', 652, 44, 724, 101, 0.2]);
  for (let i = 0; i < 3; i++) expect(f.shoot(1000)[0]!.phase).toBe('lost');
  const [track] = f.shoot(1000, van);
  expect([...f.ids]).toEqual([1]);
  expect(track).toMatchObject({ phase: 'tracked', stillSinceMs: 1000, misses: 0 });
});

test.each([100, 500, 1000, 2000])(
  'a lorry that hides the van for 8 s, one picture every %i ms, takes no identity',
  (stepMs) => {
    const f = film();
    for (let i = 0; i < 6; i++) f.shoot(Math.max(stepMs, 500), van);
    const steps = Math.round(20_000 / stepMs);
    const perStep = (900 * stepMs) / 20_000;
    for (let i = 0; i <= steps; i++) {
      const left = -100 + i * perStep;
      const lorry: MadeBox = ['truck', left, 20, left + 190, 130, 0.7];
      const hides = left < 700 && left + 190 > 670;
      f.shoot(stepMs, ...(hides ? [lorry] : [lorry, van]));
    }
    const tracks = f.shoot(stepMs, van);
    const back = tracks.find((track) => track.phase === 'tracked' && Math.abs(track.boxXyxyPx[0]! - 652) < 1);
    expect(back).toMatchObject({ id: 1, misses: 0 });
    expect(back!.stillSinceMs).toBeLessThanOrEqual(2000);
  },
);

test('a passing car of about the same size does not carry the van’s identity away', () => {
  const f = film();
  for (let i = 0; i < 8; i++) f.shoot(500, van);
  for (let x = -80; x <= 768; x += 40) {
    const car: MadeBox = ['car', x, 52, x + 70, 108, 0.7];
    f.shoot(500, ...(Math.abs(x - 652) < 50 ? [car] : [car, van]));
  }
  const tracks = f.shoot(500, van);
  expect(tracks.find((track) => track.misses === 0)).toMatchObject({ id: 1, stillSinceMs: 500 });
});

test('the seam of a looped clip: what moves jumps, the van stays', () => {
  const f = film();
  for (let loop = 0; loop < 3; loop++) {
    for (let i = 0; i < 20; i++) f.shoot(1000, van, ['person', 100 + 20 * i, 200, 130 + 20 * i, 290]);
  }
  expect(f.shoot(1000, van).find((track) => track.group === 'vehicle')).toMatchObject({ id: 1, hits: 61 });
});

test('a box that grows tenfold is not the same thing', () => {
  const f = film();
  for (let i = 0; i < 5; i++) f.shoot(1000, ['car', 300, 300, 340, 330]);
  const grown: MadeBox = ['car', 250, 260, 380, 355];
  const tracks = f.shoot(1000, grown);
  const now = tracks.find((track) => track.misses === 0)!;
  expect(now.id).not.toBe(1);
  for (let i = 0; i < 60; i++) f.shoot(1000, grown);
  expect(f.shoot(1000, grown).map((track) => track.id)).toEqual([now.id]);
});

test('two boxes on one thing (IoU 0.8) are one track', () => {
  const f = film();
  for (let i = 0; i < 10; i++) {
    f.shoot(
      1000,
      ['car', 100, 100, 200, 200, 0.8],
      ['truck', 100, 100, 200, 180, 0.7],
      ['car', 105, 105, 200, 200, 0.6],
    );
  }
  expect([...f.ids]).toEqual([1]);
});

test('boxes that cross keep their ids', () => {
  const f = film();
  for (let i = 0; i <= 40; i++) {
    const x = 100 + 10 * i;
    const y = 500 - 10 * i;
    f.shoot(100, ['person', x, 200, x + 30, 290], ['person', y, 210, y + 30, 300]);
  }
  const tracks = f.shoot(100, ['person', 510, 200, 540, 290], ['person', 90, 210, 120, 300]);
  expect(
    tracks.filter((track) => track.misses === 0).map((track) => [track.id, Math.round(track.boxXyxyPx[0]!)]),
  ).toEqual([
    [1, 510],
    [2, 90],
  ]);
});

test('every third picture dropped is one id', () => {
  const f = film();
  for (let i = 0; i < 60; i++) {
    const box: MadeBox = ['person', 50 + 6 * i, 200, 80 + 6 * i, 290];
    f.shoot(100, ...(i % 3 === 2 ? [] : [box]));
  }
  expect([...f.ids]).toEqual([1]);
});

test('irregular sampling from 0.07 to 15 s is one id for what stands and for what walks while it is looked at', () => {
  const random = seeded(7);
  const f = film();
  let x = 50;
  for (let i = 0; i < 40; i++) {
    const stepMs = 70 + Math.round(200 * random());
    x += 0.04 * stepMs;
    f.shoot(stepMs, van, ['person', x, 300, x + 40, 420]);
  }
  for (const stepMs of [15_000, 70, 15_000, 400, 9_000, 15_000]) f.shoot(stepMs, van);
  const tracks = f.shoot(70, van);
  expect(tracks.filter((track) => track.group === 'vehicle')).toMatchObject([{ id: 1, misses: 0 }]);
  expect([...f.ids]).toEqual([1, 2]);
});

test('a still thing is kept for 30 s and 4 pictures, whichever is longer; a moving one is soon forgotten', () => {
  const f = film();
  for (let i = 0; i < 5; i++) f.shoot(1000, van, ['person', 100 + 12 * i, 200, 130 + 12 * i, 290]);
  for (let i = 0; i < 29; i++) expect(f.shoot(1000)[0]).toMatchObject({ id: 1, phase: 'lost' });
  expect(f.shoot(1000).map((track) => track.id)).toEqual([1]);
  expect(f.shoot(2000)).toHaveLength(0);

  const slow = film();
  for (let i = 0; i < 5; i++) slow.shoot(15_000, van);
  for (let i = 0; i < 4; i++) expect(slow.shoot(15_000)).toHaveLength(1);
  expect(slow.shoot(15_000)).toHaveLength(0);
});

test('it moved when its place moved, not when someone covers its lower half', () => {
  const f = film();
  for (let i = 0; i < 10; i++) f.shoot(1000, van);
  for (let i = 0; i < 6; i++) f.shoot(1000, ['truck', 652, 44, 724, 84, 0.5]);
  expect(f.shoot(1000, van)[0]!.stillSinceMs).toBe(1000);
  for (let i = 0; i < 6; i++) f.shoot(1000, shifted(-18, 4));
  const [track] = f.shoot(1000, shifted(-18, 4));
  expect(track!.id).toBe(1);
  expect(track!.stillSinceMs).toBeGreaterThan(17_000);
});

test('after an outage of ten minutes what stands begins to stand anew', () => {
  const f = film();
  for (let i = 0; i < 10; i++) f.shoot(1000, van);
  f.shoot(600_000, van);
  expect(f.shoot(1000, van)[0]).toMatchObject({ id: 1, stillSinceMs: 610_000 });
});

test('a place where many stop for a moment is no one’s place', () => {
  const f = film();
  for (let i = 0; i < 200; i++) f.shoot(1000, ...(i % 20 < 6 ? [van] : []));
  const [track] = f.shoot(1000, van);
  expect(f.nowMs - track!.stillSinceMs).toBeLessThan(10_000);
});

test('a car that creeps in a jam is never still for long', () => {
  const f = film();
  let longestMs = 0;
  for (let i = 0; i < 120; i++) {
    for (const track of f.shoot(1000, ['car', 100 + 3 * i, 300, 160 + 3 * i, 345])) {
      longestMs = Math.max(longestMs, f.nowMs - track.stillSinceMs);
    }
  }
  expect(longestMs).toBeLessThan(12_000);
});

test('a van that is a truck in one picture and a car in the next is one track with one name', () => {
  const f = film();
  const names = new Set<string>();
  for (let i = 0; i < 40; i++) {
    const [label, ...rest] = van;
    names.add(f.shoot(1000, [i % 3 === 1 ? 'car' : label, ...rest])[0]!.label);
  }
  expect([...f.ids]).toEqual([1]);
  expect([...names]).toEqual(['truck']);
});

test('the score is smoothed: one lucky picture does not lift it', () => {
  const f = film();
  for (let i = 0; i < 30; i++) f.shoot(1000, ['truck', 100, 100, 180, 160, 0.36]);
  const [track] = f.shoot(1000, ['truck', 100, 100, 180, 160, 0.9]);
  expect(track!.score).toBeLessThan(0.4);
});

test('unsure boxes continue a track and start none', () => {
  const f = film();
  for (let i = 0; i < 5; i++) expect(f.shoot(1000, ['car', 10, 10, 60, 50, 0.2])).toHaveLength(0);
  for (let i = 0; i < 2; i++) f.shoot(1000, ['car', 10, 10, 60, 50, 0.6]);
  for (let i = 0; i < 5; i++) f.shoot(1000, ['car', 10, 10, 60, 50, 0.2]);
  expect(f.shoot(1000)[0]).toMatchObject({ id: 1, hits: 7, misses: 1 });
});

test('a camera switched to another resolution is the same scene', () => {
  const tracker = new Tracker(MADE_CLASSES);
  const at = (scale: number) => madeDetections(['car', 600 * scale, 300 * scale, 760 * scale, 400 * scale]);
  for (let i = 0; i < 5; i++) tracker.update(at(1), i * 1000, 1920, 1080);
  const tracks = tracker.update(at(1 / 3), 5000, 640, 360);
  expect(tracks).toMatchObject([{ id: 1, hits: 6, stillSinceMs: 0 }]);
});

test('no detections, 300 boxes, boxes on the border, a clock that stands or jumps back: nothing throws', () => {
  const random = seeded(3);
  const f = film();
  f.shoot(0);
  for (let i = 0; i < 12; i++) {
    const crowd = Array.from({ length: 300 }, (): MadeBox => {
      const x = 740 * random();
      const y = 560 * random();
      return [
        random() < 0.5 ? 'person' : 'car',
        x,
        y,
        Math.min(W, x + 40 * random()),
        Math.min(H, y + 60 * random()),
        random(),
      ];
    });
    expect(f.shoot([0, 1000, -5000, 70][i % 4]!, ...crowd).length).toBeLessThanOrEqual(600);
  }
  f.shoot(1000, ['car', 0, 576, 40, 576], ['car', 10, 10, 10, 10], ['car', 700, 500, 768, 576]);
});

test('the same pictures give the same tracks', () => {
  const run = () => {
    const random = seeded(11);
    const f = film();
    let last = '';
    for (let i = 0; i < 50; i++) {
      const boxes = Array.from({ length: 20 }, (_, k): MadeBox => {
        const x = ((k * 37 + i * (k % 5)) % 700) + 4 * random();
        return ['person', x, 20 * k, x + 30, 20 * k + 80, 0.2 + 0.7 * random()];
      });
      last = JSON.stringify(f.shoot(333, ...boxes).map((track) => [track.id, track.hits, ...track.boxXyxyPx]));
    }
    return last;
  };
  expect(run()).toBe(run());
});

test('a queue that moves up by one place in three seconds takes its identities along', () => {
  const f = film();
  const queue = (moved: number) =>
    [0, 1, 2].map((k): MadeBox => ['car', 60 + 190 * k + moved, 300, 210 + 190 * k + moved, 380]);
  for (let i = 0; i < 15; i++) f.shoot(1000, ...queue(0));
  for (const moved of [63, 127]) f.shoot(1000, ...queue(moved));
  for (let i = 0; i < 4; i++) f.shoot(1000, ...queue(190));
  const tracks = f.shoot(1000, ...queue(190)).filter((track) => track.misses === 0);
  expect(tracks.map((track) => [track.id, Math.round(track.boxXyxyPx[0]!)])).toEqual([
    [1, 250],
    [2, 440],
    [3, 630],
  ]);
  for (const track of tracks) expect(track.stillSinceMs).toBeGreaterThan(15_000);
});

test('of a van that a slow lorry covers bit by bit, the first part that comes out again is the van at its whole place', () => {
  const f = film();
  for (let i = 0; i < 10; i++) f.shoot(1000, ['truck', 300, 200, 400, 260]);
  const lorry = (left: number): MadeBox => ['truck', left - 260, 120, left, 280, 0.8];
  for (let left = 305; left <= 360; left += 5) f.shoot(500, lorry(left), ['truck', left, 200, 400, 260]);
  for (let left = 365; left <= 580; left += 5) f.shoot(500, lorry(left));
  const tracks = f.shoot(500, lorry(610), ['truck', 300, 200, 350, 260, 0.5]);
  const van = tracks.find((track) => track.id === 1)!;
  expect(van).toMatchObject({ misses: 0, stillSinceMs: 1000 });
  expect(van.placeXyxyPx[2]! - van.placeXyxyPx[0]!).toBeGreaterThan(80);
});

test('a box over the whole picture hides nothing: a place that stays empty is forgotten behind it', () => {
  const f = film();
  for (let i = 0; i < 5; i++) f.shoot(1000, van);
  const whole: MadeBox = ['umbrella', 0, 0, W, H, 0.4];
  for (let i = 0; i < 29; i++) f.shoot(1000, whole);
  expect(f.shoot(1000, van)[0]!.stillSinceMs).toBeGreaterThan(30_000);
});

test('what the picture’s edge cuts, draws in towards it and is not seen next has left: who stands there then begins anew', () => {
  const f = film();
  const cut = (left: number): MadeBox => ['car', left, 300, W, 366, 0.8];
  for (let i = 0; i < 12; i++) f.shoot(1000, cut(622));
  f.shoot(1000, cut(686));
  f.shoot(1000);
  const arrivedMs = f.nowMs + 1000;
  for (let i = 0; i < 5; i++) f.shoot(1000, cut(622));
  const standing = f.shoot(1000, cut(622)).find((track) => track.misses === 0)!;
  expect(standing.stillSinceMs).toBeGreaterThanOrEqual(arrivedMs);
});

test('who walks past a cut car and covers its inner half for a moment does not make it begin anew', () => {
  const f = film();
  const cut = (left: number): MadeBox => ['car', left, 300, W, 366, 0.8];
  for (let i = 0; i < 12; i++) f.shoot(1000, cut(622));
  f.shoot(1000, cut(686));
  f.shoot(1000, cut(650));
  const [car] = f.shoot(1000, cut(622));
  expect(car).toMatchObject({ stillSinceMs: 1000, misses: 0 });
});

test.each([200, 1000])(
  'a lorry that covers it from one side, one picture every %i ms, is no movement of it',
  (stepMs) => {
    const f = film();
    const car = (left: number): MadeBox => ['car', left, 340, 362, 426, 0.75];
    for (let ms = 0; ms < 12_000; ms += stepMs) f.shoot(stepMs, car(202));
    for (let ms = 0; ms < 6000; ms += stepMs) f.shoot(stepMs, car(202 + (120 * ms) / 6000));
    for (let ms = 0; ms < 6000; ms += stepMs) f.shoot(stepMs, ['truck', 200, 220, 460, 450, 0.7]);
    const seen = f.shoot(stepMs, car(202), ['truck', 330, 220, 590, 450, 0.7]).find((track) => track.misses === 0)!;
    expect(seen).toMatchObject({ id: 1, stillSinceMs: stepMs });
  },
);
