import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CaseClocks } from '#config/case-clocks.ts';
import { RuleSettings } from '#config/rule-settings.ts';
import { cameraForTest } from '../cameras/camera-for-tests.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import { createCamera } from '../cameras/write-cameras.ts';
import type { Account } from '../contract/account.ts';
import type { AlgorithmBound, BindingQuestion, NewAlgorithmDefinition } from '../contract/algorithm-definition.ts';
import { shareReach } from '../contract/division.ts';
import { createLibrary, patchLibrary } from '../libraries/write-libraries.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { addBinding, listBindings, revokeBinding } from './bind.ts';
import { BindingWatch } from './binding-watch.ts';
import { forecast } from './budget.ts';
import { importCatalogue } from './catalogue.ts';
import { changeDefinition, createDefinition, readDefinition, readDefinitions } from './definitions.ts';
import { readBoundRules } from './resolve.ts';

const SITE = { rules: RuleSettings.parse({}), model: 'street', caseClocks: CaseClocks.parse({}) };
const SITE_MODEL = { name: 'street', labels: ['bicycle'] };
const [CITY, WEST, EAST] = [account('371400'), account('371402'), account('371403')];
const NOWHERE = { cameras: [], libraries: [], divisions: [] };
const LOAD = { cores: 2, measuredMs: 0, usedCores: null, cameras: new Map() };

let kept: TestStore;
let watch: BindingWatch;
let refreshed: string[] = [];
const db = () => kept.store.db;

function account(division: string): Account {
  return {
    id: division,
    username: division,
    displayName: division,
    roles: ['model-admin'],
    division,
    department: null,
  };
}

function shared(scope: 'province' | 'city' | 'county', division: string | null = null): NewAlgorithmDefinition {
  return {
    id: `by-${scope}`,
    name: { zh: '非机动车停放', en: 'Parked bicycles' },
    runs: {
      ...{ model: 'street', rule: 'object-present' as const, classes: ['bicycle'], dwellMs: 30_000, threshold: null },
      ...{ zoneKind: null, movesAbout: false, samplePeriodMs: null, regions: 'whole' as const },
    },
    raises: { severity: 'minor', codeset: 'local', code: '09-01' },
    share: { scope, owner: '德城区城管局', division },
    licence: 'Apache-2.0',
  };
}

const define = (wanted: NewAlgorithmDefinition, by: Account) =>
  createDefinition(db(), wanted, { site: SITE, siteModel: SITE_MODEL, by });

async function change(id: string, share: NewAlgorithmDefinition['share'], by: Account): Promise<void> {
  const { id: _, state: __, cameras: ___, ...body } = await readDefinition(db(), SITE, null, id);
  await changeDefinition(db(), id, { ...body, share }, { site: SITE, siteModel: SITE_MODEL, by });
  await watch.changed(id);
}

async function bind(algorithm: string, reach: object, by = CITY): Promise<string> {
  const wanted = { ...NOWHERE, hours: null, days: null, reason: 'a test', ...reach };
  const id = await addBinding(db(), by, { algorithm, wanted, site: SITE });
  await watch.changed(algorithm);
  return id;
}

const newLibrary = (name: string, division: string, added: string[]) =>
  createLibrary(db(), { name, description: '', division, department: null, rule: null, added, removed: [] }, CITY);
const bound = async (camera: string) => (await readCamera(db(), null, camera))?.bound;
const open = async (): Promise<AlgorithmBound[]> =>
  (await listBindings(db(), CITY)).filter(({ revoked }) => revoked === null);
const seen = async (by: Account) => (await readDefinitions(db(), SITE, by)).map(({ id }) => id).slice(4);

beforeAll(async () => {
  kept = await openTestStore('embedded');
  watch = new BindingWatch({ db: db(), refresh: async (ids) => void refreshed.push(...ids), say: () => undefined });
  const area = (code: string) => ({
    division: '371400',
    counties: {
      geojson: { type: 'FeatureCollection' as const, features: [] },
      of: () => (code === '' ? null : { code, name: code }),
    },
  });
  await createCamera(db(), cameraForTest('west'), 'test', area('371402'));
  await createCamera(db(), cameraForTest('east'), 'test', area('371403'));
  await createCamera(db(), cameraForTest('edge'), 'test', area(''));
});
beforeEach(async () => {
  for (const { id, algorithm } of await open()) {
    await revokeBinding(db(), CITY, id, 'over');
    await watch.changed(algorithm);
  }
  refreshed = [];
});
afterAll(() => kept.remove());

test.each([
  ['province', '371402', ''],
  ['city', '371402', '3714'],
  ['city', '370000', '37'],
  ['county', '371402', '371402'],
  ['county', '371000', '3710'],
  ['county', null, ''],
] as const)('%s of %s is shared with %s, for the page and for the database', async (scope, division, expected) => {
  const share = { scope, owner: 'x', division };
  expect(shareReach(share)).toBe(expected);
  const { rows } = await sql<{ reach: string }>`select share_reach(${JSON.stringify(share)}::jsonb) as reach`.execute(
    db(),
  );
  expect(rows).toEqual([{ reach: expected }]);
});

test('an algorithm of a county is bound within it alone; a binding beyond it is refused and changes nothing', async () => {
  await define(shared('county'), WEST);
  expect((await readDefinition(db(), SITE, WEST, 'by-county')).share.division, 'its maker’s').toBe('371402');
  const [inWest, ofCity] = [await newLibrary('西', '371402', ['west']), await newLibrary('市', '371400', ['west'])];
  for (const [reach, got] of [
    [{ divisions: ['371402', '371403'] }, ['371403']],
    [{ divisions: ['371400'] }, ['371400']],
    [{ cameras: ['west', 'east', 'edge'] }, ['east', 'edge']],
    [{ libraries: [inWest, ofCity] }, [ofCity]],
  ] as [Partial<BindingQuestion>, string[]][]) {
    const refusal = { code: 'beyond-share', got, expected: 'within the divisions 371402, of 德城区城管局' };
    await expect(bind('by-county', reach)).rejects.toMatchObject(refusal);
    const asked = { algorithm: 'by-county', reach: { ...NOWHERE, ...reach }, site: SITE, load: LOAD };
    const counted = forecast(db(), CITY, asked);
    await expect(counted, 'nor is it counted').rejects.toMatchObject(refusal);
  }
  expect(await open()).toEqual([]);
  await bind('by-county', { divisions: ['371402'], libraries: [inWest], cameras: ['west'] });
  expect([await bound('west'), await bound('east'), await bound('edge')]).toEqual([['by-county'], [], []]);
});

test('one of a city is bound anywhere in it and not outside, one of a province everywhere', async () => {
  await define(shared('city'), WEST);
  await define(shared('province'), WEST);
  await bind('by-city', { divisions: ['371400'] });
  expect([await bound('west'), await bound('east'), await bound('edge')]).toEqual([
    ['by-city'],
    ['by-city'],
    ['by-city'],
  ]);
  const province = account('370000');
  await expect(bind('by-city', { divisions: ['370100'] }, province)).rejects.toMatchObject({ code: 'beyond-share' });
  await bind('by-province', { divisions: ['370100'] }, province);
});

test('where it is shared no further than before, cameras beyond are told as such and not watched any more', async () => {
  await change('by-city', { scope: 'city', owner: '德城区城管局', division: '371402' }, WEST);
  const id = await bind('by-city', { divisions: ['371400'], cameras: ['east'] });
  expect((await open())[0]).toMatchObject({ reaches: 3, beyond: 0 });
  refreshed = [];
  await change('by-city', { scope: 'county', owner: '德城区城管局', division: null }, WEST);
  expect((await open())[0]).toMatchObject({ id, reaches: 1, beyond: 2 });
  expect([await bound('west'), await bound('east'), await bound('edge')]).toEqual([['by-city'], [], []]);
  expect((await readBoundRules(db(), SITE, null)).has('east')).toBe(false);
  expect(refreshed).toEqual(expect.arrayContaining(['west', 'east', 'edge']));
  expect(
    (await readDefinition(db(), SITE, WEST, 'by-city')).share.division,
    'what says no division leaves it as it was',
  ).toBe('371402');
  await change('by-city', { scope: 'city', owner: '德城区城管局', division: null }, WEST);
  expect(await bound('east')).toEqual(['by-city']);
});

test('an account sees what is shared with its division, and what is bound there still; its owner’s alone change it', async () => {
  expect(await seen(CITY)).toEqual(['by-city', 'by-county', 'by-province']);
  expect(await seen(WEST)).toEqual(['by-city', 'by-county', 'by-province']);
  expect(await seen(EAST), 'another county’s is not shared with it').toEqual(['by-city', 'by-province']);
  await expect(bind('by-county', { cameras: ['east'] }, EAST)).rejects.toMatchObject({ code: 'not-found' });
  await expect(readDefinition(db(), SITE, EAST, 'by-county')).rejects.toMatchObject({ code: 'not-found' });
  const mine = { scope: 'county' as const, owner: '乙', division: '371403' };
  await expect(change('by-county', mine, EAST)).rejects.toMatchObject({ code: 'not-found' });
  const refusal = { code: 'outside-your-scope', got: '371402', expected: '371403' };
  await expect(change('by-city', mine, EAST)).rejects.toMatchObject(refusal);
  await expect(define({ ...shared('county', '371402'), id: 'theirs' }, EAST)).rejects.toMatchObject(refusal);
  await bind('by-city', { divisions: ['371403'] }, EAST);
  await change('by-city', { scope: 'county', owner: '德城区城管局', division: null }, CITY);
  expect(await seen(EAST), 'so that it can be told why it watches nothing').toContain('by-city');
  expect(await listBindings(db(), EAST, 'by-city')).toMatchObject([{ reaches: 0, beyond: 1 }]);
  await change('by-city', { scope: 'city', owner: '德城区城管局', division: null }, CITY);
});

test('a list says whose each algorithm is, or it is its importer’s', async () => {
  const list = '编号,名称,归属单位,共享范围,归属区划\nsmoke,露天烧烤,甲,县,371402\nflood,积水,乙,县,\n';
  await expect(importCatalogue(db(), list, EAST)).rejects.toMatchObject({ code: 'outside-your-scope' });
  expect(await importCatalogue(db(), list, CITY)).toEqual({ added: 2, known: [] });
  const of = async (id: string) => (await readDefinition(db(), SITE, null, id)).share.division;
  expect([await of('smoke'), await of('flood')]).toEqual(['371402', '371400']);
  const wrong = '编号,名称,归属单位,共享范围,归属区划\nx,好,甲,县,德城\n';
  await expect(importCatalogue(db(), wrong, CITY)).rejects.toMatchObject({ code: 'catalogue-rows' });
});

test('a camera that left a library and stays in a division is told, and runs by the division’s hours alone', async () => {
  const library = await newLibrary('夜间', '371400', ['west']);
  await bind('by-province', { divisions: ['371402'], hours: ['08:00-18:00'] });
  await bind('by-province', { libraries: [library], hours: ['00:00-06:00'] });
  const hours = async () => (await readBoundRules(db(), SITE, ['west'])).get('west')?.map((rule) => rule.hours);
  expect(await hours()).toEqual([['00:00-06:00']]);
  await watch.look();
  refreshed = [];
  await patchLibrary(db(), library, { added: [] }, CITY);
  await watch.look();
  expect(refreshed, 'its shard is told other hours').toEqual(['west']);
  expect(await bound('west')).toEqual(['by-province']);
  expect(await hours()).toEqual([['08:00-18:00']]);
  refreshed = [];
  await watch.look();
  expect(refreshed, 'once').toEqual([]);
});
