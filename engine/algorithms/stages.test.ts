import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlgorithmMove, AlgorithmStage, type NewAlgorithmMove } from '../contract/algorithm.ts';
import type { Inspection } from '../contract/inspection.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { proveForTests } from './proven-for-tests.ts';
import { checkSamples } from './sample-checks.ts';
import { movesFrom, moveVersion, STAGES, SYSTEM } from './stages.ts';
import { UNREAD } from './unread.ts';
import { addVersion, readVersion, readVersions } from './versions.ts';

let kept: TestStore;
beforeAll(async () => {
  kept = await openTestStore('embedded');
}, 60_000);
afterAll(() => kept.remove());

const inspectionOf = (name: string, version: string, more: Partial<Inspection> = {}): Inspection => ({
  ...UNREAD,
  accepted: true,
  bytes: 5_000_000_000,
  sha256: 'a'.repeat(64),
  manifest: { name, version, licence: 'Apache-2.0' },
  ...more,
});
const db = () => kept.store.db;
const addUnproven = (name: string, version: string, more: Partial<Inspection> = {}) =>
  addVersion(db(), { fileName: 'm.onnx', inspection: inspectionOf(name, version, more), folder: 'f', by: 'chief' });
async function add(name: string, version: string, more: Partial<Inspection> = {}) {
  const id = await addUnproven(name, version, more);
  await proveForTests(db(), id);
  return id;
}
type Moved = NewAlgorithmMove['move'] | 'quarantine';
const move = (id: string, what: Moved) => moveVersion(db(), id, { move: what, reason: 'a test' }, 'chief');
const stage = async (id: string) => (await readVersion(db(), id)).stage;
async function toFull(id: string) {
  for (const what of ['validate', 'shadow', 'canary', 'promote'] as const) await move(id, what);
}

test('from every stage every move does what the table says, or is refused with what can be done', async () => {
  const way: Record<AlgorithmStage, Moved[]> = {
    draft: [],
    validated: ['validate'],
    shadow: ['validate', 'shadow'],
    canary: ['validate', 'shadow', 'canary'],
    full: ['validate', 'shadow', 'canary', 'promote'],
    quarantined: ['validate', 'shadow', 'quarantine'],
    retired: ['retire'],
  };
  const moves = AlgorithmMove.exclude(['replaced', 'restored']).options;
  for (const from of AlgorithmStage.options) {
    for (const what of moves) {
      const id = await add(`try-${from}-${what}`, '1.0.0');
      for (const before of way[from]) await move(id, before);
      expect(await stage(id)).toBe(from);
      const to = STAGES[from][what];
      if (to === undefined) {
        await expect(move(id, what)).rejects.toMatchObject({
          code: 'no-such-move',
          expected: movesFrom(from),
        });
        expect(await stage(id)).toBe(from);
      } else {
        await move(id, what);
        expect(await stage(id)).toBe(to);
      }
    }
  }
}, 60_000);

test('a version that is promoted replaces the one that ran; withdrawn, the one before it runs again', async () => {
  const [one, two] = [await add('swap', '1.0.0'), await add('swap', '2.0.0')];
  await toFull(one);
  await toFull(two);
  expect([await stage(one), await stage(two)]).toEqual(['validated', 'full']);
  await move(two, 'withdraw');
  expect([await stage(one), await stage(two)]).toEqual(['full', 'validated']);
  expect((await readVersion(db(), one)).moves.map(({ move: what }) => what)).toEqual([
    'validate',
    'shadow',
    'canary',
    'promote',
    'replaced',
    'restored',
  ]);
});

test('a version that was taken back does not come by itself when the one before it is taken back too', async () => {
  const [one, two] = [await add('to-and-fro', '1.0.0'), await add('to-and-fro', '2.0.0')];
  await toFull(one);
  await toFull(two);
  await move(two, 'withdraw');
  await move(one, 'withdraw');
  expect([await stage(one), await stage(two)]).toEqual(['validated', 'validated']);
  await move(one, 'shadow');
  await move(one, 'withdraw');
  for (const id of [two, one]) for (const what of ['shadow', 'canary', 'promote'] as const) await move(id, what);
  await move(one, 'withdraw');
  expect([await stage(one), await stage(two)], 'deployed again by a person, it counts again').toEqual([
    'validated',
    'full',
  ]);
});

test('one in full that is quarantined gives way to the one before it, and is released by a person alone', async () => {
  const [one, two] = [await add('sick', '1.0.0'), await add('sick', '2.0.0')];
  await toFull(one);
  await toFull(two);
  await moveVersion(db(), two, { move: 'quarantine', reason: 'three deaths' }, SYSTEM);
  expect([await stage(one), await stage(two)]).toEqual(['full', 'quarantined']);
  expect(movesFrom('quarantined')).toEqual(['release', 'retire']);
  await move(two, 'release');
  await move(two, 'shadow');
  expect(await stage(two)).toBe('shadow');
});

test('a share and limits go with a move, and are changed without one: the stage and its beginning stay', async () => {
  const id = await add('terms', '1.0.0');
  const terms = async () =>
    (await db().selectFrom('algorithm_stages').selectAll().where('version_id', '=', id).executeTakeFirstOrThrow()) ??
    {};
  await move(id, 'validate');
  await move(id, 'shadow');
  expect((await terms()).share).toBeCloseTo(0.1);
  const { since } = await terms();
  const adjust = { move: 'adjust' as const, reason: 'more', share: 0.5, limits: { lookMs: 80 } };
  await moveVersion(db(), id, adjust, 'chief');
  await moveVersion(db(), id, { move: 'adjust', reason: 'stricter', limits: { deathsPerHour: 2 } }, 'chief');
  expect(await terms()).toMatchObject({ stage: 'shadow', since, share: 0.5, limits: { lookMs: 80, deathsPerHour: 2 } });
  expect((await readVersion(db(), id)).moves.at(-1)).toMatchObject({ move: 'adjust', reason: 'stricter' });
});

test('one that was retired is not restored, and one stage holds one version of an algorithm, also in a race', async () => {
  const [one, two] = [await add('race', '1.0.0'), await add('race', '2.0.0')];
  await toFull(one);
  await toFull(two);
  await move(one, 'retire');
  await move(two, 'withdraw');
  expect([await stage(one), await stage(two)]).toEqual(['retired', 'validated']);
  const three = await add('race', '3.0.0');
  await move(three, 'validate');
  const outcomes = await Promise.allSettled([move(two, 'shadow'), move(three, 'shadow')]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'stage-taken' } });
});

test('a draft with open questions is not validated, one that was refused is no version, a number is given once', async () => {
  const questions = [{ code: 'colour-order', guess: null, choices: ['RGB', 'BGR'] }];
  const open = await add('open', '1.0.0', { questions });
  await expect(move(open, 'validate')).rejects.toMatchObject({
    code: 'not-proven',
    got: { missing: ['answer:colour-order'] },
  });
  await expect(add('refused', '1.0.0', { accepted: false })).rejects.toMatchObject({ code: 'not-inspected' });
  await expect(add('open', '1.0.0')).rejects.toMatchObject({ code: 'version-exists', got: 'open 1.0.0' });
  await expect(move('no-such', 'retire')).rejects.toMatchObject({ code: 'not-found' });
});

test('without a bench, and samples that a person found good, a version is not validated', async () => {
  const photo = { name: 'samples/street.jpg', widthPx: 64, heightPx: 64, inferenceMs: 1, decodeMs: 1, found: [] };
  const id = await addUnproven('bare', '1.0.0', { samples: [photo] });
  await expect(move(id, 'validate')).rejects.toMatchObject({
    code: 'not-proven',
    got: { missing: ['samples', 'bench'] },
  });
  await proveForTests(db(), id);
  await checkSamples(db(), id, { good: false, note: 'boxes beside the bins' }, 'chief');
  await expect(move(id, 'validate')).rejects.toMatchObject({ got: { missing: ['samples'] } });
  expect(await stage(id)).toBe('draft');
  await checkSamples(db(), id, { good: true, note: '' }, 'chief');
  await move(id, 'validate');
  expect(await stage(id)).toBe('validated');

  // Noise is no sample: who saw nothing else cannot have found it good.
  const noise = await addUnproven('noise', '1.0.0', { samples: [{ ...photo, name: 'noise' }] });
  const good = { good: true, note: '' };
  await expect(checkSamples(db(), noise, good, 'chief')).rejects.toMatchObject({ code: 'no-samples' });
  for (const table of ['algorithm_benches', 'algorithm_sample_checks'] as const)
    await expect(db().deleteFrom(table).execute()).rejects.toThrow('stays');
});

test('what is written down of a version and of its moves stays', async () => {
  await expect(db().updateTable('algorithm_versions').set({ version: '9.9.9' }).execute()).rejects.toThrow('stays');
  await expect(db().deleteFrom('algorithm_versions').execute()).rejects.toThrow('stays');
  await expect(db().updateTable('algorithm_moves').set({ reason: 'other' }).execute()).rejects.toThrow('stays');
  expect((await readVersions(db()))[0]).toMatchObject({ bytes: 5_000_000_000, uploadedBy: 'chief' });
});
