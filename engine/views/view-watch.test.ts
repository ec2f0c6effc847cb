import { expect, test } from 'vitest';
import { seeded } from '#streams/seeded.ts';
import type { PictureFaultCode } from '../contract/camera.ts';
import {
  behindLorry,
  flat,
  type Gray,
  grayOf,
  graysOfClip,
  inRain,
  MOVED,
  photos,
  picturesAreHere,
  relit,
  withClock,
} from './pictures-for-tests.ts';
import { live, only, Watched } from './watched-for-tests.ts';

const random = seeded(11);
const [street, elsewhere] = picturesAreHere ? photos(2) : [];
const view = picturesAreHere ? await grayOf(street!) : new Uint8Array();
const other = picturesAreHere ? await grayOf(elsewhere!) : new Uint8Array();
const infrared = picturesAreHere ? await grayOf(street!, { infrared: true }) : new Uint8Array();
/** A hand, a bag, spray: what is left is blurred, dull, and one side is darker. */
const behindHand = picturesAreHere
  ? relit(await grayOf(street!, { blur: 0.1 }), (luma, x) => 60 + 0.25 * luma + 15 * x)
  : new Uint8Array();
const outOfFocus = picturesAreHere ? await grayOf(street!, { blur: 0.04 }) : new Uint8Array();

test.skipIf(!picturesAreHere).each<[string, PictureFaultCode, Gray]>([
  ['a grey frame', 'covered', flat(128)],
  ['a white one', 'covered', flat(250)],
  ['a hand before the lens', 'covered', behindHand],
  ['a sheet, the burnt-in clock before it', 'covered', withClock(flat(140))],
  ['a lens out of focus', 'covered', outOfFocus],
  ['a black one', 'dark', flat(2)],
  ['night without infrared', 'dark', relit(view, (luma) => 0.04 * luma)],
  ['night without infrared, with the burnt-in clock', 'dark', withClock(relit(view, (luma) => 0.03 * luma))],
  ['another preset', 'view-moved', other],
  ['another preset at night', 'view-moved', relit(other, (luma) => 0.3 * luma)],
])('%s is one fault, "%s", which begins after ten seconds and ends some after it is over', (_, code, picture) => {
  const camera = new Watched();
  expect(camera.show(10, () => live(view))).toBe(10);
  expect(camera.fingerprints).toHaveLength(1);
  expect(camera.show(9, () => live(picture))).toBe(0);
  expect(camera.told).toEqual([null]);
  const beganMs = camera.nowMs - 9000;
  expect(camera.show(120, () => live(picture))).toBe(0);
  expect(camera.told).toEqual([null, code]);
  expect(Math.abs(camera.view.fault!.sinceMs - beganMs)).toBeLessThanOrEqual(3000);

  const endsAfter = code === 'dark' ? 30 : 3;
  expect(camera.show(endsAfter, () => live(view))).toBe(0);
  expect(camera.told).toEqual([null, code]);
  expect(camera.show(10, () => live(view))).toBeGreaterThanOrEqual(7);
  expect(camera.told).toEqual([null, code, null]);
  // It learned nothing meanwhile: what it had is still good.
  expect(camera.fingerprints).toHaveLength(1);
});

test.skipIf(!picturesAreHere).each(Object.entries(MOVED))(
  '%s: "view-moved", and all goes on when it is back',
  async (_, crop) => {
    const moved = await grayOf(street!, { crop });
    const camera = new Watched();
    camera.show(10, () => live(view));
    expect(camera.show(120, () => live(moved))).toBe(0);
    expect(camera.told).toEqual([null, 'view-moved']);
    camera.show(6, () => live(view));
    expect(camera.told).toEqual([null, 'view-moved', null]);
  },
);

test.skipIf(!picturesAreHere).each<[string, (second: number) => Gray, number]>([
  ['one grey frame', (s) => (s === 20 ? flat(128) : view), 1],
  ['one black frame every ten seconds', (s) => (s % 10 === 5 ? flat(0) : view), 6],
  ['a whole-frame flash', (s) => (s === 20 ? relit(view, (luma) => 190 + 0.3 * luma) : view), 1],
  [
    'lightning for half a minute',
    (s) => (s > 20 && s < 50 && s % 3 === 0 ? relit(view, (l) => 190 + 0.3 * l) : view),
    10,
  ],
  [
    'headlights into the lens',
    (s) => (s >= 20 && s < 23 ? relit(view, (l, x, y) => l + 300 * Math.exp(-2 * (x * x + y * y))) : view),
    5,
  ],
  ['a bus that passes close by for six seconds', (s) => (s >= 20 && s < 26 ? behindLorry(view, other, 0.95) : view), 8],
  ['a lorry that fills half of the picture for a minute', (s) => (s >= 10 ? behindLorry(view, other, 0.5) : view), 0],
  ['the infrared switch', (s) => (s < 20 ? view : infrared), 2],
  [
    'the infrared switch by way of a dark frame',
    (s) => (s < 20 ? view : s === 20 ? relit(view, (l) => 0.1 * l) : infrared),
    3,
  ],
  ['rain', () => inRain(view, random), 0],
  ['clouds before the sun', (s) => relit(view, (luma) => luma * (0.75 + 0.25 * Math.cos(s / 4))), 0],
])('%s is no fault', (_, picture, passedOver) => {
  const camera = new Watched();
  camera.show(10, () => live(view));
  const seconds = 60;
  const believed = camera.show(seconds, (second) => live(picture(second)));
  expect(camera.told).toEqual([null]);
  expect(believed).toBeGreaterThanOrEqual(seconds - passedOver);
  expect(camera.view.passedOver).toBe(seconds - believed);
});

test.skipIf(!picturesAreHere)('from day to infrared night and back by way of dusk it stays the same view', () => {
  const camera = new Watched();
  camera.stepMs = 30_000;
  camera.show(300, () => live(view));
  const hours = 3600;
  const light = (share: number) => (second: number) =>
    live(relit(view, (l) => l * (1 - share * (second / (2 * hours)))));
  camera.show(2 * hours, light(0.75));
  camera.show(6 * hours, () => live(infrared));
  camera.show(2 * hours, () => live(relit(view, (l) => 0.4 * l)));
  camera.show(6 * hours, () => live(view));
  expect(camera.told).toEqual([null]);
  // Kept again each hour while it follows, and never towards another view.
  expect(camera.fingerprints.length).toBeGreaterThan(5);
  const again = new Watched({ views: [only(camera.fingerprints.at(-1)!)] });
  again.show(20, () => live(view));
  expect(again.told).toEqual([null]);
  again.show(20, () => live(other));
  expect(again.told).toEqual([null, 'view-moved']);
});

test.skipIf(!picturesAreHere)('the same bytes for five minutes are a frozen picture, and a live one ends that', () => {
  const camera = new Watched();
  camera.show(10, () => live(view));
  const still = live(view);
  camera.show(295, () => still);
  expect(camera.told).toEqual([null]);
  const frozenSinceMs = camera.nowMs - 294_000;
  camera.show(10, () => still);
  expect(camera.told).toEqual([null, 'frozen']);
  expect(camera.view.fault).toEqual({ code: 'frozen', sinceMs: frozenSinceMs });
  expect(camera.show(300, () => still)).toBe(0);
  camera.show(1, () => live(view));
  camera.show(10, () => still);
  expect(camera.told).toEqual([null, 'frozen']);
  camera.show(5, () => live(view));
  expect(camera.told).toEqual([null, 'frozen', null]);
});

test.skipIf(!picturesAreHere)('cars that light a dark street now and then do not end its fault', () => {
  const camera = new Watched();
  const unlit = relit(view, (luma) => 0.04 * luma);
  camera.show(10, () => live(view));
  camera.show(300, (second) => live(second % 30 < 8 ? relit(view, (luma) => 0.6 * luma) : unlit));
  expect(camera.told).toEqual([null, 'dark']);
});

test.skipIf(!picturesAreHere)(
  'a camera that was turned while nobody watched is noticed by the kept fingerprint',
  () => {
    const before = new Watched();
    before.show(10, () => live(view));
    const after = new Watched({ views: [only(before.fingerprints[0]!)] });
    expect(after.show(30, () => live(other))).toBe(0);
    expect(after.told).toEqual(['view-moved']);
    // New zones are drawn on what it shows now.
    after.view.renew([only(null, 'drawn anew')]);
    expect(after.show(10, () => live(other))).toBe(10);
    expect(after.told).toEqual(['view-moved', null]);
    expect(after.fingerprints).toHaveLength(1);
  },
);

test.skipIf(!picturesAreHere)('while a camera turns no fingerprint is taken, and none of a covered one', async () => {
  const camera = new Watched();
  camera.show(20, () => live(flat(120)));
  expect(camera.told).toEqual(['covered']);
  const turning = await Promise.all(
    [0, 1, 2, 3, 4, 5].map((i) => grayOf(street!, { crop: [i * 0.04, 0.1, 0.7 + i * 0.04, 0.9] })),
  );
  camera.show(24, (second) => live(turning[second % 6]!));
  expect(camera.fingerprints).toEqual([]);
  camera.show(10, () => live(view));
  expect(camera.fingerprints).toHaveLength(1);
  expect(camera.told).toEqual(['covered', null]);
});

test.skipIf(!picturesAreHere)('an interruption of the stream ends no fault and begins none', () => {
  const camera = new Watched();
  camera.show(10, () => live(view));
  camera.show(8, () => live(other));
  camera.view.interrupt();
  camera.show(8, () => live(other));
  expect(camera.told).toEqual([null]);
  camera.show(8, () => live(other));
  camera.view.interrupt();
  expect(camera.show(1, () => live(view))).toBe(0);
  expect(camera.told).toEqual([null, 'view-moved']);
});

test.skipIf(!picturesAreHere).each<[string, number]>([
  ['vtest.avi', 1],
  ['walkers.mp4', 1],
  // Seen from so near that each car changes the whole picture at once.
  ['car-park.mp4', 0.65],
])('the clip %s, played five times over, never gives a fault', (clip, believedShare) => {
  const grays = graysOfClip(clip);
  const camera = new Watched();
  let believed = 0;
  for (let loop = 0; loop < 5; loop++) believed += camera.show(grays.length, (second) => grays[second]!);
  expect(camera.told).toEqual([null]);
  expect(believed / (5 * grays.length)).toBeGreaterThanOrEqual(believedShare);
});
