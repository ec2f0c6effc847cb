import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account } from '../contract/account.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { ratesCsv } from './export-rates.ts';
import { FinishedDays } from './finished-days.ts';
import { readDay, readDegrading } from './read-lines.ts';
import { readHealth, readRateRows } from './read-rates.ts';
import { rollUpDays } from './roll-up.ts';

const HOUR_MS = 3_600_000;
const timeZone = 'Asia/Shanghai';
/** Noon of the 29th at the site. */
const nowMs = Date.parse('2026-11-29T04:00:00Z');
const keepMs = 400 * 24 * HOUR_MS;

let kept: TestStore;
const db = () => kept.store.db;
beforeAll(async () => {
  kept = await openTestStore('embedded');
}, 60_000);
afterAll(() => kept.remove());
beforeEach(async () => {
  for (const table of ['cameras', 'camera_state_changes', 'camera_days'])
    await sql`delete from ${sql.table(table)}`.execute(db());
});

/** A camera and the steps of its state, each at a time of the site: "11-28 08:00". */
async function camera(
  id: string,
  steps: [at: string, state: string][],
  { county = '371402', department = '公安' } = {},
) {
  await sql`
    insert into cameras (id, body, revision, division, department, county_code, county_name)
    values (${id}, ${JSON.stringify({ name: `摄像头${id}`, lngLat: [116, 37], views: [] })}, 1, ${county}, ${department},
      ${county}, ${`区${county}`})`.execute(db());
  const [[firstAt, firstState] = ['11-01 00:00', 'unknown'], ...rest] = steps;
  await sql`insert into camera_states (id, state, since) values (${id}, ${firstState}, ${time(firstAt)})`.execute(db());
  for (const [at, state] of rest)
    await sql`update camera_states set state = ${state}, since = ${time(at)} where id = ${id}`.execute(db());
}
const time = (at: string) => new Date(`2026-${at.replace(' ', 'T')}:00+08:00`);

const health = (account: Account | null = null, by: 'county' | 'department' = 'county', filter = {}) =>
  readHealth(db(), account, filter, { by, days: 3, timeZone, nowMs, finished: new FinishedDays() });
const rates = async () => (await health()).days.map(({ online }) => online && Number(online.toFixed(4)));

test('a day’s rate is the share of its known time, on the site’s calendar; today is not over', async () => {
  await camera('a', [
    ['11-26 00:00', 'playing'],
    ['11-28 06:00', 'offline'],
    ['11-28 12:00', 'playing'],
  ]);
  await camera('b', [
    ['11-26 00:00', 'reachable'],
    ['11-29 09:00', 'offline'],
  ]);
  expect(await rates()).toEqual([null, 42 / 48, 21 / 24]);
  expect(await rollUpDays(db(), { timeZone, nowMs, keepMs })).toEqual(['2026-11-26', '2026-11-27', '2026-11-28']);
  expect(await rates()).toEqual([1, 42 / 48, 21 / 24]);
  // What is summed up is summed up once, and does not change any more.
  expect(await rollUpDays(db(), { timeZone, nowMs, keepMs })).toEqual([]);
  await sql`update camera_state_changes set state = 'offline' where camera_id = 'a'`.execute(db());
  expect((await rates()).slice(0, 2)).toEqual([1, 42 / 48]);
  const { days, counts, groups } = await health();
  expect(days.map(({ losses, cameras }) => [losses, cameras])).toEqual([
    [0, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(counts).toMatchObject({ online: 1, offline: 1 });
  expect(groups).toMatchObject([{ county: { code: '371402' }, counts: { online: 1, offline: 1 } }]);
});

test('disabled, never seen and unknown time does not count; degraded is online; connecting again is no loss', async () => {
  await camera('disabled', [
    ['11-28 00:00', 'playing'],
    ['11-28 12:00', 'disabled'],
  ]);
  await camera('never', [['11-27 00:00', 'offline']]);
  await camera('late', [
    ['11-27 00:00', 'offline'],
    ['11-28 18:00', 'reachable'],
  ]);
  await camera('again', [
    ['11-28 00:00', 'degraded'],
    ['11-28 10:00', 'connecting'],
    ['11-28 11:00', 'degraded'],
    ['11-28 12:00', 'connecting'],
    ['11-28 13:00', 'offline'],
    ['11-28 13:30', 'connecting'],
    ['11-28 14:00', 'offline'],
    ['11-28 15:00', 'playing'],
  ]);
  const { rows } = await readRateRows(db(), null, {}, { days: 2, timeZone, nowMs, finished: new FinishedDays() });
  const [of28] = rows.filter(({ day }) => day === '2026-11-28');
  // 12 h of one, 6 h of another, and of the last 20 h online and 1.5 h offline.
  expect(of28).toMatchObject({ cameras: 3, onlineMs: 38 * HOUR_MS, knownMs: 39.5 * HOUR_MS, losses: 1 });
  const { counts } = await health();
  expect(counts).toEqual({ 'never-seen': 1, online: 2, degraded: 0, offline: 0, checking: 0, disabled: 1 });
  const lines = await readDay(db(), null, {}, { day: '2026-11-28', timeZone, nowMs, limit: 10 });
  expect(lines).toMatchObject([{ id: 'again', losses: 1, before: null }]);
});

test('a camera degrades when it was online less or lost more often than the week before; steady ones are not told', async () => {
  const hourly = (day: number, losses: number): [string, string][] =>
    Array.from({ length: losses }, (_, i) => i).flatMap((i): [string, string][] => [
      [`11-${day} ${String(i).padStart(2, '0')}:00`, 'offline'],
      [`11-${day} ${String(i).padStart(2, '0')}:01`, 'playing'],
    ]);
  await camera('steady', [['11-10 00:00', 'playing']]);
  await camera('always-bad', [['11-10 00:00', 'playing'], ...hourly(17, 10), ...hourly(24, 10)]);
  await camera('flaps', [['11-10 00:00', 'playing'], ...hourly(17, 1), ...hourly(24, 8)]);
  await camera('fades', [
    ['11-10 00:00', 'playing'],
    ['11-27 00:00', 'offline'],
  ]);
  await camera('new', [
    ['11-28 00:00', 'playing'],
    ['11-28 01:00', 'offline'],
  ]);
  await rollUpDays(db(), { timeZone, nowMs, keepMs });
  const lines = await readDegrading(db(), null, {}, { timeZone, nowMs, limit: 10 });
  expect(lines.map(({ id }) => id)).toEqual(['fades', 'flaps']);
  expect(lines[1]).toMatchObject({ losses: 8, before: { losses: 1 } });
  expect(lines[0]!.before!.online).toBe(1);
});

test('cameras of a granted library count, from the grant to its revoke, and finished days are summed up once', async () => {
  const lost: [string, string][] = [
    ['11-27 00:00', 'playing'],
    ['11-28 12:00', 'offline'],
  ];
  await camera('own', [['11-27 00:00', 'playing']], { department: '卫健' });
  await camera('theirs', lost, { county: '371403', department: '城管' });
  await camera('secret', lost, { county: '371403', department: '城管' });
  await rollUpDays(db(), { timeZone, nowMs, keepMs });
  await sql`insert into libraries (id, name, description, division, department, revision) values
    ('rates', '校园', '', '371403', '城管', 1)`.execute(db());
  await sql`insert into library_cameras (library_id, camera_id) values ('rates', 'theirs')`.execute(db());
  const viewer = { division: '371402', department: '卫健' } as Account;
  const finished = new FinishedDays();
  const told = async () => {
    const { groups, days } = await readHealth(
      db(),
      viewer,
      {},
      { by: 'department', days: 3, timeZone, nowMs, finished },
    );
    const line = (await readDay(db(), viewer, {}, { day: '2026-11-28', timeZone, nowMs, limit: 10 })).map(
      ({ id }) => id,
    );
    return { groups: groups.map(({ department }) => department), cameras: days.map((day) => day.cameras), line };
  };
  const without = { groups: ['卫健'], cameras: [1, 1, 1], line: [] };
  expect(await told()).toEqual(without);
  await sql`insert into library_grants (id, library_id, to_division, to_department, acts, reason, granted_by) values
    ('g', 'rates', '371402', '卫健', '{see}', '测试数据', '测试员')`.execute(db());
  const granted = { groups: ['卫健', '城管'].sort((a, b) => a.localeCompare(b)), cameras: [2, 2, 2], line: ['theirs'] };
  expect(await told()).toEqual(granted);
  // What is over is not summed up anew for the same question: a row that nobody told of is not seen.
  await sql`delete from camera_days where camera_id = 'own'`.execute(db());
  expect((await told()).cameras).toEqual([2, 2, 2]);
  await sql`insert into camera_revisions (camera_id, revision, by, body) values ('own', 2, '测试员', '{}')`.execute(
    db(),
  );
  expect((await told()).cameras).toEqual([1, 1, 2]);
  await sql`update library_grants set revoked_at = now() where id = 'g'`.execute(db());
  expect(await told()).toEqual({ ...without, cameras: [0, 0, 1] });
});

test('each account has the rates of what it may see, by county or department, and as a table', async () => {
  const lost: [string, string][] = [
    ['11-28 00:00', 'playing'],
    ['11-28 12:00', 'offline'],
  ];
  await camera('a', [['11-28 00:00', 'playing']]);
  await camera('b', lost, { county: '371403', department: '=城管,一' });
  const east = { division: '371403', department: null } as Account;
  expect((await health(east)).groups.map(({ county }) => county?.code)).toEqual(['371403']);
  expect((await health(east)).days[1]!.online).toBe(0.5);
  const byDepartment = await health(null, 'department', { county: '371403' });
  expect(byDepartment.groups.map(({ department }) => department)).toEqual(['=城管,一']);
  const { rows } = await readRateRows(db(), east, {}, { days: 2, timeZone, nowMs, finished: new FinishedDays() });
  expect(ratesCsv(rows).split('\r\n')).toEqual([
    '\uFEFF日期,区县编码,区县,部门,摄像头数,在线率,已知时长（小时）,掉线次数',
    `2026-11-28,371403,区371403,"'=城管,一",1,0.5000,24.00,1`,
    `2026-11-29,371403,区371403,"'=城管,一",1,0.0000,12.00,0`,
    '',
  ]);
});
