import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { inSight, readSight, type Sight } from '../accounts/sight.ts';
import { HEALTH } from '../cameras/health-of.ts';
import type { Account } from '../contract/account.ts';
import type { CameraHealth, CameraHealthReport, HealthCounts, HealthGroup } from '../contract/camera-health.ts';
import type { Schema } from '../store/schema.ts';
import { addDays, type Day, daysBetween, readCalendar } from './calendar.ts';
import type { FinishedDays } from './finished-days.ts';
import type { RateRow } from './rate-row.ts';

/** Which cameras; absent: all that the account may see. `county` "none": outside of all counties. */
export interface RateFilter {
  county?: string | undefined;
  department?: string | undefined;
}

export function letsThrough(sight: Sight, { county, department }: RateFilter): RawBuilder<SqlBool> {
  const wanted: RawBuilder<SqlBool>[] = [inSight(sight)()];
  if (county !== undefined)
    wanted.push(county === 'none' ? sql`cameras.county_code is null` : sql`cameras.county_code = ${county}`);
  if (department !== undefined) wanted.push(sql`cameras.department = ${department}`);
  return sql.join(wanted, sql` and `);
}

interface RateSpan {
  days: number;
  timeZone: string;
  nowMs: number;
  finished: FinishedDays;
}

/** Every day of the last `days`, today included, by county and department. */
export async function readRateRows(
  db: Kysely<Schema>,
  account: Account | null,
  filter: RateFilter,
  { days, timeZone, nowMs, finished }: RateSpan,
): Promise<{ rows: RateRow[]; today: Day }> {
  const sight = await readSight(db, account);
  const calendar = await readCalendar(db, timeZone, nowMs);
  const { today, rolledUp } = calendar;
  const first = addDays(today, 1 - days);
  const read = (from: Day, to: Day) => sumDays(db, sight, filter, daysBetween(from, to, calendar, timeZone, nowMs));
  if (rolledUp === null || rolledUp < first) return { rows: await read(first, today), today };
  const [over, rest] = await Promise.all([
    finished.rows(db, { sight, filter, fromDay: first, toDay: rolledUp }, () => read(first, rolledUp)),
    read(addDays(rolledUp, 1), today),
  ]);
  return { rows: [...over, ...rest], today };
}

async function sumDays(
  db: Kysely<Schema>,
  sight: Sight,
  filter: RateFilter,
  days: ReturnType<typeof daysBetween>,
): Promise<RateRow[]> {
  const { rows } = await sql<RateRow>`
    select d.day::text as day, county_code as "countyCode", county_name as "countyName", department,
      sum(online_ms)::bigint as "onlineMs", sum(known_ms)::bigint as "knownMs", sum(losses)::bigint as losses,
      count(*) as cameras
    from ${days} d
      join cameras on cameras.id = d.camera_id
    where ${letsThrough(sight, filter)} group by 1, 2, 3, 4 order by 1, 2, 4`.execute(db);
  return rows;
}

interface Sum {
  onlineMs: number;
  knownMs: number;
}

const shareOf = ({ onlineMs, knownMs }: Sum): number | null => (knownMs > 0 ? Math.min(1, onlineMs / knownMs) : null);

const NO_CAMERAS: HealthCounts = { 'never-seen': 0, online: 0, degraded: 0, offline: 0, checking: 0, disabled: 0 };

/** How the cameras are, and their online rate by county or department and by day. */
export async function readHealth(
  db: Kysely<Schema>,
  account: Account | null,
  filter: RateFilter,
  options: RateSpan & { by: 'county' | 'department' },
): Promise<CameraHealthReport> {
  const { by, days, nowMs } = options;
  const [{ rows, today }, states] = await Promise.all([
    readRateRows(db, account, filter, options),
    readStates(db, account, filter),
  ]);
  const keyOf = (row: { countyCode: string | null; department: string }) =>
    by === 'county' ? (row.countyCode ?? '') : row.department;
  const groups = new Map<string, HealthGroup & { sums: Record<'today' | 'week' | 'period', Sum> }>();
  const counts = { ...NO_CAMERAS };
  for (const row of states) {
    const group = groups.get(keyOf(row)) ?? {
      county:
        by === 'county' && row.countyCode ? { code: row.countyCode, name: row.countyName ?? row.countyCode } : null,
      department: by === 'department' ? row.department : null,
      counts: { ...NO_CAMERAS },
      today: null,
      week: null,
      period: null,
      sums: { today: noTime(), week: noTime(), period: noTime() },
    };
    group.counts[row.health] += row.count;
    counts[row.health] += row.count;
    groups.set(keyOf(row), group);
  }
  const weekBegan = addDays(today, -6);
  const byDay = new Map<Day, Sum & { cameras: number; losses: number }>();
  for (const row of rows) {
    const sums = groups.get(keyOf(row))?.sums;
    if (sums) {
      add(sums.period, row);
      if (row.day >= weekBegan) add(sums.week, row);
      if (row.day === today) add(sums.today, row);
    }
    const day = byDay.get(row.day) ?? { ...noTime(), cameras: 0, losses: 0 };
    add(day, row);
    day.cameras += row.cameras;
    day.losses += row.losses;
    byDay.set(row.day, day);
  }
  return {
    asOf: new Date(nowMs).toISOString(),
    by,
    counts,
    groups: [...groups].sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a.localeCompare(b))).map(toGroup),
    days: Array.from({ length: days }, (_, i) => {
      const day = addDays(today, i + 1 - days);
      const { cameras = 0, losses = 0, ...sum } = byDay.get(day) ?? noTime();
      return { day, online: shareOf(sum as Sum), cameras, losses };
    }),
  };
}

function toGroup([, { sums, ...group }]: [string, HealthGroup & { sums: Record<'today' | 'week' | 'period', Sum> }]) {
  return { ...group, today: shareOf(sums.today), week: shareOf(sums.week), period: shareOf(sums.period) };
}

const noTime = (): Sum & { cameras?: number; losses?: number } => ({ onlineMs: 0, knownMs: 0 });

function add(sum: Sum, row: Sum): void {
  sum.onlineMs += row.onlineMs;
  sum.knownMs += row.knownMs;
}

async function readStates(db: Kysely<Schema>, account: Account | null, filter: RateFilter) {
  const sight = await readSight(db, account);
  const { rows } = await sql<{
    countyCode: string | null;
    countyName: string | null;
    department: string;
    health: CameraHealth;
    count: number;
  }>`
    select county_code as "countyCode", county_name as "countyName", department, ${HEALTH} as health, count(*) as count
    from cameras join camera_states on camera_states.id = cameras.id
    where ${letsThrough(sight, filter)} group by 1, 2, 3, 4`.execute(db);
  return rows;
}
