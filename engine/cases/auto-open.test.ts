import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CaseClocks } from '#config/case-clocks.ts';
import { RuleName } from '#config/rule.ts';
import { createControlArea, listControlAreas, listHeldBack, revokeControlArea } from '../alerts/control-areas.ts';
import { acknowledge } from '../alerts/judge.ts';
import { account, city, HERE, makeCamera, openDesk, THERE, WatchedScene } from '../alerts/scene-for-tests.ts';
import { insertDefinition } from '../bindings/definitions.ts';
import type { DefinitionBody } from '../contract/algorithm-definition.ts';
import { NewCaseOpening } from '../contract/case-policy.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { listOpenings, openByPolicy, setOpening } from './auto-open.ts';
import { casePolicyOf } from './case-clocks.ts';

const policy = casePolicyOf({ timeZone: 'Asia/Shanghai', caseClocks: CaseClocks.parse({}) });
const AROUND: [number, number][] = [
  [116.29, 37.44],
  [116.31, 37.44],
  [116.31, 37.46],
  [116.29, 37.46],
];
const BICYCLES = {
  name: { zh: '非机动车停放', en: 'Parked bicycles' },
  runs: {
    ...{ model: 'street', rule: 'object-present', classes: ['bicycle'], dwellMs: 30_000, threshold: null },
    ...{ zoneKind: null, movesAbout: false, samplePeriodMs: null, regions: 'whole' },
  },
  raises: { severity: 'minor', codeset: 'local', code: '09-01' },
  share: { scope: 'county', owner: '德城区城管局', division: null },
  licence: '',
} satisfies DefinitionBody;

describe('what becomes a case by itself, and what is not even an alert', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore('embedded');
  });
  afterAll(() => opened.remove());
  const db = () => opened.store.db;
  const alertsOf = (cameraId: string) =>
    db().selectFrom('alerts').select(['id', 'case_id']).where('camera_id', '=', cameraId).orderBy('id').execute();

  test('by hand unless it is set; at once, or once two people acknowledged; never what was raised before', async () => {
    expect((await listOpenings(db(), null)).map(({ mode }) => mode)).toEqual(RuleName.options.map(() => 'manual'));
    const before = new WatchedScene('open-before', Date.now() - 60_000);
    await makeCamera(opened.store, before.cameraId);
    await before.run(openDesk(opened.store), 1, () => [before.vehicle(HERE)]);
    const set = (mode: 'auto' | 'confirmed' | 'manual', confirmations?: number) =>
      setOpening(db(), city, '371400', {
        ...{ rule: 'illegal-parking', mode },
        ...(confirmations !== undefined && { confirmations }),
      });
    expect(await set('auto')).toMatchObject({ mode: 'auto', by: '371400 全部' });
    expect(await openByPolicy(db(), policy)).toBe(0);
    const scene = new WatchedScene('open-auto');
    await makeCamera(opened.store, scene.cameraId);
    await scene.run(openDesk(opened.store), 1, () => [scene.vehicle(HERE, { key: 'k:1' })]);
    const all = await Promise.all(Array.from({ length: 5 }, () => openByPolicy(db(), policy)));
    expect(all.reduce((sum, n) => sum + n)).toBe(1);
    expect((await alertsOf('open-auto')).map(({ case_id }) => case_id)).toEqual([expect.any(String)]);

    await set('confirmed', 2);
    const asked = new WatchedScene('open-asked');
    await makeCamera(opened.store, asked.cameraId);
    await asked.run(openDesk(opened.store), 1, () => [asked.vehicle(HERE)]);
    const { id } = (await alertsOf('open-asked'))[0]!;
    for (let i = 0; i < 2; i++) await acknowledge(db(), city, id, '看到了');
    expect(await openByPolicy(db(), policy), 'one person twice is one').toBe(0);
    await acknowledge(db(), account('371402'), id, '');
    expect(await openByPolicy(db(), policy)).toBe(1);

    await expect(
      setOpening(db(), account('371402'), '371400', { rule: 'illegal-parking', mode: 'auto' }),
    ).rejects.toMatchObject({
      code: 'outside-your-scope',
    });
    expect(NewCaseOpening.safeParse({ rule: 'illegal-parking', mode: 'confirmed' }).success).toBe(false);
    expect(NewCaseOpening.safeParse({ rule: 'illegal-parking', mode: 'auto', confirmations: 2 }).success).toBe(false);
  });

  test('an algorithm goes by its rule until it is set apart, and again once it is told to', async () => {
    for (const id of ['parked-bicycles', 'fallen-trees']) {
      await db()
        .transaction()
        .execute((trx) => insertDefinition(trx, id, { ...BICYCLES, name: { zh: id, en: id } }, 'a test'));
    }
    const of = async (algorithm: string | null) =>
      (await listOpenings(db(), null)).find((one) => one.rule === 'object-present' && one.algorithm === algorithm);
    expect(await of('parked-bicycles')).toMatchObject({
      mode: 'rule',
      at: null,
      algorithmName: { en: 'parked-bicycles' },
    });
    const set = (what: Omit<NewCaseOpening, 'confirmations'>) => setOpening(db(), city, '371400', what);
    let seen = 0;
    const raise = async (algorithm: string) => {
      const cameraId = `of-${algorithm}-${seen++}`;
      // Raised now, by its own clock: after what was set before, and before what is set next.
      const scene = new WatchedScene(cameraId, Date.now() - 1000);
      await makeCamera(opened.store, cameraId, { algorithms: [] });
      const desk = openDesk(opened.store, { raises: () => ({ ...BICYCLES.raises, name: BICYCLES.name }) });
      await scene.run(desk, 1, () => [
        scene.vehicle(HERE, { key: `${algorithm}:1`, rule: 'object-present', algorithm, zoneKind: null }),
      ]);
      return async () => (await alertsOf(cameraId)).map(({ case_id }) => case_id !== null);
    };
    await set({ algorithm: 'parked-bicycles', mode: 'auto' });
    const bicycle = await raise('parked-bicycles');
    const tree = await raise('fallen-trees');
    await openByPolicy(db(), policy);
    expect([await bicycle(), await tree()], 'one algorithm alone').toEqual([[true], [false]]);

    await set({ rule: 'object-present', mode: 'auto' });
    await set({ algorithm: 'parked-bicycles', mode: 'manual' });
    const [kept, felled] = [await raise('parked-bicycles'), await raise('fallen-trees')];
    await openByPolicy(db(), policy);
    expect([await kept(), await felled(), await tree()], 'of the rule, but for the one set apart').toEqual([
      [false],
      [true],
      [false],
    ]);

    await set({ algorithm: 'parked-bicycles', mode: 'rule' });
    const again = await raise('parked-bicycles');
    await openByPolicy(db(), policy);
    expect([await kept(), await again()], 'from then on, not before').toEqual([[false], [true]]);
    expect(await of(null)).toMatchObject({ mode: 'auto' });

    await expect(set({ algorithm: 'nobody-knows', mode: 'auto' })).rejects.toMatchObject({ code: 'not-found' });
    for (const wrong of [
      { mode: 'auto' },
      { rule: 'object-present', algorithm: 'parked-bicycles', mode: 'auto' },
      { rule: 'object-present', mode: 'rule' },
    ]) {
      expect(NewCaseOpening.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    }
  });

  test('in a control area nothing is raised: each thing is counted once and listed; revoked, it is an alert', async () => {
    const scene = new WatchedScene('held', Date.parse('2026-12-01T10:00:00+08:00'));
    await makeCamera(opened.store, scene.cameraId);
    const desk = openDesk(opened.store, { timeZone: 'Asia/Shanghai' });
    const given = { name: '集市', corners: AROUND, hours: ['09:00-11:00'], reason: '经批准的集市' };
    const area = await createControlArea(db(), city, given);
    const see = () => [scene.vehicle(HERE, { key: 'k:1' }), scene.vehicle(THERE, { key: 'k:2' })];
    const filed = await scene.run(desk, 20, see);
    expect(filed.sort()).toEqual(['k:1', 'k:2']);
    expect(await alertsOf('held')).toEqual([]);
    expect((await listControlAreas(db(), city))[0]).toMatchObject({ id: area.id, heldBack: 2 });
    expect(await listHeldBack(db(), city, area.id)).toMatchObject([{ cameraId: 'held' }, { cameraId: 'held' }]);
    expect(await listControlAreas(db(), account('371481'))).toEqual([]);

    // Another process knows of it from the database, and counts nothing twice.
    await scene.run(openDesk(opened.store, { timeZone: 'Asia/Shanghai' }), 3, see);
    expect((await listControlAreas(db(), city))[0]!.heldBack).toBe(2);

    const outside = new WatchedScene('beside', Date.parse('2026-12-01T10:00:00+08:00'));
    await makeCamera(opened.store, outside.cameraId);
    await outside.run(desk, 1, () => [outside.vehicle(HERE, { lngLat: [116.4, 37.45] })]);
    expect(await alertsOf('beside')).toHaveLength(1);
    const later = new WatchedScene('later', Date.parse('2026-12-01T11:00:01+08:00'));
    await makeCamera(opened.store, later.cameraId);
    await later.run(desk, 1, () => [later.vehicle(HERE)]);
    expect(await alertsOf('later'), 'out of its hours').toHaveLength(1);

    expect(await revokeControlArea(db(), city, area.id, '集市结束')).toMatchObject({ revokedBy: '371400 全部' });
    await scene.run(desk, 4, see);
    expect(await alertsOf('held')).toHaveLength(2);
    await expect(revokeControlArea(db(), city, area.id, 'x')).rejects.toMatchObject({ code: 'already-revoked' });
    const crossed = { ...given, corners: [AROUND[0]!, AROUND[2]!, AROUND[1]!, AROUND[3]!] };
    await expect(createControlArea(db(), city, crossed)).rejects.toMatchObject({ code: 'bad-polygon' });
  });
});
