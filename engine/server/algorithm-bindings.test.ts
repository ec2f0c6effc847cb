import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlgorithmBudget, BindingForecast } from '../contract/algorithm-budget.ts';
import { AlgorithmBound, AlgorithmDefinition } from '../contract/algorithm-definition.ts';
import { Camera } from '../contract/camera.ts';
import { Problem } from '../contract/problem.ts';
import { AlgorithmBoundList, AlgorithmDefinitionList, AlgorithmModelList } from './shapes.ts';
import { type Client, IN_WEST, openSiteUnderTest, type SiteUnderTest, WEST } from './site-under-test.ts';

const BICYCLES = {
  id: 'parked-bicycles',
  name: { zh: '非机动车停放', en: 'Parked bicycles' },
  runs: {
    ...{ model: 'street', rule: 'object-present', classes: ['bicycle'], dwellMs: 30_000, threshold: null },
    ...{ zoneKind: null, movesAbout: false, samplePeriodMs: null, regions: 'whole' },
  },
  raises: { severity: 'minor', codeset: 'local', code: '09-01' },
  share: { scope: 'county', owner: '德城区城管局' },
  licence: '',
};
const REACH = { divisions: [WEST.code] };

let site: SiteUnderTest;
let models: Client;
let operator: Client;
beforeAll(async () => {
  site = await openSiteUnderTest();
  models = await site.signIn({ username: 'models', roles: ['model-admin'] });
  operator = await site.signIn({ username: 'operator', roles: ['operator'] });
  const chief = await site.signIn({ username: 'chief', roles: ['administrator'] });
  const source = { kind: 'url', url: 'rtsp://10.0.0.1/live' };
  await chief.send('POST', '/api/cameras', { id: 'west-1', name: '西', source, lngLat: IN_WEST });
}, 60_000);
afterAll(() => site.close());

const camera = async () => Camera.parse((await operator.get('/api/cameras/west-1')).json);

test('an algorithm is defined, bound, told to the shards, changed and revoked; everyone may read it', async () => {
  const made = await models.send('POST', '/api/algorithms', BICYCLES);
  expect(made.status, made.text).toBe(201);
  expect(AlgorithmDefinition.parse(made.json)).toMatchObject({ revision: 1, state: 'runnable', cameras: 0 });
  const asked = await models.send('POST', '/api/algorithms/parked-bicycles/reach', REACH);
  expect(BindingForecast.parse(asked.json)).toMatchObject({
    cameras: 1,
    opened: 1,
    basis: 'nothing',
    addedCores: null,
  });

  site.live.refreshed.length = 0;
  const wanted = { ...REACH, hours: ['08:00-18:00'], days: 'workdays', reason: 'a campaign' };
  const bound = await models.send('POST', '/api/algorithms/parked-bicycles/bindings', wanted);
  expect(bound.status, bound.text).toBe(201);
  const { id, reaches, by } = AlgorithmBound.parse(bound.json);
  expect([reaches, by]).toEqual([1, 'models']);
  expect(site.live.refreshed).toContain('west-1');
  expect((await camera()).boundAlgorithms).toEqual(['parked-bicycles']);
  const { items } = AlgorithmDefinitionList.parse((await operator.get('/api/algorithms')).json);
  expect(items.find((one) => one.id === 'parked-bicycles')?.cameras).toBe(1);
  const budget = AlgorithmBudget.parse((await operator.get('/api/algorithm-budget')).json);
  expect(budget).toMatchObject({ runnable: 5, bound: 1, cameras: 1, usedCores: null, stretched: [] });

  site.live.refreshed.length = 0;
  const { id: _, ...body } = BICYCLES;
  const patch = { ...body, runs: { ...BICYCLES.runs, dwellMs: 60_000 }, revision: 1 };
  const changed = await models.send('PATCH', '/api/algorithms/parked-bicycles', patch);
  expect(AlgorithmDefinition.parse(changed.json)).toMatchObject({ revision: 2, runs: { dwellMs: 60_000 } });
  expect(site.live.refreshed).toEqual(['west-1']);

  const revoked = await models.send('POST', `/api/algorithm-bindings/${id}/revoke`, { reason: 'over' });
  expect(AlgorithmBound.parse(revoked.json).revoked).toMatchObject({ by: 'models', reason: 'over' });
  expect((await camera()).boundAlgorithms).toEqual([]);
  const again = await models.send('POST', `/api/algorithm-bindings/${id}/revoke`, { reason: 'over' });
  expect([again.status, Problem.parse(again.json).code]).toEqual([409, 'already-revoked']);
  const listed = AlgorithmBoundList.parse(
    (await operator.get('/api/algorithm-bindings?algorithm=parked-bicycles')).json,
  );
  expect(listed.items.map(({ id: one }) => one)).toEqual([id]);
});

test('who may only read defines, binds and imports nothing', async () => {
  for (const [method, path, body] of [
    ['POST', '/api/algorithms', { ...BICYCLES, id: 'other' }],
    ['PATCH', '/api/algorithms/parked-bicycles', { ...BICYCLES, id: undefined, revision: 2 }],
    ['POST', '/api/algorithms/parked-bicycles/bindings', { ...REACH, reason: 'x' }],
    ['POST', '/api/algorithms/parked-bicycles/reach', REACH],
    ['POST', '/api/algorithm-bindings/x/revoke', { reason: 'x' }],
    ['POST', '/api/algorithm-catalogue', { csv: 'id,name,owner,scope\nx,y,z,city\n' }],
  ] as const)
    expect((await operator.send(method, path, body)).status, `${method} ${path}`).toBe(403);
});

test('a catalogue is imported, its names cannot be bound, and models are listed with their labels', async () => {
  const csv = '编号,名称,归属单位,共享范围\nsmoke,露天烧烤,省大数据局,省\n';
  const imported = await models.send('POST', '/api/algorithm-catalogue', { csv });
  expect(imported.json).toEqual({ added: 1, known: [] });
  const bound = await models.send('POST', '/api/algorithms/smoke/bindings', { ...REACH, reason: 'x' });
  expect([bound.status, Problem.parse(bound.json).code]).toEqual([409, 'not-runnable']);
  const { items } = AlgorithmModelList.parse((await operator.get('/api/algorithm-models')).json);
  expect(items).toEqual([{ name: 'street', labels: null, runs: true }]);
});
