import { type Kysely, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { addDays, beginOf, type Day, readCalendar } from './calendar.ts';

/** What was committed last is in the history by then. */
const SETTLED_AFTER_MS = 120_000;

/**
 * Sums up each finished day that is not summed up yet, and forgets days older than `keepMs`. What is summed up does not
 * change any more.
 * @returns the days
 */
export async function rollUpDays(
  db: Kysely<Schema>,
  { timeZone, nowMs, keepMs }: { timeZone: string; nowMs: number; keepMs: number },
): Promise<Day[]> {
  const { today, rolledUp } = await readCalendar(db, timeZone, nowMs - SETTLED_AFTER_MS);
  // Days are text that sorts as they do.
  const oldest = addDays(today, -Math.floor(keepMs / 86_400_000));
  const { rows } = await sql<{ first: Day | null }>`
    select (min(at) at time zone ${timeZone})::date::text as first from camera_state_changes`.execute(db);
  const { first } = rows[0]!;
  if (first === null) return [];
  const next = rolledUp === null ? first : addDays(rolledUp, 1);
  const [, begin] = [next, oldest].sort();
  const done: Day[] = [];
  for (let day = begin!; day < today; day = addDays(day, 1)) {
    await sql`
      insert into camera_days (day, camera_id, online_ms, known_ms, losses)
      select ${day}::date, s.* from camera_spans(${beginOf(day, timeZone)}, ${beginOf(addDays(day, 1), timeZone)}) s
      where s.known_ms > 0 on conflict do nothing`.execute(db);
    done.push(day);
  }
  await sql`delete from camera_days where day < ${oldest}`.execute(db);
  return done;
}
