import { type Kysely, sql } from 'kysely';
import { readSight } from '../accounts/sight.ts';
import type { Account } from '../contract/account.ts';
import type { CameraState } from '../contract/camera.ts';
import type { HealthLine } from '../contract/camera-health.ts';
import type { Schema } from '../store/schema.ts';
import { addDays, type Day, daysBetween, readCalendar } from './calendar.ts';
import { letsThrough, type RateFilter } from './read-rates.ts';

const WEEK_DAYS = 7;
/** Less is known of a camera: its week is not compared. */
const LEAST_KNOWN_MS = 6 * 3_600_000;
/** A camera degrades that was online for so much less of the time than in the week before, */
const SHARE_DROP = 0.05;
/** or was lost so many times more, and at least twice as often. */
const MORE_LOSSES = 3;

interface LineRow {
  id: string;
  name: string;
  department: string;
  countyCode: string | null;
  countyName: string | null;
  state: CameraState;
  online: number | null;
  losses: number;
  onlineBefore: number | null;
  lossesBefore: number;
}

const COLUMNS = sql`cameras.id, cameras.name, cameras.department, cameras.county_code as "countyCode",
  cameras.county_name as "countyName", camera_states.state`;

function toLine(row: LineRow, compared: boolean): HealthLine {
  const { id, name, department, countyCode, countyName, state, online, losses, onlineBefore, lossesBefore } = row;
  return {
    id,
    name,
    department,
    county: countyCode === null ? null : { code: countyCode, name: countyName ?? countyCode },
    state,
    online,
    losses,
    before: compared ? { online: onlineBefore, losses: lossesBefore } : null,
  };
}

/** Cameras that were worse in the last seven days, with today, than in the seven before; the worst first. */
export async function readDegrading(
  db: Kysely<Schema>,
  account: Account | null,
  filter: RateFilter,
  { timeZone, nowMs, limit }: { timeZone: string; nowMs: number; limit: number },
): Promise<HealthLine[]> {
  const sight = await readSight(db, account);
  const calendar = await readCalendar(db, timeZone, nowMs);
  const began = addDays(calendar.today, 1 - WEEK_DAYS);
  const days = daysBetween(addDays(began, -WEEK_DAYS), calendar.today, calendar, timeZone, nowMs);
  const { rows } = await sql<LineRow>`
    with weeks as (
      select camera_id,
        sum(online_ms) filter (where day >= ${began}) as online_ms, sum(known_ms) filter (where day >= ${began}) as known_ms,
        coalesce(sum(losses) filter (where day >= ${began}), 0) as losses,
        sum(online_ms) filter (where day < ${began}) as online_before_ms,
        sum(known_ms) filter (where day < ${began}) as known_before_ms,
        coalesce(sum(losses) filter (where day < ${began}), 0) as losses_before
      from ${days} d group by camera_id
    ), compared as (
      select camera_id, losses, losses_before, (online_ms / known_ms)::double precision as online,
        (online_before_ms / known_before_ms)::double precision as online_before
      from weeks where known_ms >= ${LEAST_KNOWN_MS} and known_before_ms >= ${LEAST_KNOWN_MS}
    )
    select ${COLUMNS}, online, losses::int, online_before as "onlineBefore", losses_before::int as "lossesBefore"
    from compared join cameras on cameras.id = compared.camera_id join camera_states on camera_states.id = cameras.id
    where ${letsThrough(sight, filter)} and not cameras.disabled
      and (online_before - online >= ${SHARE_DROP}
        or (losses - losses_before >= ${MORE_LOSSES} and losses >= 2 * losses_before))
    order by online_before - online desc, losses - losses_before desc, cameras.id limit ${limit}`.execute(db);
  return rows.map((row) => toLine(row, true));
}

/** The cameras that were not online for all of a day's known time, today's by default; those that were least come first. */
export async function readDay(
  db: Kysely<Schema>,
  account: Account | null,
  filter: RateFilter,
  { day, timeZone, nowMs, limit }: { day: Day | undefined; timeZone: string; nowMs: number; limit: number },
): Promise<HealthLine[]> {
  const sight = await readSight(db, account);
  const calendar = await readCalendar(db, timeZone, nowMs);
  const of = day ?? calendar.today;
  const { rows } = await sql<LineRow>`
    select ${COLUMNS}, (online_ms::numeric / known_ms)::double precision as online, losses,
      null as "onlineBefore", 0 as "lossesBefore"
    from ${daysBetween(of, of, calendar, timeZone, nowMs)} d
      join cameras on cameras.id = d.camera_id join camera_states on camera_states.id = cameras.id
    where ${letsThrough(sight, filter)} and known_ms > 0 and (online_ms < known_ms or losses > 0)
    order by online_ms::numeric / known_ms, losses desc, cameras.id limit ${limit}`.execute(db);
  return rows.map((row) => toLine(row, false));
}
