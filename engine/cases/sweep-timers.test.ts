import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CaseClocks } from '#config/case-clocks.ts';
import { createAccount } from '../accounts/accounts.ts';
import { account, city, HERE, makeCamera, openDesk, THERE, WatchedScene } from '../alerts/scene-for-tests.ts';
import type { Role } from '../contract/account.ts';
import type { NewCaseEntry } from '../contract/case.ts';
import { addWebhook, listNotices } from '../notices/read-notices.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { appendEntry } from './append-entry.ts';
import { casePolicyOf } from './case-clocks.ts';
import { CaseSweeper } from './case-sweeper.ts';
import { openCase } from './open-case.ts';
import { readCase } from './read-cases.ts';
import { sweepTimers } from './sweep-timers.ts';
import { createUnit } from './units.ts';

const MINUTE_MS = 60_000;
const policy = casePolicyOf({
  timeZone: 'Asia/Shanghai',
  caseClocks: CaseClocks.parse({
    escalations: [
      { afterOverdue: { amount: 1, unit: 'urgent-hours' }, tell: ['administrator'], supervise: true },
      { afterReturns: 2, tell: ['dispatcher'] },
    ],
  }),
});

describe('timers of cases', () => {
  let opened: TestStore;
  let number = 0;
  let ids: string[];
  beforeAll(async () => {
    opened = await openTestStore('embedded');
    await createUnit(opened.store.db, 'test', {
      id: 'dc-1',
      name: '德城一中队',
      division: '371402',
      department: '城管',
    });
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    number += 1;
    const scene = new WatchedScene(`timed-${number}`);
    await makeCamera(opened.store, scene.cameraId);
    const desk = openDesk(opened.store);
    await scene.run(desk, 1, () => [scene.vehicle(HERE, { key: 'k:1' }), scene.vehicle(THERE, { key: 'k:2' })]);
    const rows = await db().selectFrom('alerts').select('id').where('camera_id', '=', scene.cameraId).execute();
    ids = rows.map(({ id }) => id);
  });
  afterEach(() => sql`delete from case_timers`.execute(db()));
  const db = () => opened.store.db;
  const add = (id: string, kind: NewCaseEntry['kind'], rest: Partial<NewCaseEntry> = {}) =>
    appendEntry(db(), account('371400'), id, { kind, note: '测试数据', ...rest }, policy);
  /** As if all of it had been done so much earlier. */
  const age = async (id: string, byMs: number) => {
    await sql`update case_entries set at = at - ${byMs} * interval '1 ms' where case_id = ${id}`.execute(db());
    await sql`update case_timers set at = at - ${byMs} * interval '1 ms' where case_id = ${id}`.execute(db());
  };
  const effects = async (id: string) =>
    (
      await db()
        .selectFrom('case_effects')
        .select(['stage', 'life', 'effect'])
        .where('case_id', '=', id)
        .orderBy('at')
        .execute()
    ).map(({ stage, life, effect }) => `${stage} ${life} ${effect}`);

  test('a clock turns yellow, runs out and is told to somebody higher: each once, and the case says so', async () => {
    const { id, clock } = await openCase(db(), city, { alertIds: [ids[0]!], note: '' }, policy);
    const row = await db()
      .selectFrom('cases')
      .select(['due_at', 'yellow_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect([row.yellow_at?.toISOString(), row.due_at?.toISOString()]).toEqual([clock!.yellowAt, clock!.dueAt]);
    expect(await sweepTimers(db(), policy)).toBe(0);
    await age(id, 12 * MINUTE_MS);
    await sweepTimers(db(), policy);
    expect(await effects(id)).toEqual(['dispatch 1 yellow']);
    await age(id, 80 * MINUTE_MS);
    await Promise.all(Array.from({ length: 4 }, () => sweepTimers(db(), policy)));
    expect(await effects(id)).toEqual(['dispatch 1 yellow', 'dispatch 1 overdue', 'dispatch 1 escalated-0']);
    const now = (await readCase(db(), null, id))!;
    expect(now.entries.map(({ kind }) => kind)).toEqual(['opened', 'overdue', 'escalated', 'supervised']);
    expect(now.entries[2]!.detail).toEqual({ kind: 'escalation', stage: 'dispatch', tell: ['administrator'] });
    expect(now).toMatchObject({ supervised: true, late: ['dispatch'] });
    expect(await sweepTimers(db(), policy)).toBe(0);
    await expect(sql`delete from case_effects`.execute(db())).rejects.toThrow('stays');
  });

  test('what was due before the next entry still happened; what is not due any more does not happen', async () => {
    const { id } = await openCase(db(), city, { alertIds: [ids[0]!], note: '' }, policy);
    await age(id, 16 * MINUTE_MS);
    await add(id, 'assigned', { unitId: 'dc-1' });
    await sweepTimers(db(), policy);
    expect(await effects(id)).toEqual(['dispatch 1 yellow', 'dispatch 1 overdue']);
    expect((await readCase(db(), null, id))!.entries.map(({ kind }) => kind)).toEqual([
      'opened',
      'assigned',
      'overdue',
    ]);
    const waiting = await db()
      .selectFrom('case_timers')
      .select(['stage', 'effect'])
      .where('case_id', '=', id)
      .execute();
    expect(waiting.every(({ stage }) => stage === 'handle')).toBe(true);
    await add(id, 'suspended');
    expect(await db().selectFrom('case_timers').selectAll().where('case_id', '=', id).execute()).toEqual([]);
  });

  test('a unit that works by night has its own clock while it handles, whatever its hours become later', async () => {
    const night: [string, string][] = [
      ['00:00', '06:00'],
      ['20:00', '24:00'],
    ];
    await createUnit(db(), 'test', {
      ...{ id: 'night', name: '夜间中队', division: '371402', department: '城管', workingHours: night },
    });
    const { id } = await openCase(db(), city, { alertIds: [ids[0]!], note: '' }, policy);
    const sent = await add(id, 'assigned', { unitId: 'night' });
    const { limit, dueAt } = sent.clock!;
    const byNight = policy.calendarWith(night);
    const atMs = Date.parse(sent.entries.at(-1)!.at);
    expect(Date.parse(dueAt!)).toBe(byNight.after(limit.unit, atMs, byNight.limitMs(limit.amount, limit.unit)));
    expect(Date.parse(dueAt!)).not.toBe(policy.calendar.after(limit.unit, atMs, 2 * 3_600_000));
    await db().updateTable('units').set({ working_hours: null }).where('id', '=', 'night').execute();
    expect((await add(id, 'noted')).clock!.dueAt).toBe(dueAt);
  });

  test('somebody higher is told once, and the officers of the unit that has it; others at the desk are not', async () => {
    const { id } = await openCase(db(), city, { alertIds: [ids[0]!], note: '' }, policy);
    const program = await addWebhook(db(), city, { url: 'http://127.0.0.1:9', secret: 'of a test, and long enough' });
    const told = () =>
      db()
        .selectFrom('notices')
        .select(['kind', 'unit_id'])
        .where('case_id', '=', id)
        .orderBy('at')
        .orderBy('unit_id')
        .execute();
    const seenBy = async (role: Role) => {
      const seen = await listNotices(db(), { ...account('371400'), roles: [role] });
      return seen.filter(({ caseId }) => caseId === id).map(({ kind }) => kind);
    };
    for (const role of ['administrator', 'dispatcher'] as const) {
      const person = { username: role, displayName: role, password: 'long enough for a test', roles: [role] };
      const { id: accountId } = await createAccount(db(), { ...person, division: '371400', department: null });
      const address = { endpoint: `https://push.test/${role}`, account_id: accountId, p256dh: 'test', auth: 'test' };
      await db().insertInto('push_addresses').values(address).execute();
    }
    await age(id, 90 * MINUTE_MS);
    await sweepTimers(db(), policy);
    const pushed = await db()
      .selectFrom('notice_deliveries')
      .innerJoin('notices', 'notices.id', 'notice_id')
      .select('endpoint')
      .where('case_id', '=', id)
      .where('endpoint', 'is not', null)
      .execute();
    expect(pushed).toEqual([{ endpoint: 'https://push.test/administrator' }]);
    const higher = { kind: 'escalated', unit_id: null };
    expect(await told(), 'no unit has it yet').toEqual([higher]);
    expect([await seenBy('administrator'), await seenBy('dispatcher')]).toEqual([['escalated'], []]);
    await add(id, 'assigned', { unitId: 'dc-1' });
    await age(id, 14 * 24 * 60 * MINUTE_MS);
    await Promise.all(Array.from({ length: 4 }, () => sweepTimers(db(), policy)));
    expect(await effects(id)).toContain('handle 1 escalated-0');
    const open = () =>
      db()
        .selectFrom('notices')
        .select(['kind', 'unit_id'])
        .where('case_id', '=', id)
        .where('acknowledged_at', 'is', null)
        .orderBy('at')
        .execute();
    const to = { unit_id: 'dc-1' };
    expect(await told()).toEqual([higher, { ...to, kind: 'assigned' }, higher, { ...to, kind: 'escalated' }]);
    expect(await open(), 'what was told of the first was answered when it was sent out').toHaveLength(3);
    await add(id, 'started');
    expect(await open(), 'answered by what the unit does').toEqual([higher]);
    const sent = await db()
      .selectFrom('notice_deliveries')
      .innerJoin('notices', 'notices.id', 'notice_id')
      .select('notice_id')
      .where('webhook_id', '=', program.id)
      .where('case_id', '=', id)
      .where('kind', '=', 'escalated')
      .execute();
    expect(sent, 'a program hears of each escalation once').toHaveLength(2);
  });

  test('returned for the second time it is told to the dispatchers', async () => {
    const { id } = await openCase(db(), city, { alertIds: [ids[0]!], note: '' }, policy);
    for (let i = 0; i < 2; i++) {
      await add(id, 'assigned', { unitId: 'dc-1' });
      await add(id, 'returned');
      await sweepTimers(db(), policy);
    }
    const told = (await readCase(db(), null, id))!.entries.filter(({ kind }) => kind === 'escalated');
    expect(told.map(({ detail }) => detail)).toEqual([{ kind: 'escalation', stage: null, tell: ['dispatcher'] }]);
    const notices = await listNotices(db(), { ...account('371400'), roles: ['dispatcher'] });
    expect(notices.filter(({ caseId }) => caseId === id).map(({ kind }) => kind)).toEqual(['escalated']);
  });

  test('a case that cannot be swept is named, and the others go on', async () => {
    const bad = await openCase(db(), city, { alertIds: [ids[0]!], note: '' }, policy);
    const good = await openCase(db(), city, { alertIds: [ids[1]!], note: '' }, policy);
    await age(bad.id, 13 * MINUTE_MS);
    await age(good.id, 12 * MINUTE_MS);
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'broken for the test'; end $$`.execute(
      db(),
    );
    await sql`create trigger refused before insert on case_effects for each row
      when (new.case_id = ${sql.lit(bad.id)}) execute function refuse()`.execute(db());
    const lines: string[] = [];
    expect(await sweepTimers(db(), policy, (line) => lines.push(line))).toBe(1);
    expect(lines).toEqual([`timers of case ${bad.id}: broken for the test`]);
    expect(await effects(good.id)).toEqual(['dispatch 1 yellow']);
    await sql`drop function refuse cascade`.execute(db());
    expect(await sweepTimers(db(), policy)).toBe(1);
  });

  test('the sweeper does it by itself, and a second start does nothing twice', async () => {
    const { id } = await openCase(db(), city, { alertIds: [ids[0]!], note: '' }, policy);
    const lines: string[] = [];
    const sweeper = new CaseSweeper({ db: db(), policy, say: (line) => lines.push(line) });
    await sweeper.start();
    await age(id, 20 * MINUTE_MS);
    await expect.poll(() => effects(id), { timeout: 20_000 }).toEqual(['dispatch 1 yellow', 'dispatch 1 overdue']);
    await sweeper.close();
    const again = new CaseSweeper({ db: db(), policy, say: (line) => lines.push(line) });
    await again.start();
    await age(id, 60 * MINUTE_MS);
    await expect.poll(() => effects(id), { timeout: 20_000 }).toHaveLength(3);
    await again.close();
    expect(lines).toEqual([]);
  });
});
