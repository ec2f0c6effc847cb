import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seeded } from '#streams/seeded.ts';
import { account, area, city } from '../alerts/scene-for-tests.ts';
import { Day, DayAlert } from '../contract/day.ts';
import { ReplayedDay } from '../contract/replayed-day.ts';
import type { Store } from '../store/open-store.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { composeDay } from './composed-day-for-tests.ts';
import { readDay } from './read-day.ts';
import { readDayAlerts } from './read-day-alerts.ts';

const SITE = { ...area, timeZone: 'Asia/Shanghai' };
/** A day that is over, on the site's calendar. */
const DAY = new Date(Date.now() + 8 * 3_600_000 - 2 * 86_400_000).toISOString().slice(0, 10);
const FROM_MS = Date.parse(`${DAY}T00:00:00+08:00`);

let tested: TestStore;
let db: Store['db'];
let replayed: ReplayedDay;

const readAll = async (day: string, viewer = city, limit = 30): Promise<DayAlert[]> => {
  const all: DayAlert[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await readDayAlerts(db, viewer, day, SITE.timeZone, { after, limit });
    all.push(...items);
    if (next === null) return all.map((one) => DayAlert.parse(one));
    after = next;
  }
};

beforeAll(async () => {
  tested = await openTestStore('embedded');
  ({ db } = tested.store);
  await composeDay(db, FROM_MS, seeded(20_261_129));
  replayed = new ReplayedDay(Day.parse(await readDay(db, city, DAY, SITE)), await readAll(DAY));
}, 60_000);
afterAll(() => tested?.remove());

/** What held at an instant, told by SQL from the rows alone: one text for each thing. */
async function oracle(atMs: number): Promise<string[]> {
  const before = (column: string) => sql`${sql.raw(column)} < ${new Date(atMs + 1)}`;
  const { rows: alerts } = await sql<{ said: string }>`
    select concat_ws(' ', 'alert', a.id,
      case when exists (select from alert_entries e where e.alert_id = a.id and e.kind = 'acknowledged' and ${before('e.at')})
        or k.id is not null then 'acknowledged' else 'new' end,
      k.id, case when ${before('k.closed_at')} then 'closed' end) as said
    from alerts a left join lateral (
      select c.* from case_alerts ca join cases c on c.id = ca.case_id
      where ca.alert_id = a.id and ${before('c.opened_at')} order by c.opened_at desc, c.id desc limit 1) k on true
    where ${before('a.raised_at')}
      and coalesce((select p.presence from alert_presence_changes p where p.alert_id = a.id and ${before('p.at')}
          order by p.n desc limit 1),
        case when ${before('a.ended_at')} and not exists (select from alert_presence_changes p where p.alert_id = a.id)
          then 'ended' else 'standing' end) = 'standing'
      and not exists (select from alert_entries e where e.alert_id = a.id and e.kind = 'false-alarm' and ${before('e.at')})`.execute(
    db,
  );
  const { rows: cases } = await sql<{ said: string }>`
    select concat_ws(' ', 'case', c.id, e.kind, e.unit_name) as said
    from cases c cross join lateral (
      select * from case_entries e where e.case_id = c.id and ${before('e.at')} order by e.n desc limit 1) e
    where ${before('c.opened_at')} and (c.closed_at is null or not ${before('c.closed_at')})`.execute(db);
  const { rows: cameras } = await sql<{ said: string }>`
    select concat_ws(' ', 'camera', r.camera_id, r.body ->> 'lngLat', s.state, floor(extract(epoch from s.at) * 1000), f.code) as said
    from (select distinct on (camera_id) * from camera_revisions where ${before('at')} order by camera_id, revision desc) r
    join lateral (select * from camera_state_changes s where s.camera_id = r.camera_id and ${before('s.at')}
      order by s.at desc, s.n desc limit 1) s on true
    left join lateral (select * from camera_fault_changes f where f.camera_id = r.camera_id and ${before('f.at')}
      order by f.n desc limit 1) f on true
    where r.body is not null`.execute(db);
  return [...alerts, ...cases, ...cameras].map(({ said }) => said).sort();
}

function replay(atMs: number): string[] {
  const { alerts, cases, cameras } = replayed.at(atMs);
  const text = (...parts: unknown[]) => parts.filter((part) => part !== null && part !== false).join(' ');
  return [
    ...[...alerts.values()].map((one) =>
      text('alert', one.id, one.handling, one.caseId, one.caseClosedAt !== null && 'closed'),
    ),
    ...[...cases.values()].map((one) => text('case', one.id, one.state, one.unitName)),
    ...[...cameras.values()].map((one) => {
      const place = `[${one.lngLat.join(', ')}]`;
      return text('camera', one.id, place, one.state, Date.parse(one.stateSince), one.pictureFault?.code ?? null);
    }),
  ].sort();
}

test('at each boundary of the day, a millisecond before and after it, the replay holds what the rows say', async () => {
  const bounds = new Set(replayed.steps.map(({ atMs }) => atMs));
  for (const { lives, states, faults } of replayed.day.cameras)
    for (const { atMs } of [...lives, ...states, ...faults]) bounds.add(atMs);
  const { fromMs, untilMs } = replayed.day;
  const instants = [...bounds].flatMap((ms) => [ms - 1, ms, ms + 1]).filter((ms) => ms >= fromMs && ms <= untilMs);
  expect(instants.length).toBeGreaterThan(600);
  for (const atMs of instants) expect(replay(atMs), new Date(atMs).toISOString()).toEqual(await oracle(atMs));
}, 120_000);

test('at random instants, in no order, it does too', async () => {
  const random = seeded(7);
  const { fromMs, untilMs } = replayed.day;
  let shown = 0;
  for (let look = 0; look < 150; look++) {
    const atMs = Math.floor(fromMs + random() * (untilMs - fromMs));
    const said = replay(atMs);
    shown += said.filter((one) => one.startsWith('alert')).length;
    expect(said, new Date(atMs).toISOString()).toEqual(await oracle(atMs));
  }
  expect(shown, 'there was something to compare').toBeGreaterThan(300);
}, 60_000);

test('while nothing changes the same objects are given again, so that a screen draws nothing anew', () => {
  const { atMs } = replayed.steps[5]!;
  const next = replayed.steps.find((step) => step.atMs > atMs + 2)!;
  const [once, again] = [replayed.at(atMs), replayed.at(atMs + 1)];
  expect(again.alerts).toBe(once.alerts);
  expect(again.cases).toBe(once.cases);
  expect(replayed.at(next.atMs)).not.toEqual(once);
});

test('a camera of which nothing was recorded yet is not drawn, but counted', () => {
  const morning = replayed.at(replayed.day.fromMs + 3_600_000);
  expect(morning.cameras.has('test-cam-3')).toBe(false);
  expect(morning.unrecorded).toBeGreaterThan(0);
  expect(replayed.at(replayed.day.untilMs).cameras.has('test-cam-3')).toBe(true);
});

test('a picture fault that was in force when the day began is shown from its first instant, since its own time, until it ends', () => {
  const { fromMs, untilMs, cameras } = replayed.day;
  const held = cameras.filter(({ faults }) => faults[0]?.code === 'covered' && faults[0].atMs < fromMs);
  expect(held.length).toBeGreaterThan(2);
  for (const { id, faults } of held) {
    const [begun, ended] = faults;
    const told = (atMs: number) => replayed.at(atMs).cameras.get(id)?.pictureFault;
    expect(told(fromMs), id).toEqual({ code: 'covered', since: new Date(begun!.atMs).toISOString() });
    expect(told(ended === undefined ? untilMs : ended.atMs - 1), id).toEqual(told(fromMs));
    if (ended) expect(told(ended.atMs), id).toBeNull();
  }
  expect(
    held.some(({ faults }) => faults.length === 1),
    'one that held all day',
  ).toBe(true);
});

test('a camera that was deleted and made anew begins without the fault and the state of the one before it', async () => {
  const id = 'test-cam-anew';
  const at = (hours: number) => new Date(FROM_MS + hours * 3_600_000);
  const body = JSON.stringify({ name: id, lngLat: [116.3, 37.4], algorithms: [{ rule: 'x' }], department: '城管' });
  await db
    .insertInto('camera_revisions')
    .values([
      { camera_id: id, revision: 1, at: at(-4), by: '测试数据', body },
      { camera_id: id, revision: 2, at: at(-3), by: '测试数据', body: null },
      { camera_id: id, revision: 3, at: at(-2), by: '测试数据', body },
      { camera_id: id, revision: 4, at: at(5), by: '测试数据', body: null },
      { camera_id: id, revision: 5, at: at(6), by: '测试数据', body },
    ])
    .execute();
  await db
    .insertInto('camera_fault_changes')
    .values([
      { camera_id: id, code: 'covered', at: at(-3.5) },
      { camera_id: id, code: 'dark', at: at(4) },
    ])
    .execute();
  await db.insertInto('cameras').values({ id, body, revision: 5, division: '371402', department: '城管' }).execute();
  await db
    .insertInto('camera_state_changes')
    .values([
      { camera_id: id, state: 'offline', code: 'silent', at: at(-3.5) },
      { camera_id: id, state: 'playing', code: null, at: at(-1) },
    ])
    .execute();
  const day = new ReplayedDay(Day.parse(await readDay(db, city, DAY, SITE)), []);
  const told = (hours: number) => day.at(FROM_MS + hours * 3_600_000).cameras.get(id);
  expect([told(1)?.state, told(1)?.pictureFault]).toEqual(['playing', null]);
  expect([told(4)?.pictureFault?.code, told(5), told(6)?.pictureFault ?? null]).toEqual(['dark', undefined, null]);
  await db.deleteFrom('cameras').where('id', '=', id).execute();
});

test('the density counts what was raised in each five minutes, and nothing of the day before', () => {
  const density = replayed.density(300_000);
  expect(density).toHaveLength(288);
  const { fromMs, toMs } = replayed.day;
  const raised = replayed.steps.filter(({ kind, atMs }) => kind === 'raised' && atMs >= fromMs && atMs < toMs);
  expect(density.reduce((sum, count) => sum + count, 0)).toBe(raised.length);
  const { atMs } = raised[3]!;
  expect(density[Math.floor((atMs - fromMs) / 300_000)]).toBeGreaterThan(0);
});

test('while the engine did not run no camera is shown, and it is said', async () => {
  const [stopMs, startMs] = [FROM_MS + 7_200_000, FROM_MS + 7_260_000];
  const run = (started: number, alive: number) => ({ started_at: new Date(started), alive_at: new Date(alive) });
  const later = FROM_MS + 80_000_000;
  await db
    .insertInto('engine_runs')
    .values([run(FROM_MS - 5, stopMs), run(startMs, later)])
    .execute();
  const day = new ReplayedDay(await readDay(db, city, DAY, SITE), []);
  const at = (ms: number) => [day.at(ms).stopped, day.at(ms).cameras.size > 0];
  expect([stopMs - 1, stopMs, startMs - 1, startMs].map(at)).toEqual([
    [false, true],
    [true, false],
    [true, false],
    [false, true],
  ]);
  await db.deleteFrom('engine_runs').execute();
});

test('an account sees the day of its own county, deleted cameras as well', async () => {
  const west = account('371402');
  const cameras = (await readDay(db, west, DAY, SITE)).cameras.map(({ id }) => id);
  const alerts = (await readAll(DAY, west)).map(({ alert }) => alert.id);
  expect(cameras).toContain('test-cam-1');
  expect(cameras).toContain('test-cam-2');
  expect(cameras).not.toContain('test-cam-4');
  expect(alerts).toContain('test-alert-001');
  expect(alerts).not.toContain('test-alert-004');
  const elsewhere = account('371481');
  expect(await readDay(db, elsewhere, DAY, SITE)).toMatchObject({ cameras: [], cases: [] });
  expect(await readAll(DAY, elsewhere)).toEqual([]);
});

test('a day before anything was kept, or one that has not begun, is refused with what may be asked for', async () => {
  await expect(readDay(db, city, '2001-01-01', SITE)).rejects.toMatchObject({ status: 404, code: 'before-history' });
  await expect(readDay(db, city, '2999-01-01', SITE)).rejects.toMatchObject({ status: 404, code: 'day-not-begun' });
});
