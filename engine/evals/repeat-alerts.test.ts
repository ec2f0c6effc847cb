import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seeded } from '#streams/seeded.ts';
import type { AlertDesk } from '../alerts/desk.ts';
import { callFalseAlarm } from '../alerts/judge.ts';
import { city, openDesk } from '../alerts/scene-for-tests.ts';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import type { DetectedBoxes } from '../tracks/live-track.ts';
import { havePhotos, vehicles } from './cut-outs.ts';
import { type CutOut, clipFile, clipPictures, Eyes, inLight, type Picture, paint, resized } from './pictures.ts';
import { play } from './play.ts';
import { Suite } from './suite.ts';
import { WatchedStreet, WHOLE_PICTURE } from './watched-street.ts';

/*
 * Each line of "Repeat and false alerts" in the reference of field bugs, with the count of alerts. The pictures are those
 * of vtest.avi with a car cut out of a street photo, seen by the shipped model. Whole-frame changes and covered cameras
 * are no matter of tracks and not tested here.
 */
const noData = !clipFile('vtest.avi') || !havePhotos;
if (noData) console.warn('no clips or photos under ../shared/data: the composed tests of repeat alerts are skipped');
const withPictures = test.skipIf(noData);

const W = 768;
const H = 576;
const DWELL_MS = 30_000;
const WEEK_MS = 7 * 86_400_000;
const WASHED_OUT = { gain: 0.02, lift: 250 };
const HERE = { x: 300, y: 300 };
const BESIDE = { x: 520, y: 330 };
const NOTHING: DetectedBoxes = {
  count: 0,
  boxesXyxyPx: new Float32Array(),
  scores: new Float32Array(),
  classIds: new Uint16Array(),
};

let opened: TestStore;
let desk: AlertDesk;
let eyes: Eyes;
let car: CutOut;
let behind: Picture[];
let streets = 0;

beforeAll(async () => {
  opened = await openTestStore((await kindsHere()).at(-1)!);
  desk = openDesk(opened.store);
  if (noData) return;
  eyes = await Eyes.open();
  const cut = (await vehicles('tuned')).cuts[0]!;
  car = await resized(cut, 148, 69);
  behind = clipPictures(clipFile('vtest.avi')!, { fps: 1, widthPx: W, heightPx: H, args: ['-t', '8'] });
});
afterAll(async () => {
  await desk.close();
  await opened.remove();
  await eyes?.close();
});

/** What the model sees of the car at a place; only the ground below the clip's own kerb counts. */
async function seen(place: { x: number; y: number } | null, o: { light?: typeof WASHED_OUT; moment?: number } = {}) {
  const from = behind[(o.moment ?? 0) % behind.length]!;
  const picture = { ...from, rgb: Buffer.from(from.rgb) };
  if (place) paint(picture, car, place.x, place.y);
  const { gain, lift } = o.light ?? { gain: 1, lift: 0 };
  return eyes.see(inLight(picture, gain, lift, seeded(o.moment ?? 0)));
}

function openStreet() {
  return WatchedStreet.open(opened.store, desk, {
    cameraId: `repeat-${++streets}`,
    classes: eyes.classes,
    widthPx: W,
    heightPx: H,
    zones: [{ kind: 'no-parking', polygon: WHOLE_PICTURE.map(([x, y]) => [x, Math.max(0.3, y)]) }],
    algorithms: [{ rule: 'illegal-parking', dwellMs: DWELL_MS }],
    startMs: Date.now(),
  });
}

/** A street that is looked at every `stepMs`, and the ids that its vehicles ever had in the zone. */
async function watched(stepMs = 1000) {
  const street = await openStreet();
  const ids = new Set<number>();
  let atMs = 0;
  return {
    ids,
    alerts: () => street.alerts(),
    async look(times: number, at: (i: number) => DetectedBoxes) {
      for (let i = 0; i < times; i++) {
        const { facts } = await street.look(at(i), atMs);
        for (const fact of facts) if (fact.lastSeenAtMs > fact.startedAtMs) ids.add(Number(fact.key.split(':')[1]));
        atMs += stepMs;
      }
    },
  };
}

/** Of what was seen only the surest vehicle in the zone, moved and scaled about its centre, times over. */
function moved(from: DetectedBoxes, ...to: { dx?: number; dy?: number; scale?: number }[]): DetectedBoxes {
  const { boxesXyxyPx, scores, classIds } = from;
  const isCar = (i: number) => boxesXyxyPx[4 * i + 3]! > 0.3 * H && eyes.classes[classIds[i]!]!.group === 'vehicle';
  const i = Array.from(scores).findIndex((_, k) => isCar(k));
  expect(scores[i]).toBeGreaterThan(0.5);
  const [left, top, right, bottom] = [0, 1, 2, 3].map((k) => boxesXyxyPx[4 * i + k]!) as [
    number,
    number,
    number,
    number,
  ];
  return {
    count: to.length,
    boxesXyxyPx: Float32Array.from(
      to.flatMap(({ dx = 0, dy = 0, scale = 1 }) => {
        const x = (left + right) / 2 + dx;
        const y = (top + bottom) / 2 + dy;
        const halfWidth = (scale * (right - left)) / 2;
        const halfHeight = (scale * (bottom - top)) / 2;
        return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
      }),
    ),
    scores: Float32Array.from(to, () => scores[i]!),
    classIds: Uint16Array.from(to, () => classIds[i]!),
  };
}

withPictures('a parked car for ten minutes, two pixels of jitter: one alert, one track', async () => {
  const random = seeded(1);
  const shake = () => Math.round(4 * random() - 2);
  const pool: DetectedBoxes[] = [];
  for (let i = 0; i < 60; i++) pool.push(await seen({ x: HERE.x + shake(), y: HERE.y + shake() }, { moment: i }));
  const street = await watched();
  await street.look(600, () => pool[Math.floor(pool.length * random())]!);
  expect(await street.alerts()).toHaveLength(1);
  expect(street.ids.size).toBe(1);
});

withPictures(
  'headlights wash out three pictures, so that the model sees no car: the same track, one alert',
  async () => {
    const lit = await seen(HERE, { light: WASHED_OUT });
    expect(Array.from(lit.classIds).filter((id) => eyes.classes[id]!.group === 'vehicle')).toEqual([]);
    const clear = await seen(HERE);
    const street = await watched();
    for (let pulse = 0; pulse < 8; pulse++) {
      await street.look(12, () => clear);
      await street.look(3, () => lit);
    }
    expect(street.ids.size).toBe(1);
    expect(await street.alerts()).toHaveLength(1);
  },
);

withPictures('an operator’s "false" keeps that place quiet for that class, and no other place', async () => {
  const [here, beside, none] = [await seen(HERE), await seen(BESIDE), await seen(null)];
  const street = await watched();
  await street.look(40, () => here);
  const [alert] = await street.alerts();
  await callFalseAlarm(opened.store.db, city, alert!.id, '路面彩绘', WEEK_MS);
  await street.look(200, () => none);
  await street.look(60, () => here);
  expect(await street.alerts()).toHaveLength(1);
  await street.look(200, () => none);
  await street.look(40, () => beside);
  expect(await street.alerts()).toHaveLength(2);
});

withPictures('traffic that passes a parked car raises nothing new', async () => {
  const recording = (await new Suite(eyes).scene('traffic passes a parked car'))!;
  const { alerts, events, idSwitches } = await play(recording, opened.store, desk);
  expect(events).toHaveLength(1);
  expect(alerts).toHaveLength(1);
  expect(idSwitches).toBe(0);
});

withPictures('a box that grows tenfold ends its track; what stands at the place stays one alert', async () => {
  const here = await seen(HERE);
  const street = await watched();
  await street.look(40, () => moved(here, {}));
  await street.look(60, () => moved(here, { scale: Math.sqrt(10) }));
  expect(street.ids.size).toBe(2);
  expect(await street.alerts()).toHaveLength(1);
});

withPictures('duplicates that overlap by 0.8 are one track and one alert', async () => {
  const here = await seen(HERE);
  const street = await watched();
  await street.look(60, () => moved(here, {}, { scale: Math.sqrt(0.8) }, { dx: 8, dy: 4 }));
  expect(street.ids.size).toBe(1);
  expect(await street.alerts()).toHaveLength(1);
});

withPictures('two cars that cross and then park keep their ids and are one alert each', async () => {
  const here = await seen(HERE);
  const street = await watched(200);
  const at = (i: number) => moved(here, { dx: -200 + 8 * i, dy: 20 }, { dx: 200 - 8 * i, dy: -20 });
  await street.look(51, at);
  await street.look(200, () => at(50));
  expect(street.ids.size).toBe(2);
  const lefts = (await street.alerts()).map(({ xyxy: [left] }) => left).sort((a, b) => a - b);
  expect(lefts).toHaveLength(2);
  expect((lefts[1]! - lefts[0]!) * W).toBeCloseTo(400, 0);
});

withPictures('every third picture dropped: one id, one alert', async () => {
  const recording = (await new Suite(eyes).scene('a parked car for long, two pixels of jitter'))!;
  const pictures = recording.pictures.filter((_, i) => i % 3 !== 2);
  const { alerts, idSwitches } = await play({ ...recording, pictures }, opened.store, desk);
  expect(alerts).toHaveLength(1);
  expect(idSwitches).toBe(0);
});

withPictures(
  'a car that is there for 70 s and gone for 40 s, for eight hours: one alert, and afterwards the place is watched again',
  async () => {
    const here = moved(await seen(HERE), {});
    const street = await watched(5000);
    const rounds = Math.ceil((8 * 3600) / 110);
    for (let round = 0; round < rounds; round++) {
      await street.look(14, () => here);
      await street.look(8, () => NOTHING);
    }
    expect(await street.alerts()).toHaveLength(1);
    await street.look(120, () => NOTHING);
    expect((await street.alerts())[0]!.presence).toBe('ended');
    await street.look(20, () => here);
    expect((await street.alerts()).map(({ presence }) => presence)).toEqual(['ended', 'standing']);
  },
  120_000,
);

test.each([
  ['../alerts/desk.test.ts', 'a hundred identical reports at once, and two desks at once, raise one alert'],
  ['../tracks/tracker.test.ts', 'boxes that cross keep their ids'],
])('proven in %s: %s', (file, title) => {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(source).toContain(`test('${title}'`);
});
