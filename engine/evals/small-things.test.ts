import { expect, test } from 'vitest';
import { openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { havePhotos } from './cut-outs.ts';
import { clipFile, STREET_MODEL } from './pictures.ts';
import { lookAt, smallThings } from './small-things.ts';

const noData = !clipFile('vtest.avi') || !havePhotos;
if (noData) console.warn('no clips or photos under ../shared/data: the test on far vehicles is skipped');

// More sizes and zones: `npm run eval:regions`.
test.skipIf(noData)(
  'the shipped model misses every vehicle of 40 px in a picture of 1920×1080, and finds at least half in the region around their zone',
  async () => {
    const detector = await openDetector(await readPackage(STREET_MODEL));
    const things = await smallThings(40, 6);
    const whole = await lookAt(things, 'whole', 'gateway', detector);
    expect(whole).toMatchObject({ found: 0, things: 6, inferencesPerPicture: 1 });
    const zones = await lookAt(things, 'zones', 'gateway', detector);
    expect(zones.found).toBeGreaterThanOrEqual(3);
    expect(zones.inferencesPerPicture).toBe(1);
    await detector.close();
  },
  60_000,
);
