import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CaseClocks } from '#config/case-clocks.ts';
import { readAlert } from '../alerts/read-alerts.ts';
import { account, area, city, HERE, makeCamera, openDesk, THERE, WatchedScene } from '../alerts/scene-for-tests.ts';
import type { Counties } from '../cameras/counties.ts';
import { Case, NewReport } from '../contract/case.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { appendEntry } from './append-entry.ts';
import { casePolicyOf } from './case-clocks.ts';
import { duplicatesOfReport, likelyDuplicates } from './likely-duplicates.ts';
import { linkCases, mergeCase, splitCase } from './merge-cases.ts';
import { openCase, reportCase } from './open-case.ts';
import { readCase } from './read-cases.ts';
import { createUnit } from './units.ts';

const policy = casePolicyOf({ timeZone: 'Asia/Shanghai', caseClocks: CaseClocks.parse({}) });

describe('cases of one thing', () => {
  let opened: TestStore;
  let number = 0;
  let ids: string[];
  beforeAll(async () => {
    opened = await openTestStore('embedded');
    await createUnit(db(), 'test', { id: 'dc-1', name: '德城一中队', division: '371402', department: '城管' });
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    number += 1;
    const scene = new WatchedScene(`pair-${number}`);
    await makeCamera(opened.store, scene.cameraId);
    const lngLat: [number, number] = [116.3, 37.3 + number / 100];
    const see = () => [scene.vehicle(HERE, { key: 'k:1', lngLat }), scene.vehicle(THERE, { key: 'k:2', lngLat })];
    await scene.run(openDesk(opened.store), 1, see);
    const rows = await db()
      .selectFrom('alerts')
      .select('id')
      .where('camera_id', '=', scene.cameraId)
      .orderBy('id')
      .execute();
    ids = rows.map(({ id }) => id);
  });
  const db = () => opened.store.db;
  const open = (alertId: string) => openCase(db(), city, { alertIds: [alertId], note: '' }, policy);
  const report = (east = 0) => {
    const lngLat: [number, number] = [116.3 + east, 37.3 + number / 100];
    const given = { codeset: 'CJ/T 214', code: '05-05', lngLat, place: '东风中路 86 号门前', note: '测试数据' };
    return reportCase(db(), city, NewReport.parse(given), { policy, counties: area.counties, division: '371400' });
  };

  test('of a hundred who make a case of one alert at once, one does', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 100 }, () => open(ids[0]!)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(['alert-in-case']));
    const rows = await db().selectFrom('case_alerts').selectAll().where('alert_id', '=', ids[0]!).execute();
    expect(rows).toHaveLength(1);
  });

  test('what is to be reported is compared with the open cases there, and is reported within the city alone', async () => {
    const taken = await report();
    const of = { codeset: 'CJ/T 214', code: '05-05', lngLat: [116.3002, 37.3 + number / 100] as [number, number] };
    const [found, ...others] = await duplicatesOfReport(db(), city, of);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ case: { id: taken.id }, sameClass: true, linked: false });
    expect(found!.distanceM).toBeCloseTo(17.7, 0);
    expect(await duplicatesOfReport(db(), city, { ...of, code: '01-02' })).toMatchObject([{ sameClass: false }]);
    expect(await duplicatesOfReport(db(), city, { ...of, lngLat: [116.31, of.lngLat[1]] })).toEqual([]);
    expect(await duplicatesOfReport(db(), account('371481'), of), 'of another county').toEqual([]);

    const square = [[116, 37], [116.5, 37], [116.5, 38], [116, 38], [116, 37]]; // biome-ignore format: a square
    const county = { code: '371402', name: '德城区' };
    const outlined: Counties = {
      of: ([lng]) => (lng < 116.5 ? county : null),
      geojson: {
        type: 'FeatureCollection',
        features: [{ type: 'Feature', properties: county, geometry: { type: 'Polygon', coordinates: [square] } }],
      },
    };
    const given = NewReport.parse({ codeset: 'CJ/T 214', code: '05-05', lngLat: [116.6, 37.4], place: '城外' });
    const site = { policy, counties: outlined, division: '371400' };
    const before = await db().selectFrom('cases').select('id').execute();
    await expect(reportCase(db(), city, given, site)).rejects.toMatchObject({ code: 'outside-the-city' });
    await expect(reportCase(db(), account('371481'), { ...given, lngLat: [116.4, 37.4] }, site)).rejects.toMatchObject({
      code: 'outside-your-scope',
    });
    expect(await db().selectFrom('cases').select('id').execute()).toEqual(before);
  });

  test('a report is taken up, verified, registered, and is a case like any other', async () => {
    const taken = await report();
    expect(Case.parse(taken)).toMatchObject({
      state: 'reported',
      rule: null,
      source: 'officer',
      sources: { officer: 1 },
    });
    expect(taken.clock).toMatchObject({ stage: 'register', limit: { amount: 0.25, unit: 'urgent-hours' } });
    await expect(
      appendEntry(db(), city, taken.id, { kind: 'assigned', unitId: 'dc-1', note: '' }, policy),
    ).rejects.toMatchObject({ code: 'wrong-step' });
    const sent = await appendEntry(db(), city, taken.id, { kind: 'verifying', unitId: 'dc-1', note: '' }, policy);
    expect([sent.clock?.phase, sent.unitId]).toEqual(['paused', null]);
    await appendEntry(db(), city, taken.id, { kind: 'verified', note: '属实' }, policy);
    const registered = await appendEntry(db(), city, taken.id, { kind: 'registered', note: '' }, policy);
    expect(registered).toMatchObject({ state: 'opened', clock: { stage: 'dispatch', phase: 'running' } });
  });

  test('what may be the same is found near by, with its distance and age; what is far or closed is not', async () => {
    const one = await open(ids[0]!);
    const [near, far, closed] = [await report(0.0002), await report(0.002), await report()];
    await appendEntry(db(), city, closed.id, { kind: 'voided', note: '测试' }, policy);
    const found = await likelyDuplicates(db(), city, one.id);
    expect(found.map(({ case: other }) => other.id)).toEqual([near.id]);
    expect(found[0]).toMatchObject({ sameClass: true, linked: false });
    // 0.0002° of longitude at 37.3° north.
    expect(found[0]!.distanceM).toBeCloseTo(17.7, 0);
    expect(far.id).not.toBe(near.id);
    const linked = await linkCases(db(), city, { id: one.id, otherId: near.id, note: '' }, policy);
    expect(linked.linkedIds).toEqual([near.id]);
    expect((await likelyDuplicates(db(), city, one.id))[0]!.linked).toBe(true);
    const again = linkCases(db(), city, { id: near.id, otherId: one.id, note: '' }, policy);
    await expect(again).rejects.toMatchObject({ status: 409, code: 'already-linked' });
  });

  test('merged, a case has the alerts and reports of both; split, each has its own again and stands as it did', async () => {
    const [one, two] = [await open(ids[0]!), await open(ids[1]!)];
    const three = await report();
    const sent = await appendEntry(db(), city, two.id, { kind: 'assigned', unitId: 'dc-1', note: '' }, policy);
    const pair = { id: one.id, otherId: two.id, note: '同一辆车' };
    await mergeCase(db(), city, { ...pair, otherId: three.id }, policy);
    const merged = await mergeCase(db(), city, pair, policy);
    expect(merged).toMatchObject({ alertIds: ids, mergedIds: [two.id, three.id], sources: { alert: 2, officer: 1 } });
    const part = (await readCase(db(), null, two.id))!;
    expect(part).toMatchObject({ state: 'closed', outcome: 'merged', mergedInto: one.id, clock: null });
    expect((await readAlert(db(), city, ids[1]!))!.caseId).toBe(one.id);
    expect(await db().selectFrom('case_timers').selectAll().where('case_id', '=', two.id).execute()).toEqual([]);
    await expect(mergeCase(db(), city, { id: two.id, otherId: one.id, note: '' }, policy)).rejects.toMatchObject({
      code: 'wrong-step',
    });
    await expect(open(ids[1]!)).rejects.toMatchObject({ code: 'alert-in-case' });
    await splitCase(db(), city, pair, policy);
    const again = (await readCase(db(), null, two.id))!;
    expect(again).toMatchObject({ state: 'assigned', unitId: 'dc-1', mergedInto: null, alertIds: [ids[1]] });
    expect(again.clock).toMatchObject({ stage: 'handle', phase: 'running', limit: sent.clock!.limit });
    const rest = (await readCase(db(), null, one.id))!;
    expect(rest).toMatchObject({ alertIds: [ids[0]], mergedIds: [three.id], sources: { alert: 1, officer: 1 } });
    expect((await readAlert(db(), city, ids[1]!))!.caseId).toBe(two.id);
    await expect(splitCase(db(), city, pair, policy)).rejects.toMatchObject({ code: 'not-part' });
  });

  test('merges that cross each other end in one case, never in a deadlock or a circle', async () => {
    const [one, two] = [await open(ids[0]!), await open(ids[1]!)];
    const tries = await Promise.allSettled([
      mergeCase(db(), city, { id: one.id, otherId: two.id, note: '' }, policy),
      mergeCase(db(), city, { id: two.id, otherId: one.id, note: '' }, policy),
    ]);
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = tries.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ status: 409 });
  });

  test('an overdue appeal is made of what was late, answered once, and the fact stays', async () => {
    const { id } = await open(ids[0]!);
    const add = (kind: 'appealed' | 'appeal-granted') =>
      appendEntry(db(), city, id, { kind, note: '道路封闭' }, policy);
    await expect(add('appealed')).rejects.toMatchObject({ code: 'not-late' });
    await db()
      .updateTable('case_entries')
      .set({ at: new Date(Date.now() - 3_600_000) })
      .where('case_id', '=', id)
      .execute();
    expect(await add('appealed')).toMatchObject({ appeal: 'open', late: ['dispatch'] });
    expect(await add('appeal-granted')).toMatchObject({ appeal: 'granted', late: ['dispatch'] });
    await expect(add('appeal-granted')).rejects.toMatchObject({ code: 'wrong-step' });
  });
});
