import { expect, test } from 'vitest';
import { seeded } from '#streams/seeded.ts';
import { newEdges, writeEdges } from './edges.ts';
import { Fingerprint, type Likeness } from './fingerprint.ts';
import {
  behindLorry,
  type Gray,
  grayOf,
  graysOfClip,
  inRain,
  MOVED,
  noisy,
  photos,
  picturesAreHere,
  relit,
  withCars,
} from './pictures-for-tests.ts';

const random = seeded(7);
const COUNT = 40;

function fingerprintOf(gray: Gray): Fingerprint {
  const edges = newEdges();
  writeEdges(gray, edges);
  return Fingerprint.of(edges);
}

function likeness(kept: Fingerprint, gray: Gray): Likeness {
  const edges = newEdges();
  writeEdges(gray, edges);
  return kept.compare(edges);
}

async function likenesses(
  change: (gray: Gray, file: string, other: Gray) => Gray | Promise<Gray>,
): Promise<Record<Likeness, number>> {
  const files = photos(COUNT);
  const counts: Record<Likeness, number> = { same: 0, similar: 0, unsure: 0, other: 0 };
  for (const [i, file] of files.entries()) {
    const gray = await grayOf(file);
    const other = await grayOf(files[(i + 7) % files.length]!);
    counts[likeness(fingerprintOf(gray), await change(gray, file, other))]++;
  }
  return counts;
}

test.skipIf(!picturesAreHere).each<[string, (gray: Gray, file: string, other: Gray) => Gray | Promise<Gray>]>([
  ['under a bright sky', (gray) => relit(gray, (luma) => 1.8 * luma)],
  ['with gamma 0.5', (gray) => relit(gray, (luma) => 255 * (luma / 255) ** 0.5)],
  ['with gamma 2', (gray) => relit(gray, (luma) => 255 * (luma / 255) ** 2)],
  [
    'at dusk',
    (gray) =>
      noisy(
        relit(gray, (luma) => 0.35 * luma),
        4,
        random,
      ),
  ],
  [
    'in fog',
    (gray) =>
      noisy(
        relit(gray, (luma) => 150 + 0.4 * (luma - 150)),
        3,
        random,
      ),
  ],
  ['in rain', (gray) => inRain(gray, random)],
  ['in infrared', async (_, file) => noisy(await grayOf(file, { infrared: true }), 4, random)],
  ['on a swaying mast', (_, file) => grayOf(file, { crop: [0.106, 0.103, 0.906, 0.903] })],
  ['with other cars over 30 %', (gray, _, other) => withCars(gray, other, 0.3, random)],
  ['behind a lorry over 40 %', (gray, _, other) => behindLorry(gray, other, 0.4)],
])('%s, each of 40 streets is still the same view', async (_, change) => {
  const { same, similar, other } = await likenesses(change);
  expect([same + similar, other]).toEqual([COUNT, 0]);
});

test.skipIf(!picturesAreHere).each(Object.entries(MOVED))('%s, it is another view', async (_, crop) => {
  const { same, similar, other } = await likenesses((_gray, file) => grayOf(file, { crop }));
  expect(same + similar).toBe(0);
  expect(other).toBeGreaterThanOrEqual(0.95 * COUNT);
});

test.skipIf(!picturesAreHere)('another place is another view', async () => {
  expect((await likenesses((_gray, _file, other) => other)).other).toBe(COUNT);
});

test.skipIf(!picturesAreHere).each(['vtest.avi', 'walkers.mp4'])(
  'whoever walks through %s, it stays the same view',
  (clip) => {
    const [first, ...others] = graysOfClip(clip);
    const kept = fingerprintOf(first!);
    expect(others.length).toBeGreaterThan(70);
    expect(new Set(others.map((gray) => likeness(kept, gray)))).toEqual(new Set(['same']));
  },
);

test.skipIf(!picturesAreHere)('kept as text it says the same, and a text of another version is none', async () => {
  const [file, elsewhere] = photos(2);
  const kept = fingerprintOf(await grayOf(file!));
  const text = kept.toText();
  const read = Fingerprint.fromText(text)!;
  expect(read.toText()).toBe(text);
  expect(text.length).toBe(9600);
  expect(likeness(read, await grayOf(file!))).toBe('same');
  expect(likeness(read, await grayOf(elsewhere!))).toBe('other');
  expect(Fingerprint.fromText('bm90IG9uZQ==')).toBeNull();
});

test('of a picture without structure nothing is said', () => {
  const flat = new Uint8Array(160 * 90).fill(110);
  const kept = fingerprintOf(flat);
  expect(kept.saysEnough).toBe(false);
  expect(likeness(kept, flat)).toBe('unsure');
});
