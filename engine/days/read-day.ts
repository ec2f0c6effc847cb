import { type Kysely, sql } from 'kysely';
import type { SiteArea } from '../cameras/write-cameras.ts';
import { listCasesBetween } from '../cases/read-cases.ts';
import type { Account } from '../contract/account.ts';
import type { Day } from '../contract/day.ts';
import type { Schema } from '../store/schema.ts';
import { dayLimits } from './day-limits.ts';
import { readDayCameras } from './read-day-cameras.ts';

/**
 * What is kept of a day of the city, for the account to replay.
 * @param day on the site's calendar, "2026-11-29".
 * @throws Refusal as `dayLimits`.
 */
export async function readDay(
  db: Kysely<Schema>,
  account: Account | null,
  day: string,
  site: SiteArea & { timeZone: string },
): Promise<Day> {
  const limits = await dayLimits(db, day, site.timeZone);
  const { fromMs, untilMs } = limits;
  const cases = await listCasesBetween(db, account, new Date(fromMs), new Date(untilMs));
  const cameras = await readDayCameras(db, account, limits, site);
  return { ...limits, cases, cameras, stops: await readStops(db, fromMs, untilMs) };
}

/** When no engine ran, between two that did. */
async function readStops(db: Kysely<Schema>, fromMs: number, untilMs: number): Promise<Day['stops']> {
  const { rows } = await sql<Day['stops'][number]>`
    with runs as (select alive_at as stopped_at, lead(started_at) over (order by n) as next_at from engine_runs)
    select floor(extract(epoch from stopped_at) * 1000)::bigint as "fromMs",
      floor(extract(epoch from next_at) * 1000)::bigint as "toMs"
    from runs
    where next_at > stopped_at and next_at >= ${new Date(fromMs)} and stopped_at <= ${new Date(untilMs)}
    order by stopped_at`.execute(db);
  return rows;
}
