import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CaseClocks } from '#config/case-clocks.ts';
import { callFalseAlarm } from '../alerts/judge.ts';
import { readAlert } from '../alerts/read-alerts.ts';
import { account, city, HERE, makeCamera, openDesk, THERE, WatchedScene } from '../alerts/scene-for-tests.ts';
import { Case, type NewCaseEntry } from '../contract/case.ts';
import { lastSeq, readChanges } from '../store/changes.ts';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { appendEntry } from './append-entry.ts';
import { casePolicyOf } from './case-clocks.ts';
import { openCase } from './open-case.ts';
import { listCases, readCase } from './read-cases.ts';
import { createUnit, listUnits } from './units.ts';

const POLICY = casePolicyOf({ timeZone: 'Asia/Shanghai', caseClocks: CaseClocks.parse({}) });
const UNIT = { id: 'dc-1', name: '德城一中队', division: '371402', department: '城管' };

function entry(kind: NewCaseEntry['kind'], rest: Partial<NewCaseEntry> = {}): NewCaseEntry {
  return { kind, note: '', ...rest };
}

describe.each(await kindsHere())('cases on the %s server', (kind) => {
  let opened: TestStore;
  let scene: WatchedScene;
  let desk: ReturnType<typeof openDesk>;
  let alertIds: string[];
  let number = 0;
  beforeAll(async () => {
    opened = await openTestStore(kind);
    await createUnit(opened.store.db, 'test', UNIT);
    await createUnit(opened.store.db, city, { ...UNIT, id: 'll-1', name: '乐陵一中队', division: '371481' });
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    number += 1;
    scene = new WatchedScene(`case-${number}`);
    desk = openDesk(opened.store);
    await makeCamera(opened.store, scene.cameraId);
    await scene.run(desk, 1, () => [scene.vehicle(HERE, { key: 'k:1' }), scene.vehicle(THERE, { key: 'k:2' })]);
    const rows = await db()
      .selectFrom('alerts')
      .select('id')
      .where('camera_id', '=', scene.cameraId)
      .orderBy('id')
      .execute();
    alertIds = rows.map((row) => row.id);
  });
  const db = () => opened.store.db;

  test('a case is opened from alerts, told of with each of them, and has its class, place and number', async () => {
    const before = await lastSeq(db());
    const made = await openCase(db(), city, { alertIds, note: '请处置' }, POLICY);
    expect(Case.parse(made)).toEqual(made);
    expect(made).toMatchObject({
      state: 'opened',
      alertIds,
      rule: 'illegal-parking',
      severity: 'major',
      codeset: 'CJ/T 214',
      code: '05-05',
      county: { code: '371402' },
      presence: 'standing',
      unitId: null,
    });
    expect(made.id).toMatch(/^\d{8}-\d{4}$/);
    expect(made.entries).toMatchObject([{ kind: 'opened', by: '371400 全部', note: '请处置' }]);
    const changes = await readChanges(db(), before, 10);
    expect(changes.map((change) => change.entityId).sort()).toEqual([made.id, ...alertIds].sort());
    const alert = await readAlert(db(), city, alertIds[0]!);
    expect(alert).toMatchObject({ caseId: made.id, entries: [{ kind: 'case-opened', comment: '请处置' }] });
  });

  test('an alert is in one case only, however many open one at once', async () => {
    const opening = Array.from({ length: 8 }, () => openCase(db(), city, { alertIds, note: '' }, POLICY));
    const outcomes = await Promise.allSettled(opening);
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ status: 409, code: 'alert-in-case' });
  });

  test('numbers run through the site’s own day', async () => {
    const first = await openCase(db(), city, { alertIds: [alertIds[0]!], note: '' }, POLICY);
    const second = await openCase(db(), city, { alertIds: [alertIds[1]!], note: '' }, POLICY);
    const [day, n] = first.id.split('-');
    expect(second.id).toBe(`${day}-${String(Number(n) + 1).padStart(4, '0')}`);
    const dayThere = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date(first.openedAt));
    expect(day).toBe(dayThere.replaceAll('-', ''));
  });

  test('its life is a row of entries, and closing it confirms what nobody judged', async () => {
    await callFalseAlarm(db(), city, alertIds[1]!, '误报', 1000);
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    await appendEntry(db(), city, id, entry('assigned', { unitId: 'dc-1' }), POLICY);
    await appendEntry(db(), city, id, entry('assigned', { unitId: 'll-1', note: '改派' }), POLICY);
    await appendEntry(db(), city, id, entry('started'), POLICY);
    await appendEntry(db(), city, id, entry('handled', { note: '已劝离' }), POLICY);
    expect((await listCases(db(), city)).map((one) => one.id)).toContain(id);
    await expect(appendEntry(db(), city, id, entry('closed'), POLICY)).rejects.toMatchObject({
      code: 'note-required',
      expected: 'why the case is closed although the camera still sees it',
    });
    const closed = await appendEntry(db(), city, id, entry('closed', { note: '现场已清，画面未更新' }), POLICY);
    expect(closed).toMatchObject({ state: 'closed', unitName: '乐陵一中队', outcome: 'handled', clock: null });
    expect(closed.closedAt).not.toBeNull();
    expect(closed.entries.map((one) => [one.kind, one.unitId])).toEqual([
      ['opened', null],
      ['assigned', 'dc-1'],
      ['assigned', 'll-1'],
      ['started', 'll-1'],
      ['handled', 'll-1'],
      ['closed', 'll-1'],
    ]);
    expect((await listCases(db(), city)).map((one) => one.id)).not.toContain(id);
    expect((await listCases(db(), city, { state: 'closed' })).map((one) => one.id)).toContain(id);
    const verdicts = await Promise.all(alertIds.map(async (one) => (await readAlert(db(), city, one))!.verdict));
    expect(verdicts).toEqual(['confirmed', 'false']);
  });

  test('to make a case of an alert is to take it up, and to close it unhandled judges nothing', async () => {
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    await appendEntry(db(), city, id, entry('closed', { note: '现场没有' }), POLICY);
    const alerts = await Promise.all(alertIds.map((one) => readAlert(db(), city, one)));
    expect(alerts.map((one) => [one!.handling, one!.verdict])).toEqual([
      ['acknowledged', 'none'],
      ['acknowledged', 'none'],
    ]);
  });

  test('what comes back after its case was closed is another problem, however soon', async () => {
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    await scene.run(desk, 13);
    await appendEntry(db(), city, id, entry('closed', { note: '已驶离' }), POLICY);
    await scene.run(desk, 2, () => [scene.vehicle(HERE, { key: 'k:3' })]);
    const rows = await db()
      .selectFrom('alerts')
      .select(['id', 'presence', 'case_id'])
      .where('camera_id', '=', scene.cameraId)
      .orderBy('id')
      .execute();
    expect(rows.map((row) => [row.presence, row.case_id])).toEqual([
      ['ended', id],
      ['ended', id],
      ['standing', null],
    ]);
  });

  test('what still stands when its case is closed can be taken up by another, and both tell of it', async () => {
    const first = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    await expect(openCase(db(), city, { alertIds, note: '' }, POLICY)).rejects.toMatchObject({ code: 'alert-in-case' });
    const before = await lastSeq(db());
    const closed = await appendEntry(db(), city, first.id, entry('closed', { note: '误以为已处置' }), POLICY);
    expect(await readAlert(db(), city, alertIds[0]!)).toMatchObject({ caseClosedAt: closed.closedAt });
    const told = (await readChanges(db(), before, 50)).map((change) => change.entityId);
    expect(told).toEqual([first.id, ...alertIds]);
    const second = await openCase(db(), city, { alertIds, note: '仍在' }, POLICY);
    expect(second.alertIds).toEqual(alertIds);
    expect((await readCase(db(), city, first.id))!.alertIds).toEqual(alertIds);
    expect(await readAlert(db(), city, alertIds[0]!)).toMatchObject({ caseId: second.id, caseClosedAt: null });
    await scene.run(desk, 13);
    expect((await readCase(db(), city, second.id))!.presence).toBe('ended');
    expect((await readCase(db(), city, first.id))!.presence).toBe('ended');
  });

  test('a unit that is not there, or not the account’s to send, is refused', async () => {
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    const sends = (by: ReturnType<typeof account>, unitId: string) =>
      appendEntry(db(), by, id, entry('assigned', { unitId }), POLICY);
    await expect(sends(city, 'nobody')).rejects.toMatchObject({ status: 422, code: 'unit-unknown', got: 'nobody' });
    await expect(sends(account('371402'), 'll-1')).rejects.toMatchObject({ status: 422, code: 'unit-unknown' });
    expect((await readCase(db(), city, id))!.state).toBe('opened');
  });

  test('a case that cannot be done now stands still, comes back from its unit, fails its check, is voided and opened again', async () => {
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    const add = (kind: NewCaseEntry['kind'], rest: Partial<NewCaseEntry> = {}) =>
      appendEntry(db(), city, id, entry(kind, { note: '说明', ...rest }), POLICY);
    expect((await add('noted')).clock).toMatchObject({
      stage: 'dispatch',
      phase: 'running',
      limit: POLICY.clocks.dispatchWithin,
    });
    const sent = await add('assigned', { unitId: 'dc-1' });
    expect(sent.clock).toMatchObject({ stage: 'handle', limit: { amount: 2, unit: 'working-hours' } });
    expect(await add('suspended')).toMatchObject({ suspended: true, state: 'assigned', clock: { phase: 'paused' } });
    await expect(add('started')).rejects.toMatchObject({
      code: 'wrong-step',
      expected: expect.arrayContaining(['resumed']),
    });
    expect(await add('resumed')).toMatchObject({ suspended: false, clock: { phase: 'running' } });
    expect((await add('extended', { limit: { amount: 1, unit: 'working-days' } })).clock!.leftMs).toBeGreaterThan(
      9 * 3_600_000,
    );
    await expect(add('extended')).rejects.toMatchObject({ status: 422, code: 'limit-required' });
    await expect(add('noted', { limit: { amount: 1, unit: 'working-days' } })).rejects.toMatchObject({
      code: 'limit-unwanted',
    });
    const back = await add('returned');
    expect(back).toMatchObject({ state: 'opened', unitId: null, clock: { stage: 'dispatch' } });
    expect(back.entries.at(-1)).toMatchObject({ kind: 'returned', unitId: 'dc-1' });
    expect((await add('assigned', { unitId: 'dc-1' })).clock!.leftMs, 'the same unit goes on').toBeGreaterThan(
      9 * 3_600_000,
    );
    expect((await add('assigned', { unitId: 'll-1' })).clock!.leftMs, 'another begins anew').toBe(2 * 3_600_000);
    await add('started');
    expect((await add('handled')).clock).toMatchObject({ stage: 'check', limit: POLICY.clocks.checkWithin });
    expect(await add('rework')).toMatchObject({ state: 'assigned', unitId: 'll-1', clock: { stage: 'handle' } });
    expect(await add('supervised')).toMatchObject({ supervised: true, state: 'assigned' });
    const voided = await add('voided');
    expect(voided).toMatchObject({ state: 'closed', outcome: 'voided', clock: null, late: [] });
    expect(voided.closedAt).toBe(voided.entries.at(-1)!.at);
    expect(await add('reopened')).toMatchObject({
      state: 'opened',
      unitId: null,
      outcome: null,
      closedAt: null,
      supervised: true,
    });
    await add('closed');
    await openCase(db(), city, { alertIds, note: '另案' }, POLICY);
    await expect(add('reopened')).rejects.toMatchObject({ status: 409, code: 'alert-in-case' });
  });

  test('what is overdue says so, and is given no more time', async () => {
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    await appendEntry(db(), city, id, entry('assigned', { unitId: 'dc-1' }), POLICY);
    // As if all of it had been done a month ago.
    await sql`update case_entries set at = at - interval '30 days' where case_id = ${id}`.execute(db());
    for (const kind of ['extended', 'suspended'] as const) {
      const rest = {
        note: '等待',
        ...(kind === 'extended' && { limit: { amount: 1, unit: 'working-hours' as const } }),
      };
      await expect(appendEntry(db(), city, id, entry(kind, rest), POLICY)).rejects.toMatchObject({
        status: 409,
        code: 'overdue',
      });
    }
    const late = await appendEntry(db(), city, id, entry('started'), POLICY);
    expect(late.late).toEqual(['handle']);
    expect(Date.parse(late.clock!.dueAt!)).toBeLessThan(Date.now());
    await appendEntry(db(), city, id, entry('handled', { note: '完' }), POLICY);
    expect((await readCase(db(), city, id))!.late).toEqual(['handle']);
  });

  test('two who close it at once close it once', async () => {
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    const closing = [1, 2, 3].map((n) => appendEntry(db(), city, id, entry('closed', { note: `重复 ${n}` }), POLICY));
    const outcomes = await Promise.allSettled(closing);
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect((await readCase(db(), city, id))!.entries).toHaveLength(2);
  });

  test('a case is standing until the last of its alerts has ended, and is told of when one does', async () => {
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    const before = await lastSeq(db());
    await scene.run(desk, 20, () => [scene.vehicle(THERE, { key: 'k:2' })]);
    expect((await readCase(db(), city, id))!.presence).toBe('standing');
    await scene.run(desk, 13);
    const ended = await readCase(db(), city, id);
    expect(ended!.presence).toBe('ended');
    const told = (await readChanges(db(), before, 50)).filter((change) => change.kind === 'case');
    expect(told.map((change) => change.entityId)).toEqual([id, id]);
    expect(ended!.seq).toBe(told[1]!.seq);
  });

  test('the desk and people who work on the same case at once do not stop each other', async () => {
    const { id } = await openCase(db(), city, { alertIds, note: '' }, POLICY);
    await appendEntry(db(), city, id, entry('assigned', { unitId: 'dc-1' }), POLICY);
    const flap = (async () => {
      for (let n = 0; n < 10; n++) {
        await scene.run(desk, 12);
        await scene.run(desk, 1, () => [scene.vehicle(HERE, { key: 'k:1' }), scene.vehicle(THERE, { key: 'k:2' })]);
      }
    })();
    const dispatch = Promise.all(
      Array.from({ length: 20 }, () => appendEntry(db(), city, id, entry('assigned', { unitId: 'dc-1' }), POLICY)),
    );
    await Promise.all([flap, dispatch]);
    await appendEntry(db(), city, id, entry('closed', { note: '完' }), POLICY);
    expect((await readCase(db(), city, id))!.entries).toHaveLength(23);
  });

  test('who does not see the place sees no case of it, and a case over two counties is the city’s', async () => {
    const other = new WatchedScene(`leling-${number}`);
    await makeCamera(opened.store, other.cameraId, { lngLat: [117.2, 37.7] });
    await other.run(openDesk(opened.store), 1, () => [other.vehicle(HERE, { lngLat: [117.2, 37.7] })]);
    const { id: there } = await db()
      .selectFrom('alerts')
      .select('id')
      .where('camera_id', '=', other.cameraId)
      .executeTakeFirstOrThrow();
    const decheng = account('371402');
    const reach = openCase(db(), decheng, { alertIds: [alertIds[0]!, there], note: '' }, POLICY);
    await expect(reach).rejects.toMatchObject({ status: 404, got: there });
    const own = await openCase(db(), decheng, { alertIds: [alertIds[0]!], note: '' }, POLICY);
    const both = await openCase(db(), city, { alertIds: [alertIds[1]!, there], note: '' }, POLICY);
    expect(await readCase(db(), account('371481'), own.id)).toBeNull();
    expect(await readCase(db(), decheng, both.id)).toBeNull();
    expect(await readCase(db(), city, both.id)).not.toBeNull();
    await expect(appendEntry(db(), decheng, both.id, entry('closed', { note: 'x' }), POLICY)).rejects.toMatchObject({
      status: 404,
    });
    expect((await listCases(db(), decheng, { state: 'all' })).map((one) => one.id)).not.toContain(both.id);
  });

  test('units are listed for those who may send them, and have their own ids', async () => {
    expect((await listUnits(db(), account('371481'))).map((unit) => unit.id)).toEqual(['ll-1']);
    await expect(createUnit(db(), city, UNIT)).rejects.toMatchObject({ status: 409, code: 'unit-exists' });
    await expect(createUnit(db(), account('371481'), { ...UNIT, id: 'x' })).rejects.toMatchObject({ status: 403 });
  });
});
