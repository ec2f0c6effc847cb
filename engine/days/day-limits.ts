import { type Kysely, sql } from 'kysely';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

/** A transaction that is under way may yet commit steps of the last moments: a day is told up to so long before now. */
const SETTLED_AFTER_MS = 3000;

interface DayLimits {
  day: string;
  fromMs: number;
  toMs: number;
  untilMs: number;
  firstDay: string;
  today: string;
  stepsFromMs: number;
}

/** An instant as epoch milliseconds, cut off, as everything that leaves the engine is. */
export const inMs = (column: string) => sql<number>`floor(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;

/**
 * When a day begins and ends on the site's clock, and how much of it can be told.
 * @throws Refusal 404 `before-history` of a day that nothing is kept of, `day-not-begun` of a later one than today.
 */
export async function dayLimits(db: Kysely<Schema>, day: string, timeZone: string): Promise<DayLimits> {
  const { rows } = await sql<Omit<DayLimits, 'untilMs' | 'day'> & { nowMs: number }>`
    with zone as (select ${timeZone}::text as name),
      first as (select least(
        (select min(at) from camera_revisions), (select min(raised_at) from alerts), now()) as at)
    select
      floor(extract(epoch from ${day}::date::timestamp at time zone zone.name) * 1000)::bigint as "fromMs",
      floor(extract(epoch from (${day}::date + 1)::timestamp at time zone zone.name) * 1000)::bigint as "toMs",
      floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs",
      to_char(first.at at time zone zone.name, 'YYYY-MM-DD') as "firstDay",
      to_char(now() at time zone zone.name, 'YYYY-MM-DD') as today,
      (select floor(extract(epoch from at) * 1000)::bigint from migrations where name like '0018-%') as "stepsFromMs"
    from zone, first`.execute(db);
  const { nowMs, ...limits } = rows[0]!;
  const { firstDay, today, fromMs, toMs } = limits;
  if (day > today) {
    throw new Refusal(404, 'day-not-begun', `The day ${day} has not begun yet.`, {
      got: day,
      expected: `${today} at the latest`,
    });
  }
  if (day < firstDay) {
    throw new Refusal(404, 'before-history', `Nothing is kept of the day ${day}.`, {
      got: day,
      expected: `${firstDay} or later`,
    });
  }
  return { day, ...limits, untilMs: Math.max(fromMs, Math.min(toMs - 1, nowMs - SETTLED_AFTER_MS)) };
}
