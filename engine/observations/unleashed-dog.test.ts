import { expect, test } from 'vitest';
import type { Observation } from '../contract/observation.ts';
import { MADE_CLASSES, type MadeBox, madeDetections } from '../tracks/made-detections.ts';
import { Tracker } from '../tracks/tracker.ts';
import { type BoundRule, Observer } from './observe.ts';

const W = 1280;
const H = 720;
const STEP_MS = 200;
const DWELL_MS = 5_000;

/** A square that is filmed five times a second, dogs 40 px long. */
function film(over: Partial<BoundRule> = {}) {
  const tracker = new Tracker(MADE_CLASSES);
  const observer = new Observer(
    {
      id: 'square',
      viewId: 'default',
      lngLat: [116.3, 37.4],
      zones: [
        {
          kind: 'leash',
          polygon: [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
          ],
        },
      ],
      algorithms: [{ rule: 'unleashed-dog', dwellMs: DWELL_MS, ...over }],
    },
    'Asia/Shanghai',
  );
  let nowMs = 0;
  const stood = new Set<string>();
  return {
    stood,
    /** Shoots for so many seconds; `boxesAt` gets the seconds since this call. Answers with the last facts. */
    shoot(seconds: number, boxesAt: (s: number) => MadeBox[]): Observation[] {
      let last: Observation[] = [];
      for (let i = 0; i < (1000 * seconds) / STEP_MS; i++) {
        nowMs += STEP_MS;
        const tracks = tracker.update(madeDetections(...boxesAt((i * STEP_MS) / 1000)), nowMs, W, H);
        last = observer.observe(tracks, nowMs, W, H);
        for (const fact of last) if (fact.phase === 'standing') stood.add(fact.key);
      }
      return last;
    },
  };
}

const dog = (x: number, y: number): MadeBox => ['dog', x, y, x + 40, y + 28, 0.7];
const person = (x: number, y: number): MadeBox => ['person', x, y - 70, x + 34, y + 28, 0.7];
/** Up and down, as dogs do; px at so many seconds. */
const pace = (s: number) => 12 + 12 * Math.sin(3 * s);
const classesOf = (fact: Observation | undefined) => fact?.boxes.map((box) => box.class);

test('a dog on a leash is none, also when the walk is long and someone else passes', () => {
  const f = film();
  const walk = (s: number) => [person(200 + 30 * s, 300), dog(270 + 30 * s, 300), person(900 - 30 * s, 500)];
  expect(f.shoot(20, walk)).toEqual([]);
  expect(f.stood.size).toBe(0);
});

test('a dog that runs about far from its owner is one, under one key, with the owner as its second box', () => {
  const f = film();
  const run = (s: number) => [person(150, 300), dog(700 + 180 * Math.sin(s), 320 + 120 * Math.cos(0.7 * s))];
  const early = f.shoot(4, run);
  expect(early).toMatchObject([{ phase: 'pending', classGroup: 'dog', zoneKind: 'leash' }]);
  const late = f.shoot(16, (s) => run(s + 4));
  expect(late).toMatchObject([{ phase: 'standing' }]);
  expect(classesOf(late[0])).toEqual(['dog', 'person']);
  expect(f.stood.size).toBe(1);
});

test('how far is far is the binding’s own: 4 lengths unless it says otherwise', () => {
  const apart = (s: number) => [person(300, 300), dog(534 + pace(s), 300)];
  const fact = { phase: 'standing' };
  expect(film().shoot(8, apart)).toMatchObject([fact]);
  expect(film({ leashLengths: 6 }).shoot(8, apart)).toEqual([]);
  expect(film().shoot(8, (s) => [person(300, 300), dog(480 - pace(s), 300)])).toEqual([]);
});

test('one run past a stranger does not make a led dog of it; a dog that is led again is over', () => {
  const f = film();
  const far = (s: number) => [person(150, 300), dog(700, 300 + pace(s))];
  f.shoot(3, far);
  f.shoot(0.4, (s) => [...far(s), person(760, 300)]);
  expect(f.shoot(3, far)).toMatchObject([{ phase: 'standing' }]);
  expect(f.shoot(2, () => [person(640, 300), dog(700, 300)])).toEqual([]);
});

test('the owner leaves the view: the same fact goes on, as a stray’s', () => {
  const f = film();
  const owned = f.shoot(8, (s) => [person(150, 300), dog(700, 340 + pace(s))]);
  const stray = f.shoot(8, (s) => [dog(700, 340 + pace(s))]);
  expect(classesOf(owned[0])).toEqual(['dog', 'person']);
  expect(classesOf(stray[0])).toEqual(['dog']);
  expect(stray[0]).toMatchObject({ phase: 'standing', key: owned[0]!.key });
  expect(f.stood.size).toBe(1);
});

test('no one in view and the dog at the picture’s edge: someone may stand beyond it, so it is no stray', () => {
  const f = film();
  expect(f.shoot(12, (s) => [dog(60, 340 + pace(s))])).toEqual([]);
  expect(classesOf(f.shoot(12, (s) => [dog(640, 340 + pace(s))])[0])).toEqual(['dog']);
});

test('two dogs are two facts', () => {
  const f = film();
  const last = f.shoot(10, (s) => [person(150, 300), dog(600 + 10 * s, 200), dog(700 + 10 * s, 500)]);
  expect(last.map((fact) => fact.phase)).toEqual(['standing', 'standing']);
  expect(f.stood.size).toBe(2);
});

test('a dog that is lost for three seconds while it runs and is found elsewhere keeps its dwell and its name', () => {
  const f = film();
  f.shoot(3, (s) => [person(150, 300), dog(600 + 60 * s, 320)]);
  f.shoot(3, () => [person(150, 300)]);
  const found = f.shoot(2.4, (s) => [person(150, 300), dog(1000 - 60 * s, 420)]);
  expect(found).toMatchObject([{ phase: 'standing' }]);
  expect(f.stood.size).toBe(1);
});

test('what lies there and never moves is no dog, whatever the model calls it', () => {
  const f = film();
  f.shoot(60, () => [dog(640, 340)]);
  f.shoot(60, () => [person(150, 300), dog(640, 340)]);
  expect(f.stood.size).toBe(0);
});
