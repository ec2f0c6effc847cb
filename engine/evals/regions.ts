/**
 * `npm run eval:regions`: how many vehicles of what width the shipped model finds in a picture of 1920×1080, and in what
 * time, when it looks at the whole, at the region around the zones, and at tiles. One JSON line.
 */

import type { LookedAt } from '#config/camera.ts';
import { openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { havePhotos } from './cut-outs.ts';
import { clipFile, STREET_MODEL } from './pictures.ts';
import { type Ground, lookAt, smallThings } from './small-things.ts';

const WIDTHS_PX = [24, 32, 40, 56, 80, 120];
const WAYS: readonly [LookedAt, Ground][] = [
  ['whole', 'street'],
  ['zones', 'gateway'],
  ['zones', 'kerb'],
  ['tiles', 'kerb'],
  ['tiles', 'street'],
];

if (!clipFile('vtest.avi') || !havePhotos) throw new Error('expected the clips and photos of ../shared/data, got none');
const detector = await openDetector(await readPackage(STREET_MODEL));
const rows: object[] = [];
for (const widthPx of WIDTHS_PX) {
  const things = await smallThings(widthPx);
  for (const [regions, zone] of WAYS) {
    const { found, msPerPicture, inferencesPerPicture } = await lookAt(things, regions, zone, detector);
    const ms = Number(msPerPicture.toFixed(1));
    rows.push({ widthPx, regions, zone, found, of: things.length, msPerPicture: ms, inferencesPerPicture });
  }
}
await detector.close();
process.stdout.write(`${JSON.stringify({ eval: 'regions', rows })}\n`);
