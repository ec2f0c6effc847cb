import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Detector, openDetector } from '#models/detector.ts';
import { findsRows, madeManifest, madePackage } from '#models/made-package.ts';
import { readPackage } from '#models/package.ts';
import { alertsAfter } from '../alerts/read-alerts.ts';
import { city, makeCamera, openDesk, WatchedScene, type Xyxy } from '../alerts/scene-for-tests.ts';
import type { Observation } from '../contract/observation.ts';
import { type Still, still } from '../evals/still.ts';
import { openTestStore } from '../store/store-for-tests.ts';
import { rectAround } from './crop.ts';
import type { FromShard } from './messages.ts';
import { Shard } from './shard.ts';
import { Verifiers } from './verifiers.ts';
import { VerifiedFacts } from './verify.ts';

const STREET = fileURLToPath(new URL('../../models/street', import.meta.url));

let street: Detector;
beforeAll(async () => {
  street = await openDetector(await readPackage(STREET));
});
afterAll(() => street.close());

const noTrouble = (error: unknown) => {
  throw error;
};

/** One fact before a second model, a sample a second. */
class Watched {
  readonly facts = new VerifiedFacts();
  #verifiers: Verifiers;
  #atMs = 0;

  constructor(verifiers: Verifiers) {
    this.#verifiers = verifiers;
  }

  async look(picture: Still, xyxy: Xyxy, over: Partial<Observation> = {}): Promise<Observation> {
    this.#atMs += 1000;
    const fact = new WatchedScene('c', this.#atMs).vehicle(xyxy, {
      rule: 'exposed-garbage',
      classGroup: 'garbage',
      ...over,
    });
    const frame = { ...picture, capturedAtMs: this.#atMs };
    const [answer] = await this.facts.verify(frame, [fact], this.#verifiers, noTrouble);
    return answer!;
  }
}

const grey = still(Buffer.alloc(640 * 480 * 3, 128), 640, 480, 0);
const MIDDLE: Xyxy = [0.4, 0.4, 0.6, 0.6];

/** A second model that sees one thing in the middle half of whatever it is shown. */
async function alwaysSees(label: 'garbage' | 'dog', score = 0.8): Promise<string> {
  const scores = label === 'garbage' ? [score, 0.01] : [0.01, score];
  return madePackage(madeManifest(), ['garbage', 'dog'], findsRows([[6, 6, 10, 10, ...scores]]));
}

const open = (folder: string, threshold?: number, troubles: unknown[] = []) =>
  Verifiers.open(
    { 'exposed-garbage': { model: 'second', folder, ...(threshold !== undefined && { threshold }) } },
    street,
    {},
    (...trouble) => troubles.push(trouble),
  );

test('a second model that sees nothing of the kind there holds the fact back, asks again less and less often, and it is counted', async () => {
  const watched = new Watched(await open(await alwaysSees('dog')));
  const phases: string[] = [];
  const looks: number[] = [];
  for (let sample = 0; sample < 30; sample++) {
    const before = watched.facts.refused;
    phases.push((await watched.look(grey, MIDDLE)).phase);
    if (watched.facts.refused > before) looks.push(sample);
  }
  expect(new Set(phases)).toEqual(new Set(['pending']));
  expect(looks).toEqual([0, 1, 3, 7, 15, 23]);
  expect([watched.facts.verified, watched.facts.withheld]).toEqual([0, 1]);
  expect(watched.facts.isResting('illegal-parking:1')).toBe(true);
  watched.facts.forget();
  expect(watched.facts.withheld).toBe(0);
});

test('seen in two looks of three it has passed, and is not asked about again; what was seen weakly is seen where the site says so', async () => {
  const folder = await alwaysSees('garbage', 0.4);
  const strict = new Watched(await open(folder));
  for (let sample = 0; sample < 3; sample++) expect((await strict.look(grey, MIDDLE)).phase).toBe('pending');
  const mild = new Watched(await open(folder, 0.3));
  expect(await mild.look(grey, MIDDLE)).toMatchObject({ phase: 'pending' });
  expect(await mild.look(grey, MIDDLE)).toMatchObject({
    phase: 'standing',
    verification: { outcome: 'verified', model: { name: 'made', version: '1.0.0' }, score: expect.closeTo(0.4, 5) },
  });
  expect((await mild.look(grey, [0, 0, 0.1, 0.1])).phase).toBe('standing');
  expect([mild.facts.verified, mild.facts.refused]).toEqual([1, 0]);
});

test('a fact that is not seen now, or whose rule has no second model, is not asked about', async () => {
  const watched = new Watched(await open(await alwaysSees('dog')));
  expect((await watched.look(grey, MIDDLE, { lastSeenAtMs: 0 })).phase).toBe('pending');
  expect((await watched.look(grey, MIDDLE, { rule: 'illegal-parking' })).phase).toBe('standing');
  expect(watched.facts.refused).toBe(0);
});

test('the crop is a square with context, of a least size, and lies in the picture', () => {
  expect(rectAround([900, 500, 1000, 560], 1920, 1080, 416)).toEqual([742, 322, 1158, 738]);
  expect(rectAround([0, 0, 600, 400], 1920, 1080, 416)).toEqual([0, 0, 900, 900]);
  expect(rectAround([600, 400, 640, 480], 640, 480, 416)).toEqual([224, 64, 640, 480]);
  expect(rectAround([0, 0, 640, 480], 640, 480, 416)).toEqual([0, 0, 640, 480]);
});

test('a version that is quarantined or retired verifies nothing, is not even opened, and is asked again once it is released', async () => {
  const barred = [{ algorithm: 'made', version: '1.0.0' }];
  const folder = await alwaysSees('dog');
  const told: unknown[] = [];
  const second = { 'exposed-garbage': { model: 'second', folder } };
  const verifiers = await Verifiers.open(second, street, {}, (...trouble) => told.push(trouble), barred);
  expect(verifiers.states).toEqual([{ model: 'second', isOpen: false }]);
  expect(String(told)).toContain('version 1.0.0 is quarantined or retired');
  const unverified = { phase: 'standing', verification: { outcome: 'unverified', model: 'second', reason: 'barred' } };
  expect(await new Watched(verifiers).look(grey, MIDDLE)).toMatchObject(unverified);
  verifiers.bar([{ algorithm: 'made', version: '0.9.0' }]);
  await verifiers.openMissing(street);
  expect(verifiers.states).toEqual([{ model: 'second', isOpen: true }]);
  expect(await new Watched(verifiers).look(grey, MIDDLE)).toMatchObject({ phase: 'pending' });
  verifiers.bar(barred);
  expect(await new Watched(verifiers).look(grey, MIDDLE)).toMatchObject(unverified);
  expect(told).toHaveLength(2);
  await verifiers.close();
});

test('a first model that is barred and leaves is kept by no rule that it verified', async () => {
  const first = await openDetector(await readPackage(STREET));
  const { name: algorithm, version } = first.identity;
  const second = { 'exposed-garbage': { model: 'street', folder: STREET } };
  const verifiers = await Verifiers.open(second, first, {}, () => undefined);
  expect(verifiers.of('exposed-garbage')?.detector).toBe(first);
  verifiers.bar([{ algorithm, version }]);
  expect(verifiers.takesOver(first)).toBe(false);
  await first.close();
  verifiers.bar([]);
  await verifiers.openMissing(null);
  const own = verifiers.of('exposed-garbage')?.detector;
  expect([own === first, own?.identity.version]).toEqual([false, version]);
  await verifiers.close();
});

test('a shard is told which versions verify nothing from now on, and says so', async () => {
  const told: FromShard[] = [];
  const folder = await alwaysSees('garbage');
  const shard = await Shard.start(
    {
      ...{ shardId: 'test', modelFolder: STREET, timeZone: 'Asia/Shanghai', models: [] },
      ...{ longestQuietMs: 15_000, latestPictureMs: 30_000 },
      verifiers: { 'exposed-garbage': { model: 'second', folder } },
    },
    (message) => void told.push(message),
  );
  const states = () => told.flatMap((one) => (one.kind === 'running' ? one.verifiers.map(({ isOpen }) => isOpen) : []));
  await shard.hear({ kind: 'models', models: [], barred: [{ algorithm: 'made', version: '1.0.0' }] });
  await shard.hear({ kind: 'models', models: [], barred: [] });
  expect(states()).toEqual([true, false, true]);
  await shard.close();
});

test('a package that does not open is told in health and as trouble; the alert is raised all the same and says so', async () => {
  const told: FromShard[] = [];
  const folder = '/nowhere/second';
  const shard = await Shard.start(
    {
      ...{ shardId: 'test', modelFolder: STREET, timeZone: 'Asia/Shanghai' },
      ...{ longestQuietMs: 15_000, latestPictureMs: 30_000 },
      verifiers: { 'exposed-garbage': { model: 'second', folder } },
    },
    (message) => void told.push(message),
  );
  await expect.poll(() => told.find(({ kind }) => kind === 'trouble'), { timeout: 5000 }).toBeDefined();
  await shard.close();
  expect(told).toContainEqual(
    expect.objectContaining({ kind: 'running', verifiers: [{ model: 'second', isOpen: false }] }),
  );
  expect(JSON.stringify(told)).toContain('raised unverified');

  const fact = await new Watched(await open(folder)).look(grey, MIDDLE);
  expect(fact).toMatchObject({ phase: 'standing' });
  const opened = await openTestStore('embedded');
  await makeCamera(opened.store, 'c');
  const desk = openDesk(opened.store);
  await desk.receive(new WatchedScene('c').report([{ ...fact, lastSeenAtMs: Date.now() }]));
  const { items } = await alertsAfter(opened.store.db, city, 0, 10);
  expect(items.map(({ verification }) => verification)).toEqual([
    { outcome: 'unverified', model: 'second', reason: 'not-opened' },
  ]);
  await desk.close();
  await opened.remove();
});
