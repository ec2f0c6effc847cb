import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaseChecks } from '#config/case-checks.ts';
import { CaseClocks } from '#config/case-clocks.ts';
import { acknowledge, callFalseAlarm } from '../alerts/judge.ts';
import { alertsAfter } from '../alerts/read-alerts.ts';
import { area, city, HERE, makeCamera, openDesk, THERE, WatchedScene, type Xyxy } from '../alerts/scene-for-tests.ts';
import { setPictureFault } from '../cameras/write-cameras.ts';
import { appendEntry } from '../cases/append-entry.ts';
import { casePolicyOf } from '../cases/case-clocks.ts';
import { linkCases, mergeCase, splitCase } from '../cases/merge-cases.ts';
import { openCase, reportCase } from '../cases/open-case.ts';
import { readCase } from '../cases/read-cases.ts';
import { createUnit } from '../cases/units.ts';
import { NewReport } from '../contract/case.ts';
import { ReplayedDay } from '../contract/replayed-day.ts';
import type { Store } from '../store/open-store.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { readDay } from './read-day.ts';
import { readDayAlerts } from './read-day-alerts.ts';

const POLICY = casePolicyOf({ timeZone: 'Asia/Shanghai', caseClocks: CaseClocks.parse({}) });
const SITE = { ...area, timeZone: 'Asia/Shanghai' };
let tested: TestStore;
let db: Store['db'];

beforeAll(async () => {
  tested = await openTestStore('embedded');
  ({ db } = tested.store);
  await makeCamera(tested.store, 'c1');
  await createUnit(db, city, { id: 'u1', name: '一队', division: '371402', department: '城管' });
});
afterAll(() => tested?.remove());

const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

/** A day is told up to a few seconds before now. */
const SETTLED_MS = 3100;

/** Today as it can be replayed. */
async function replayToday(): Promise<ReplayedDay> {
  await sleep(SETTLED_MS);
  const day = await readDay(db, city, today(), SITE);
  const { items } = await readDayAlerts(db, city, today(), SITE.timeZone, { limit: 500 });
  return new ReplayedDay(day, items);
}

test('what the desk, the operators and the dispatchers do is what the day tells, and its end is the present', async () => {
  const desk = openDesk(tested.store, { endAfterMs: 3000, rejoinMs: 60_000 });
  const scene = new WatchedScene('c1', Date.now() - 60_000);
  await scene.run(desk, 3, () => [scene.vehicle(HERE)]);
  const raisedMs = scene.nowMs;
  await scene.run(desk, 8);
  const goneMs = scene.nowMs;
  await scene.run(desk, 2, () => [scene.vehicle(HERE)]);
  const backMs = scene.nowMs;
  await scene.run(desk, 8);
  const overMs = scene.nowMs;
  await scene.run(desk, 2, () => [scene.vehicle(HERE)]);
  await desk.close();

  const [alert] = (await alertsAfter(db, null, 0, 10)).items;
  const id = alert!.id;
  await acknowledge(db, city, id, '');
  const opened = await openCase(db, city, { alertIds: [id], note: '' }, POLICY);
  await appendEntry(db, city, opened.id, { kind: 'assigned', unitId: 'u1', note: '' }, POLICY);
  await appendEntry(db, city, opened.id, { kind: 'started', note: '' }, POLICY);
  await appendEntry(db, city, opened.id, { kind: 'handled', note: '已处置' }, POLICY);
  await appendEntry(db, city, opened.id, { kind: 'closed', note: '现场已清' }, POLICY);

  const day = await replayToday();
  const presence = (ms: number) => day.alert(id, Math.floor(ms))?.presence ?? 'not yet';
  expect([raisedMs - 10_000, raisedMs, goneMs, backMs, overMs, scene.nowMs].map(presence)).toEqual([
    ...['not yet', 'standing', 'ended', 'standing', 'ended', 'standing'],
  ]);
  const [now] = (await alertsAfter(db, null, 0, 10)).items;
  expect(day.alert(id, Date.now())).toEqual({ ...now, lastSeenAt: now!.raisedAt });
  expect(now).toMatchObject({ verdict: 'confirmed', handling: 'acknowledged', caseId: opened.id });
  expect(day.steps.map(({ kind }) => kind).filter((kind) => kind.startsWith('case-'))).toEqual([
    ...['case-opened', 'case-assigned', 'case-started', 'case-handled', 'case-closed'],
  ]);
  const caseStates = day.steps.map(({ atMs }) => day.at(atMs).cases.get(opened.id)?.state ?? 'none');
  expect(caseStates).toContain('handled');
  expect(caseStates.at(-1)).toBe('none');

  await callFalseAlarm(db, city, id, '看错了', 1000);
  const after = await replayToday();
  expect(after.alert(id, Date.now())?.verdict).toBe('false');
  expect(after.at(Date.now()).alerts.has(id)).toBe(false);
  expect(after.at(Math.floor(scene.nowMs)).alerts.has(id)).toBe(true);
});

test('a picture fault is kept from its beginning to its end', async () => {
  const sinceMs = Date.now() - 5000;
  await setPictureFault(db, 'c1', { code: 'covered', since: new Date(sinceMs) });
  const during = await replayToday();
  const fault = (day: ReplayedDay, ms: number) => day.day.cameras[0]!.faults.findLast(({ atMs }) => atMs <= ms)?.code;
  expect([fault(during, sinceMs - 1), fault(during, sinceMs)]).toEqual([undefined, 'covered']);
  expect(during.at(Date.now()).cameras.get('c1')?.pictureFault).toEqual({
    code: 'covered',
    since: new Date(sinceMs).toISOString(),
  });
  await setPictureFault(db, 'c1', null);
  expect((await replayToday()).at(Date.now() + 1).cameras.get('c1')?.pictureFault).toBeNull();
});

const PAUSE_MS = 30;
const POLICY_WITH_CHECKS = casePolicyOf({
  ...{ timeZone: 'Asia/Shanghai', caseClocks: CaseClocks.parse({}), caseChecks: CaseChecks.parse({}) },
});

/** Two cases of one alert each. */
async function twoCases(named: string) {
  const make = async (cameraId: string, place: Xyxy) => {
    await makeCamera(tested.store, cameraId);
    const scene = new WatchedScene(cameraId, Date.now() - 60_000);
    await scene.run(openDesk(tested.store), 1, () => [scene.vehicle(place)]);
    const { id: alertId } = await db
      .selectFrom('alerts')
      .select('id')
      .where('camera_id', '=', cameraId)
      .executeTakeFirstOrThrow();
    return { id: (await openCase(db, city, { alertIds: [alertId], note: '' }, POLICY)).id, alertId };
  };
  return [await make(`${named}-0`, HERE), await make(`${named}-1`, THERE)] as const;
}

/** Does something, and says when it had been done for a while. */
async function after(act: () => Promise<unknown>): Promise<number> {
  await act();
  await sleep(PAUSE_MS);
  const ms = Date.now();
  await sleep(PAUSE_MS);
  return ms;
}

test('a case that was merged is none of its own until it is split off; its alerts and reports go with it and come back', async () => {
  const [one, other] = await twoCases('merge');
  const given = { codeset: 'CJ/T 214', code: '05-05', lngLat: [116.3, 37.45], place: '路口', note: '测试数据' };
  const site = { policy: POLICY, counties: area.counties, division: '371400' };
  const report = await reportCase(db, city, NewReport.parse(given), site);
  const of = (otherId: string) => ({ id: one.id, otherId, note: '同一处' });
  const apartMs = await after(() => linkCases(db, city, of(other.id), POLICY));
  const mergedMs = await after(() => mergeCase(db, city, of(other.id), POLICY));
  const bothMs = await after(() => mergeCase(db, city, of(report.id), POLICY));
  const splitMs = await after(() => splitCase(db, city, of(other.id), POLICY));
  const againMs = await after(() => mergeCase(db, city, of(other.id), POLICY));

  const day = await replayToday();
  const alerts = [one.alertId, other.alertId].sort();
  const told = (ms: number) => {
    const { cases } = day.at(ms);
    const { alertIds, mergedIds, linkedIds, sources } = cases.get(one.id)!;
    const listed = [one.id, other.id, report.id].filter((id) => cases.has(id));
    return { listed, alertIds, mergedIds, linkedIds, sources, ofAlert: day.alert(other.alertId, ms)?.caseId };
  };
  const linked = { linkedIds: [other.id] };
  expect(told(apartMs)).toEqual({
    ...{ ...linked, listed: [one.id, other.id, report.id], alertIds: [one.alertId], mergedIds: [] },
    ...{ sources: { alert: 1 }, ofAlert: other.id },
  });
  expect(told(mergedMs)).toEqual({
    ...{ ...linked, listed: [one.id, report.id], alertIds: alerts, mergedIds: [other.id] },
    ...{ sources: { alert: 2 }, ofAlert: one.id },
  });
  expect(told(bothMs)).toEqual({
    ...{ ...linked, listed: [one.id], alertIds: alerts, mergedIds: [other.id, report.id].sort() },
    ...{ sources: { alert: 2, officer: 1 }, ofAlert: one.id },
  });
  expect(told(splitMs)).toEqual({
    ...{ ...linked, listed: [one.id, other.id], alertIds: [one.alertId], mergedIds: [report.id] },
    ...{ sources: { alert: 1, officer: 1 }, ofAlert: other.id },
  });
  expect(day.at(splitMs).cases.get(other.id)).toMatchObject({ alertIds: [other.alertId], mergedInto: null });
  expect(told(againMs)).toEqual(told(bothMs));
  const now = (await readCase(db, city, one.id))!;
  const { alertIds, mergedIds, linkedIds, sources } = day.at(Date.now()).cases.get(one.id)!;
  expect({ alertIds, mergedIds: mergedIds.sort(), linkedIds, sources }).toEqual({
    ...{ alertIds: now.alertIds, mergedIds: now.mergedIds.sort(), linkedIds: now.linkedIds, sources: now.sources },
  });
});

test('what a camera had seen of a handled case by an instant is shown, and nothing that it saw later', async () => {
  const [{ id }] = await twoCases('check');
  const step = (kind: 'assigned' | 'started' | 'handled' | 'rework', more: object = {}) =>
    appendEntry(db, city, id, { kind, note: '测试数据', ...more }, POLICY_WITH_CHECKS);
  await step('assigned', { unitId: 'u1' });
  const beforeMs = await after(() => step('started'));
  const lookingMs = await after(() => step('handled'));
  const decide = () =>
    db
      .updateTable('case_checks')
      .set({ outcome: 'still-there', decided_at: new Date(), until: null })
      .where('case_id', '=', id)
      .execute();
  const decidedMs = await after(decide);
  await step('rework', { unitId: 'u1' });
  await step('started');
  const againMs = await after(() => step('handled'));
  const overtakenMs = await after(() => step('rework', { unitId: 'u1' }));

  const day = await replayToday();
  const told = (ms: number) =>
    day
      .at(ms)
      .cases.get(id)!
      .checks.map(({ outcome, decidedAt, until }) => [outcome, decidedAt !== null, until !== null]);
  const seen = ['still-there', true, false];
  expect(told(beforeMs)).toEqual([]);
  expect(told(lookingMs), 'its cameras are looking').toEqual([[null, false, true]]);
  expect(told(decidedMs)).toEqual([seen]);
  expect(told(againMs), 'handled once more').toEqual([seen, [null, false, true]]);
  expect(told(overtakenMs), 'a person was quicker').toEqual([seen, [null, false, false]]);
  expect(day.at(Date.now()).cases.get(id)!.checks).toEqual((await readCase(db, city, id))!.checks);
});
