import { mkdtempSync, rmSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readNews } from '../algorithms/news.ts';
import { registerShipped } from '../algorithms/shipped.ts';
import { moveVersion } from '../algorithms/stages.ts';
import { readVersion, readVersions } from '../algorithms/versions.ts';
import type { ModelDeath } from '../shards/fleet.ts';
import type { ModelCount } from '../shards/model-count.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { Rollouts } from './rollouts.ts';
import { isInShare } from './share.ts';
import { addStreet, MODELS } from './versions-for-tests.ts';

const folder = mkdtempSync(join(tmpdir(), 'chengnao-rollouts-'));
const versionsFolder = join(folder, 'algorithms');
const CAMERAS = Array.from({ length: 200 }, (_, i) => ({ id: `camera-${i}`, algorithms: [{}] }));
const KILLED: ModelDeath = { process: 'shard', how: 'SIGSEGV', log: 'Segmentation fault' };
let kept: TestStore;
let rollouts: Rollouts;
let shipped: string;
const said: string[] = [];
const counts = new Map<string, ModelCount>();

const db = () => kept.store.db;
const stageOf = async (id: string) => (await readVersion(db(), id)).stage;
const lanesOf = (id: string) =>
  CAMERAS.filter((camera) => rollouts.plan.lanesOf(camera.id, [{}]).some(({ version }) => version === id));

beforeAll(async () => {
  kept = await openTestStore('embedded');
  await registerShipped(db(), { modelsFolder: MODELS, versionsFolder, say: (line) => said.push(line) });
  shipped = (await readVersions(db()))[0]!.id;
  rollouts = new Rollouts({
    ...{ db: db(), versionsFolder, sites: 'street' },
    endAfterMs: () => 12_000,
    watched: () => CAMERAS,
    countOf: (id) => counts.get(id) ?? { looks: 0, lookMs: 0, rssBytes: 0, open: 0, down: 0 },
    onPlan: () => undefined,
    say: (line) => said.push(line),
  });
  await rollouts.start();
});
afterAll(async () => {
  await rollouts?.close();
  await kept?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('a share is always the same cameras, about as many as it says, and a larger one has them all', () => {
  const tenth = CAMERAS.filter(({ id }) => isInShare('street', id, 0.1)).map(({ id }) => id);
  const half = CAMERAS.filter(({ id }) => isInShare('street', id, 0.5)).map(({ id }) => id);
  expect(tenth.length).toBeGreaterThan(8);
  expect(tenth.length).toBeLessThan(35);
  expect(half.length).toBeGreaterThan(80);
  expect(half.length).toBeLessThan(120);
  expect(half).toEqual(expect.arrayContaining(tenth));
  expect(CAMERAS.every(({ id }) => isInShare('street', id, 1))).toBe(true);
});

test('what came with the engine takes an analysis process along three times and has no version before it: it gets a process of its own', async () => {
  expect(rollouts.runsOf(shipped)).toBe('within');
  for (let death = 0; death < 3; death++) await rollouts.died(shipped, KILLED);
  expect([await stageOf(shipped), rollouts.runsOf(shipped)]).toEqual(['full', 'apart']);
  expect(lanesOf(shipped)).toHaveLength(CAMERAS.length);
});

test('one in full with another before it is quarantined, the one before runs again, and what was written is read', async () => {
  const second = await addStreet(db(), versionsFolder, { version: '0.2.0' });
  const move = async (what: 'shadow' | 'canary' | 'promote', share?: number) => {
    await moveVersion(db(), second, { move: what, reason: 'a test', ...(share && { share }) }, 'chief');
    await rollouts.moved();
  };
  await move('shadow', 0.5);
  const shadows = lanesOf(second);
  expect(shadows.map(({ id }) => id)).toEqual(
    CAMERAS.filter(({ id }) => isInShare('street', id, 0.5)).map(({ id }) => id),
  );
  expect(rollouts.plan.models.map(({ runs }) => runs).sort()).toEqual(['apart', 'aside']);
  await move('canary', 0.25);
  const trial = rollouts.camerasOf(second);
  expect(trial.every(({ role }) => role === 'alerts')).toBe(true);
  expect(trial.length + rollouts.camerasOf(shipped).length).toBe(CAMERAS.length);
  await move('promote');
  expect([rollouts.runsOf(second), rollouts.runsOf(shipped)]).toEqual(['within', null]);
  for (let death = 0; death < 3; death++) await rollouts.died(second, KILLED);
  await rollouts.moved();
  expect([await stageOf(second), await stageOf(shipped)]).toEqual(['quarantined', 'full']);
  expect(rollouts.plan.barred, 'nor does it verify').toEqual([{ algorithm: 'street', version: '0.2.0' }]);
  expect(await readNews(db(), [second])).toMatchObject([
    { id: second, algorithm: 'street', version: '0.2.0', stage: 'quarantined', by: 'system' },
  ]);
  const rows = await db().selectFrom('algorithm_deaths').selectAll().where('version_id', '=', second).execute();
  expect(rows.map(({ process, log }) => [process, log])).toEqual([1, 2, 3].map(() => ['shard', 'Segmentation fault']));
});

test('a move whose plan could not be followed is in force with one of the next ticks', async () => {
  const said: string[] = [];
  let isBroken = false;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const own = new Rollouts({
    ...{ db: db(), versionsFolder, sites: 'street', watched: () => CAMERAS },
    ...{ endAfterMs: () => 12_000, say: (line: string) => said.push(line) },
    countOf: () => ({ looks: 0, lookMs: 0, rssBytes: 0, open: 0, down: 0 }),
    onPlan: () => {
      if (isBroken) throw new Error('not now');
    },
  });
  try {
    await own.start();
    isBroken = true;
    const version = await addStreet(db(), versionsFolder, { version: '0.2.5' });
    const inForce = () => own.camerasOf(version).length > 0 && own.standing(version) !== null;
    await moveVersion(db(), version, { move: 'shadow', reason: 'a test' }, 'chief');
    await own.moved();
    expect(said).toEqual(['the versions in play: not now']);
    isBroken = false;
    const told = vi.fn();
    own.shadows.keepOnly = told;
    vi.advanceTimersByTime(5000);
    await expect.poll(() => told.mock.calls.length).toBe(1);
    vi.advanceTimersByTime(5000);
    await own.close();
    expect([told.mock.calls.length, inForce()]).toEqual([1, true]);
    await moveVersion(db(), version, { move: 'withdraw', reason: 'a test' }, 'chief');
  } finally {
    vi.useRealTimers();
  }
});

test('two deaths in a minute are no quarantine', async () => {
  const third = await addStreet(db(), versionsFolder, { version: '0.3.0' });
  await moveVersion(db(), third, { move: 'shadow', reason: 'a test' }, 'chief');
  await rollouts.moved();
  for (let death = 0; death < 2; death++) await rollouts.died(third, { ...KILLED, process: 'apart' });
  expect(await stageOf(third)).toBe('shadow');
});

test('a later engine brings another package: it runs at once while no person moved one, and is validated where one did', async () => {
  const before = (await readVersions(db())).length;
  await registerShipped(db(), { modelsFolder: MODELS, versionsFolder, say: (line) => said.push(line) });
  expect((await readVersions(db())).length).toBe(before);
  const later = join(folder, 'later');
  await cp(join(MODELS, 'street'), join(later, 'street'), { recursive: true });
  const manifest = JSON.parse(await readFile(join(later, 'street/manifest.json'), 'utf8'));
  const write = (version: string) =>
    writeFile(join(later, 'street/manifest.json'), JSON.stringify({ ...manifest, version }));
  const register = () => registerShipped(db(), { modelsFolder: later, versionsFolder, say: (line) => said.push(line) });
  await write('0.9.0');
  await register();
  const stages = async () =>
    new Map((await readVersions(db())).map(({ algorithm, version, stage }) => [`${algorithm} ${version}`, stage]));
  expect((await stages()).get('street 0.9.0')).toBe('validated');
  expect((await stages()).get('street 0.1.0')).toBe('full');
  await writeFile(join(later, 'street/labels.txt'), `${await readFile(join(later, 'street/labels.txt'), 'utf8')}\n`);
  await register();
  expect(said.at(-1)).toMatch(/it needs a new number/);

  manifest.name = 'fresh';
  await write('1.0.0');
  await register();
  await write('1.1.0');
  await register();
  expect([(await stages()).get('fresh 1.0.0'), (await stages()).get('fresh 1.1.0')]).toEqual(['validated', 'full']);
});
