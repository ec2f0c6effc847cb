import { expect, test } from 'vitest';
import { seeded } from '#streams/seeded.ts';
import { GROUND } from './compose.ts';
import { havePhotos, vehicles } from './cut-outs.ts';
import { clipFile, clipPictures, Eyes, inLight, type Picture, paint, resized } from './pictures.ts';
import { ShardEyes } from './shard-eyes.ts';

const noData = !clipFile('vtest.avi') || !havePhotos;
if (noData) console.warn('no clips or photos under ../shared/data: the test on a still street is skipped');

const W = 768;
const H = 576;
const DWELL_MS = 20_000;
const COMES_S = 2;
const LEAVES_S = 30;
const ENDS_S = 36;

test.skipIf(noData)(
  'on a still street a parked car is an alert at its time and over when it leaves, with a look at a third of the pictures',
  async () => {
    const eyes = await Eyes.open();
    const shard = new ShardEyes(eyes.detector, 'zones', GROUND, DWELL_MS);
    const car = await resized((await vehicles('tuned')).cuts[0]!, 148, 69);
    const [street] = clipPictures(clipFile('vtest.avi')!, { fps: 1, widthPx: W, heightPx: H, args: ['-t', '1'] });
    const random = seeded(5);
    const stoodAtS: number[] = [];
    const looks: number[] = [];
    for (let second = 0; second < ENDS_S; second++) {
      const picture: Picture = { ...street!, rgb: Buffer.from(street!.rgb) };
      if (second >= COMES_S && second < LEAVES_S) paint(picture, car, 300, 300);
      const before = shard.inferences;
      const seen = await shard.see(inLight(picture, 1, 0, random), W, H, 1000 * second);
      if (shard.inferences > before) looks.push(second);
      const isThere = shard.facts.some((fact) => fact.phase === 'standing' && fact.lastSeenAtMs === 1000 * second);
      if (seen && isThere) stoodAtS.push(second);
    }
    await eyes.close();
    expect(Math.min(...stoodAtS)).toBe(COMES_S + DWELL_MS / 1000);
    expect(Math.max(...stoodAtS)).toBeLessThan(LEAVES_S);
    // In the second in which it leaves that is seen, and in each after it someone looks whether it is back.
    expect(looks).toEqual(expect.arrayContaining([COMES_S, 19, 20, 21, 22, 30, 31, 32, 33, 34, 35]));
    expect(looks.filter((second) => second < LEAVES_S).length).toBeLessThanOrEqual(LEAVES_S / 3);
  },
  60_000,
);
