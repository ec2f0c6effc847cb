import { expect, test } from 'vitest';
import { flat, type Gray, grayOf, photos, picturesAreHere, relit } from './pictures-for-tests.ts';
import { live, Watched } from './watched-for-tests.ts';

const [first, second, third] = picturesAreHere ? await Promise.all(photos(3).map((photo) => grayOf(photo))) : [];
const gate = first!;
const road = second!;
const nowhere = third!;

/** What a camera with one view keeps of it. */
function fingerprintOf(gray: Gray): string {
  const camera = new Watched();
  camera.show(10, () => live(gray));
  return camera.fingerprints[0]!;
}

const setting = (id: string, fingerprint: string | null, drawing = id) => ({ id, drawing, fingerprint });
const patrol = () =>
  new Watched({ views: [setting('gate', fingerprintOf(gate)), setting('road', fingerprintOf(road))] });

test.skipIf(!picturesAreHere)('a patrol between two known views tells each, after three seconds, and no fault', () => {
  const camera = patrol();
  for (let round = 0; round < 3; round++) {
    // One or two pictures are passed over as the whole of it changes, three show which view it is.
    expect(camera.show(20, () => live(gate))).toBeGreaterThanOrEqual(14);
    expect(camera.show(20, () => live(road))).toBeGreaterThanOrEqual(14);
  }
  expect(camera.views).toEqual(['gate', 'road', 'gate', 'road', 'gate', 'road']);
  expect(camera.told).toEqual([null]);
  expect(camera.fingerprints).toEqual([]);
});

test.skipIf(!picturesAreHere)('while it shows another view than it is at, nothing is believed', () => {
  const camera = patrol();
  camera.show(10, () => live(road));
  expect(camera.views).toEqual(['road']);
  expect(camera.show(2, () => live(gate))).toBe(0);
  expect(camera.show(5, () => live(road))).toBeGreaterThanOrEqual(4);
  expect(camera.views).toEqual(['road']);
});

test.skipIf(!picturesAreHere)('what is none of its views is "view-moved", until it is at any of them', () => {
  const camera = patrol();
  camera.show(10, () => live(gate));
  expect(camera.show(30, () => live(nowhere))).toBe(0);
  expect([camera.views, camera.told]).toEqual([
    ['gate', null],
    [null, 'view-moved'],
  ]);
  camera.show(10, () => live(road));
  expect([camera.views, camera.told]).toEqual([
    ['gate', null, 'road'],
    [null, 'view-moved', null],
  ]);
});

test.skipIf(!picturesAreHere)('a patrol by night is known, and a cover over either view is a cover', () => {
  const dim = (gray: Gray) => live(relit(gray, (luma) => 0.4 * luma));
  const camera = patrol();
  camera.show(10, () => dim(gate));
  camera.show(10, () => dim(road));
  expect(camera.views).toEqual(['gate', 'road']);
  camera.show(20, () => live(flat(128)));
  expect(camera.told).toEqual([null, 'covered']);
  camera.show(10, () => live(gate));
  expect(camera.views).toEqual(['gate', 'road', 'gate']);
  expect(camera.told).toEqual([null, 'covered', null]);
});

test.skipIf(!picturesAreHere)('a view that nobody accepted yet is not taken by itself where there are several', () => {
  const camera = new Watched({ views: [setting('gate', fingerprintOf(gate)), setting('road', null)] });
  camera.show(10, () => live(gate));
  expect(camera.show(60, () => live(road))).toBe(0);
  expect(camera.told).toEqual([null, 'view-moved']);
  expect(camera.fingerprints).toEqual([]);

  const taken = camera.view.fingerprintNow();
  if (!('fingerprint' in taken)) throw new Error(`got "${taken.refusal}", expected a fingerprint`);
  camera.view.renew([setting('gate', fingerprintOf(gate)), setting('road', taken.fingerprint, 'accepted')]);
  expect(camera.show(10, () => live(road))).toBeGreaterThanOrEqual(7);
  camera.show(10, () => live(gate));
  expect(camera.views).toEqual(['gate', null, 'road', 'gate']);
  expect(camera.told).toEqual([null, 'view-moved', null]);
});

test.skipIf(!picturesAreHere)("an only view that is accepted ends its camera's fault", () => {
  const camera = new Watched();
  camera.show(10, () => live(gate));
  camera.show(20, () => live(road));
  expect(camera.told).toEqual([null, 'view-moved']);
  const taken = camera.view.fingerprintNow();
  if (!('fingerprint' in taken)) throw new Error(`got "${taken.refusal}", expected a fingerprint`);
  camera.view.renew([setting('only', taken.fingerprint, 'accepted')]);
  expect(camera.show(10, () => live(road))).toBe(10);
  expect(camera.told).toEqual([null, 'view-moved', null]);
  camera.show(20, () => live(gate));
  expect(camera.told).toEqual([null, 'view-moved', null, 'view-moved']);
});

test.skipIf(!picturesAreHere)('what cannot be taken for a view is refused, and said why', () => {
  const camera = patrol();
  expect(camera.view.fingerprintNow()).toEqual({ refusal: 'no-picture' });
  camera.show(10, () => live(gate));
  expect(camera.view.fingerprintNow()).toEqual({ refusal: 'not-moved' });
  camera.show(20, () => live(nowhere));
  camera.show(3, () => live(road));
  expect(camera.view.fingerprintNow()).toEqual({ refusal: 'not-moved' });
  camera.show(20, () => live(nowhere));
  camera.show(3, () => live(flat(128)));
  expect(camera.view.fingerprintNow()).toEqual({ refusal: 'covered' });
  camera.show(3, () => live(flat(4)));
  expect(camera.view.fingerprintNow()).toEqual({ refusal: 'dark' });
  camera.view.interrupt();
  expect(camera.view.fingerprintNow()).toEqual({ refusal: 'no-picture' });
  camera.show(20, () => live(flat(128)));
  expect(camera.view.fingerprintNow()).toEqual({ refusal: 'covered' });
});

test.skipIf(!picturesAreHere)('a view that is taken from the camera is not believed any more', () => {
  const camera = patrol();
  camera.show(10, () => live(road));
  camera.view.renew([setting('gate', fingerprintOf(gate)), setting('new', null)]);
  expect(camera.show(30, () => live(road))).toBe(0);
  expect(camera.told).toEqual([null, 'view-moved']);
  camera.show(10, () => live(gate));
  expect(camera.views).toEqual(['road', null, 'gate']);
});
