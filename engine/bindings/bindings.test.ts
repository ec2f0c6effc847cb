import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CameraConfig } from '#config/camera.ts';
import { CaseClocks } from '#config/case-clocks.ts';
import { RuleSettings } from '#config/rule-settings.ts';
import { UNREAD } from '../algorithms/unread.ts';
import { cameraForTest } from '../cameras/camera-for-tests.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import { createCamera, deleteCamera, patchCamera, type SiteArea } from '../cameras/write-cameras.ts';
import type { Account } from '../contract/account.ts';
import type { AlgorithmRun, NewAlgorithmDefinition } from '../contract/algorithm-definition.ts';
import { createLibrary } from '../libraries/write-libraries.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { addBinding, camerasInReach, listBindings, revokeBinding } from './bind.ts';
import { BindingWatch } from './binding-watch.ts';
import { forecast, type MeasuredLoad, readBudget } from './budget.ts';
import { importCatalogue } from './catalogue.ts';
import { changeDefinition, createDefinition, readDefinitions, readRevisions } from './definitions.ts';
import { readBoundRules } from './resolve.ts';

const SITE = { rules: RuleSettings.parse({}), model: 'street', caseClocks: CaseClocks.parse({}) };
const WRITING = { site: SITE, siteModel: { name: 'street', labels: ['bicycle', 'dog'] }, by: 'models' };
const area: SiteArea = {
  division: '371400',
  counties: { geojson: { type: 'FeatureCollection', features: [] }, of: () => ({ code: '371402', name: '德城区' }) },
};
const CITY = account('chief', '371400', null);
const POLICE = account('police', '371402', '公安');
const RUN: AlgorithmRun = {
  model: 'street',
  rule: 'object-present',
  classes: ['bicycle'],
  dwellMs: 30_000,
  threshold: 0.4,
  zoneKind: null,
  movesAbout: false,
  samplePeriodMs: 4000,
  regions: 'whole',
};
const BICYCLES: NewAlgorithmDefinition = {
  id: 'parked-bicycles',
  name: { zh: '非机动车停放', en: 'Parked bicycles' },
  runs: RUN,
  raises: { severity: 'minor', codeset: 'local', code: '09-01' },
  share: { scope: 'city', owner: '德城区城管局', division: '371402' },
  licence: 'Apache-2.0',
};
const NOWHERE = { cameras: [], libraries: [], divisions: [], hours: null, days: null, reason: 'a test' };

let kept: TestStore;
let refreshed: string[] = [];
let watch: BindingWatch;
const db = () => kept.store.db;

function account(username: string, division: string, department: string | null): Account {
  return { id: username, username, displayName: username, roles: ['model-admin'], division, department };
}

const make = (id: string, settings: Partial<CameraConfig> = {}) =>
  createCamera(db(), cameraForTest(id, settings), 'test', area);

async function bind(algorithm: string, wanted: object, by = CITY): Promise<string> {
  const id = await addBinding(db(), by, { algorithm, wanted: { ...NOWHERE, ...wanted }, site: SITE });
  await watch.changed(algorithm);
  return id;
}

async function revoke(id: string, algorithm: string): Promise<void> {
  await revokeBinding(db(), CITY, id, 'over');
  await watch.changed(algorithm);
}

const rulesOf = async (camera: string) => (await readBoundRules(db(), SITE, [camera])).get(camera) ?? [];
const bound = async (camera: string) => (await readCamera(db(), null, camera))?.bound;

beforeAll(async () => {
  kept = await openTestStore('embedded');
  watch = new BindingWatch({ db: db(), refresh: async (ids) => void refreshed.push(...ids), say: () => undefined });
  for (const id of ['a', 'b', 'own']) await make(id, id === 'own' ? { algorithms: [{ rule: 'illegal-parking' }] } : {});
  await make('police', { department: '公安' });
  await make('registered', { source: undefined });
  await createDefinition(db(), BICYCLES, WRITING);
});
beforeEach(() => {
  refreshed = [];
});
afterAll(() => kept.remove());

test('the shipped rules are algorithms like any other, with what the site states of them', async () => {
  const all = await readDefinitions(db(), SITE, null);
  expect(all.map(({ id }) => id)).toEqual([...Object.keys(SITE.rules), 'parked-bicycles']);
  for (const one of all.slice(0, 4)) {
    const stated = SITE.rules[one.id as keyof typeof SITE.rules];
    expect(one).toMatchObject({
      state: 'runnable',
      revision: 0,
      raises: { severity: stated.severity, codeset: stated.codeset, code: stated.code },
      runs: { rule: one.id, dwellMs: stated.dwellMs },
    });
  }
  const patch = { ...BICYCLES, revision: 0 };
  const { id: _, ...body } = patch;
  await expect(changeDefinition(db(), 'illegal-parking', body, WRITING)).rejects.toMatchObject({
    code: 'site-defined',
  });
  await bind('illegal-parking', { cameras: ['a'] }).then((id) => revoke(id, 'illegal-parking'));
});

test.each([
  ['class-unknown', { runs: { ...RUN, classes: ['bicycle', 'unicorn'] } }],
  ['classes-missing', { runs: { ...RUN, classes: [] } }],
  ['classes-unwanted', { runs: { ...RUN, rule: 'illegal-parking' as const, zoneKind: 'no-parking' as const } }],
  ['zone-of-rule', { runs: { ...RUN, rule: 'illegal-parking' as const, classes: [] } }],
  ['model-unknown', { runs: { ...RUN, model: 'never-uploaded' } }],
  ['raises-nothing', { raises: null }],
])('an algorithm that could not run is refused: %s', async (code, over) => {
  const made = createDefinition(db(), { ...BICYCLES, id: 'wrong', ...over }, WRITING);
  await expect(made).rejects.toMatchObject({ code });
});

test('a binding by name counts before a library’s, that before a division’s; the camera’s own rule before all', async () => {
  const library = await createLibrary(
    db(),
    { name: '学校', description: '', division: '371400', department: null, rule: null, added: ['a'], removed: [] },
    CITY,
  );
  const wide = await bind('parked-bicycles', { divisions: ['371402'] });
  expect(await bound('a')).toEqual(['parked-bicycles']);
  expect(await bound('b')).toEqual(['parked-bicycles']);
  expect(await bound('registered'), 'nothing to look at').toEqual([]);
  expect(refreshed).toEqual(expect.arrayContaining(['a', 'b', 'own', 'police']));
  expect(await rulesOf('a')).toEqual([
    {
      ...{
        rule: 'object-present',
        algorithm: 'parked-bicycles',
        classes: ['bicycle'],
        dwellMs: 30_000,
        threshold: 0.4,
      },
      ...{ zoneKind: null, movesAbout: false, samplePeriodMs: 4000, regions: 'whole' },
    },
  ]);
  const byLibrary = await bind('parked-bicycles', { libraries: [library], hours: ['08:00-18:00'], days: 'workdays' });
  expect(await rulesOf('a')).toMatchObject([
    { hours: ['08:00-18:00'], calendar: { on: 'workdays', holidays: [], workdays: [] } },
  ]);
  expect((await rulesOf('b'))[0]?.hours).toBeUndefined();
  const byName = await bind('parked-bicycles', { cameras: ['a'], hours: ['00:00-06:00'] });
  expect((await rulesOf('a'))[0]?.hours).toEqual(['00:00-06:00']);
  await revoke(byName, 'parked-bicycles');
  expect((await rulesOf('a'))[0]?.hours).toEqual(['08:00-18:00']);
  const [first] = (await listBindings(db(), CITY, 'parked-bicycles')).filter(({ id }) => id === byName);
  expect(first).toMatchObject({ by: 'chief', reaches: 0, revoked: { by: 'chief', reason: 'over' } });
  await revoke(byLibrary, 'parked-bicycles');
  await revoke(wide, 'parked-bicycles');
  expect(await bound('a')).toEqual([]);
  expect((await readCamera(db(), null, 'a'))?.state).toBe('unknown');
  expect((await readCamera(db(), null, 'own'))?.state).toBe('connecting');
});

test('a camera that comes to a library is watched within a look, and one that leaves it is not any more', async () => {
  const library = await createLibrary(
    db(),
    {
      name: '标签',
      description: '',
      division: '371400',
      department: null,
      rule: { tags: ['单车'] },
      added: [],
      removed: [],
    },
    CITY,
  );
  const id = await bind('parked-bicycles', { libraries: [library] });
  await make('late', { tags: ['单车'] });
  refreshed = [];
  await watch.look();
  expect(refreshed).toEqual(['late']);
  expect(await bound('late')).toEqual(['parked-bicycles']);
  await patchCamera(db(), 'late', { tags: [] }, 'test', area);
  await watch.look();
  expect(await bound('late')).toEqual([]);
  await deleteCamera(db(), 'late', 'test');
  await revoke(id, 'parked-bicycles');
});

test('a binding reaches no camera of another department, and no name of one is taken', async () => {
  expect(
    (await camerasInReach(db(), POLICE, { cameras: [], libraries: [], divisions: ['371402'] })).map(({ id }) => id),
  ).toEqual(['police']);
  const id = await bind('parked-bicycles', { divisions: ['371402'] }, POLICE);
  expect([await bound('police'), await bound('a')]).toEqual([['parked-bicycles'], []]);
  await revoke(id, 'parked-bicycles');
  for (const [wanted, code] of [
    [{ cameras: ['a'] }, 'cameras-not-yours'],
    [{ divisions: ['371400'] }, 'outside-your-scope'],
    [{ libraries: ['library-of-nobody'] }, 'not-found'],
    [{}, 'binds-nothing'],
  ] as const) {
    await expect(bind('parked-bicycles', wanted, POLICE)).rejects.toMatchObject({ code });
  }
});

test('a changed algorithm is told to its cameras, and each revision is kept', async () => {
  const id = await bind('parked-bicycles', { cameras: ['b'] });
  refreshed = [];
  const { id: _, ...body } = BICYCLES;
  const next = { ...body, runs: { ...RUN, dwellMs: 60_000 }, revision: 1 };
  await changeDefinition(db(), 'parked-bicycles', next, { ...WRITING, by: 'later' });
  await watch.changed('parked-bicycles');
  expect(refreshed).toEqual(['b']);
  expect((await rulesOf('b'))[0]?.dwellMs).toBe(60_000);
  await expect(changeDefinition(db(), 'parked-bicycles', next, WRITING)).rejects.toMatchObject({
    code: 'algorithm-changed',
    expected: 2,
  });
  const revisions = await readRevisions(db(), 'parked-bicycles');
  expect(revisions.map(({ revision, by }) => [revision, by])).toEqual([
    [2, 'later'],
    [1, 'models'],
  ]);
  await expect(db().deleteFrom('algorithm_definition_revisions').execute()).rejects.toThrow('stays');
  await expect(db().deleteFrom('algorithm_bindings').execute()).rejects.toThrow('stays');
  await revoke(id, 'parked-bicycles');
});

test('a catalogue is listed and never counted as running; a list with a wrong row changes nothing', async () => {
  const list =
    '编号,名称,归属单位,共享范围\nsmoke-plume,露天烧烤,省大数据局,省\nroad-flood,道路积水,德州市城管局,市级\n';
  expect(await importCatalogue(db(), list, 'models')).toEqual({ added: 2, known: [] });
  expect(await importCatalogue(db(), `${list}bare-soil,裸土未覆盖,省大数据局,省\n`, 'models')).toEqual({
    added: 1,
    known: ['smoke-plume', 'road-flood'],
  });
  for (const [csv, code] of [
    ['编号,名称\nx,y\n', 'catalogue-columns'],
    ['编号,名称,归属单位,共享范围\n', 'no-rows'],
    ['编号,名称,归属单位,共享范围\nfine,好,甲,省\nBad Id,坏,甲,国\n', 'catalogue-rows'],
  ])
    await expect(importCatalogue(db(), csv!, 'models')).rejects.toMatchObject({ code });
  const states = (await readDefinitions(db(), SITE, null)).map(({ id, state }) => [id, state]);
  expect(states).toContainEqual(['smoke-plume', 'catalogued']);
  expect(states.map(([id]) => id)).not.toContain('fine');
  await expect(bind('smoke-plume', { cameras: ['a'] })).rejects.toMatchObject({ code: 'not-runnable' });
});

test('an algorithm whose model stops running gives no rule, and gives it again when the model runs', async () => {
  await db()
    .insertInto('algorithm_versions')
    .values({
      ...{ id: 'v1', algorithm: 'vendor', version: '1.0.0', sha256: 'a'.repeat(64), file_name: 'm.onnx', bytes: 1 },
      ...{
        licence: 'none',
        inspection: JSON.stringify({ ...UNREAD, labels: ['boat'] }),
        folder: 'x',
        uploaded_by: 'models',
      },
    })
    .execute();
  await db().insertInto('algorithm_stages').values({ version_id: 'v1', algorithm: 'vendor', stage: 'full' }).execute();
  const boats = { ...BICYCLES, id: 'boats', runs: { ...RUN, model: 'vendor', classes: ['boat'] } };
  await createDefinition(db(), boats, WRITING);
  const id = await bind('boats', { cameras: ['b'] });
  expect(await rulesOf('b')).toMatchObject([{ algorithm: 'boats', model: 'vendor' }]);
  await db().updateTable('algorithm_stages').set({ stage: 'validated' }).where('version_id', '=', 'v1').execute();
  refreshed = [];
  await watch.modelChanged('vendor');
  expect([refreshed, await rulesOf('b')]).toEqual([['b'], []]);
  expect((await readDefinitions(db(), SITE, null)).find((one) => one.id === 'boats')?.state).toBe('no-model');
  await revoke(id, 'boats');
});

const UNMEASURED: MeasuredLoad = { cores: 2, measuredMs: 0, usedCores: null, cameras: new Map() };

test('the budget says what runs and what one more would cost, and nothing that was not measured', async () => {
  const none = await readBudget(db(), SITE, UNMEASURED, null);
  expect(none).toMatchObject({
    catalogued: 9,
    runnable: 5,
    bound: 1,
    cameras: 1,
    usedCores: null,
    coresPerCamera: null,
  });
  expect(none.sampling).toEqual([
    { algorithm: 'illegal-parking', cameras: 1, wantedPeriodMs: 2000, achievedPeriodMs: null, slowestPeriodMs: null },
  ]);
  const reach = { cameras: [], libraries: [], divisions: ['371402'] };
  const ask = (load: MeasuredLoad) => forecast(db(), CITY, { algorithm: 'parked-bicycles', reach, site: SITE, load });
  expect(await ask(UNMEASURED)).toMatchObject({
    cameras: 4,
    opened: 3,
    basis: 'nothing',
    addedCores: null,
    stretch: null,
  });
  const busy = new Map([['own', { looked: 10, dropped: 30, overMs: 60_000 }]]);
  const measured: MeasuredLoad = { cores: 2, measuredMs: 60_000, usedCores: 1, cameras: busy };
  expect(await ask(measured)).toMatchObject({ basis: 'measured', addedCores: 3, neededCores: 4, stretch: 2 });
  const stretched = await readBudget(db(), SITE, measured, null);
  expect(stretched).toMatchObject({ stretched: ['illegal-parking'], droppedShare: 0.75, coresPerCamera: 1 });
  expect(stretched.sampling[0]).toMatchObject({ achievedPeriodMs: 6000 });
});
