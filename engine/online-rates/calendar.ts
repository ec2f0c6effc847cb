import { type Kysely, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';

/** "2026-11-29" */
export type Day = string;

/** Today on the site's calendar, and the last day that is rolled up. */
export async function readCalendar(
  db: Kysely<Schema>,
  timeZone: string,
  nowMs: number,
): Promise<{ today: Day; rolledUp: Day | null }> {
  const { rows } = await sql<{ today: Day; rolledUp: Day | null }>`
    select (${new Date(nowMs)}::timestamptz at time zone ${timeZone})::date::text as today,
      (select max(day)::text from camera_days) as "rolledUp"`.execute(db);
  return rows[0]!;
}

export function addDays(day: Day, days: number): Day {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** When a day begins, as SQL. */
export const beginOf = (day: Day, timeZone: string) => sql`(${day}::date::timestamp at time zone ${timeZone})`;

/**
 * The days of all cameras as a query of `day, camera_id, online_ms, known_ms, losses`: the finished ones as they were rolled
 * up, and today, with a yesterday that is not rolled up yet, from the history of states.
 */
export function daysBetween(
  from: Day,
  to: Day,
  { today, rolledUp }: { today: Day; rolledUp: Day | null },
  timeZone: string,
  nowMs: number,
) {
  const parts = [
    sql`select day, camera_id, online_ms, known_ms, losses from camera_days where day between ${from} and ${to}`,
  ];
  for (const day of [addDays(today, -1), today]) {
    if (day < from || day > to || (rolledUp !== null && day <= rolledUp)) continue;
    const until = sql`least(${new Date(nowMs)}::timestamptz, ${beginOf(addDays(day, 1), timeZone)})`;
    parts.push(
      sql`select ${day}::date, s.* from camera_spans(${beginOf(day, timeZone)}, ${until}) s where s.known_ms > 0`,
    );
  }
  return sql`(${sql.join(parts, sql` union all `)})`;
}
