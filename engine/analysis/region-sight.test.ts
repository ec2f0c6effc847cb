import { expect, test } from 'vitest';
import type { Zone } from '#config/camera.ts';
import { newDetections } from '#models/detector.ts';
import { RegionSight } from './region-sight.ts';
import type { WatchedGround } from './regions.ts';
import { PaintedStreet, type Thing } from './street-for-tests.ts';

const INPUT = { width: 416, height: 416 };
const QUIET_MS = 15_000;
const FAR = [0.45, 0.5, 0.55, 0.6] as const;
const ALL = [0, 0, 1, 1] as const;

function ground([left, top, right, bottom]: readonly [number, number, number, number], more: Partial<WatchedGround>) {
  const polygon: Zone['polygon'] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return {
    zones: [{ kind: 'no-parking' as const, polygon }],
    algorithms: [{ rule: 'illegal-parking' as const }],
    ...more,
  };
}

/** A camera of 1920×1080 that is looked at once a second. */
function watch(zone: readonly [number, number, number, number] = FAR, more: Partial<WatchedGround> = {}, leastPx = 0) {
  const street = new PaintedStreet(1920, 1080, INPUT, leastPx);
  street.noise = 8;
  const sight = new RegionSight(ground(zone, more));
  const out = newDetections();
  let nowMs = 0;
  return {
    street,
    sight,
    boxes: () => Array.from({ length: out.count }, (_, i) => [...out.boxesXyxyPx.subarray(4 * i, 4 * i + 4)]),
    /** One picture. @returns the parts that were looked at; null: nothing changed and nothing is waited for. */
    async look(things: Thing[], open: { thing: Thing; isSeen?: boolean; anewFromMs?: number }[] = []) {
      street.things = things;
      street.looks = [];
      nowMs += 1000;
      sight.take(street);
      const order = {
        ...{ nowMs, longestQuietMs: QUIET_MS },
        open: open.map(({ thing: { xyxy }, isSeen = true, anewFromMs = Number.POSITIVE_INFINITY }) => ({
          ...{ isSeen, anewFromMs },
          xyxy: [xyxy[0] / 1920, xyxy[1] / 1080, xyxy[2] / 1920, xyxy[3] / 1080] as [number, number, number, number],
        })),
      };
      return (await sight.look(street, street.detector, order, out)) ? street.looks : null;
    },
  };
}

const van: Thing = { label: 'car', xyxy: [940, 560, 990, 600] };
const person = (left: number): Thing => ({ label: 'person', xyxy: [left, 560, left + 30, 640] });

test('what moves outside the zones’ region costs no inference beyond the one every 15 s', async () => {
  const camera = watch();
  for (let second = 0; second < 61; second++) await camera.look([van, person(20 * (second % 20))]);
  // In the first picture, and after 15, 30, 45 and 60 s.
  expect(camera.sight.inferences).toBe(5);
  const everywhere = watch(ALL);
  for (let second = 0; second < 61; second++) await everywhere.look([van, person(20 * (second % 20))]);
  expect(everywhere.sight.inferences).toBe(61);
});

test('boxes are told in pixels of the whole picture', async () => {
  const camera = watch();
  await camera.look([van]);
  expect(camera.street.looks[0]).toMatchObject({ widthPx: 416, heightPx: 416 });
  expect(camera.boxes()).toEqual([[...van.xyxy]]);
});

test('while a dwell runs, a van that was found three times and has not changed is not looked at again for 15 s', async () => {
  const camera = watch();
  const looked: number[] = [];
  for (let second = 0; second < 40; second++) {
    const looks = await camera.look([van], [{ thing: van }]);
    expect(camera.boxes()).toEqual([[...van.xyxy]]);
    if (looks!.length > 0) looked.push(second);
  }
  expect(looked).toEqual([0, 1, 2, 17, 32]);
});

test('what is missing, what is about to be an alert, and what has changed is looked at anew', async () => {
  const camera = watch();
  const steady = async () => {
    for (let second = 0; second < 4; second++) await camera.look([van], [{ thing: van }]);
    expect(await camera.look([van], [{ thing: van }])).toEqual([]);
  };
  await steady();
  expect(await camera.look([van], [{ thing: van, isSeen: false }])).toHaveLength(1);
  expect(await camera.look([van], [{ thing: van, anewFromMs: 0 }])).toHaveLength(1);
  // Gone, by less than opens the gate: the ground under a box of 5×4 gate pixels.
  expect(await camera.look([{ ...van, luma: 115 }], [{ thing: van }])).toHaveLength(1);
  expect(await camera.look([], [{ thing: van }])).toHaveLength(1);
  expect(camera.boxes()).toEqual([]);
});

test('after a reconnect nothing that was found counts', async () => {
  const camera = watch();
  await camera.look([van]);
  expect(await camera.look([van])).toBeNull();
  camera.sight.forget();
  expect(await camera.look([])).toHaveLength(1);
  expect(camera.boxes()).toEqual([]);
});

test('at most two tiles a picture, those that waited longest, and the base first', async () => {
  const camera = watch(ALL, { regions: 'tiles' });
  const widths = async (things: Thing[]) => (await camera.look(things))?.map(({ widthPx }) => widthPx);
  expect(await widths([])).toEqual([1920, 768, 768]);
  expect(await widths([])).toEqual([768, 768]);
  expect(await widths([])).toEqual([768, 768]);
  expect(await camera.look([])).toBeNull();
  const seen = new Set<string>();
  for (let i = 0; i < 3; i++) {
    // The whole street flickers from picture to picture: everything has changed each time.
    const looks = await camera.look([{ label: 'car', xyxy: [0, 0, 1920, 1080], luma: i % 2 ? 140 : 180 }]);
    expect(looks).toHaveLength(3);
    for (const { leftPx, topPx } of looks!.slice(1)) seen.add(`${leftPx} ${topPx}`);
  }
  expect(seen.size).toBe(6);
});

test('a far car is seen in its tile alone, and its box stands while the tile waits for its turn', async () => {
  const camera = watch(ALL, { regions: 'tiles' }, 15);
  for (let i = 0; i < 3; i++) await camera.look([van]);
  expect(camera.boxes()).toEqual([[...van.xyxy]]);
  // Something large moves through all tiles, and the far car is there all the time.
  for (let i = 0; i < 6; i++) {
    const lorry: Thing = { label: 'car', xyxy: [100 + 200 * i, 650, 500 + 200 * i, 900] };
    await camera.look([van, lorry]);
    expect(camera.boxes()).toContainEqual([...van.xyxy]);
    expect(camera.boxes()).toContainEqual([...lorry.xyxy]);
    // No ghost of where the lorry was a picture ago, and no part of it that a tile cut off.
    expect(camera.boxes()).toHaveLength(2);
  }
});
