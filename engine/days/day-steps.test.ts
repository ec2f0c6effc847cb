import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaseClocks } from '#config/case-clocks.ts';
import { acknowledge, callFalseAlarm } from '../alerts/judge.ts';
import { alertsAfter } from '../alerts/read-alerts.ts';
import { area, city, HERE, makeCamera, openDesk, WatchedScene } from '../alerts/scene-for-tests.ts';
import { setPictureFault } from '../cameras/write-cameras.ts';
import { appendEntry } from '../cases/append-entry.ts';
import { casePolicyOf } from '../cases/case-clocks.ts';
import { openCase } from '../cases/open-case.ts';
import { createUnit } from '../cases/units.ts';
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
