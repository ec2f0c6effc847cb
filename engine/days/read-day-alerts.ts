import { type Kysely, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import { readAlerts } from '../alerts/read-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { Presence } from '../contract/alert.ts';
import type { DayAlert } from '../contract/day.ts';
import type { Schema } from '../store/schema.ts';
import { dayLimits, inMs } from './day-limits.ts';
import { readCasesOfAlerts } from './read-cases-of-alerts.ts';

/**
 * The alerts that stood at some instant of a day, by id, with how they became what they are.
 * @param after the id that the page before ended with; ids are ULIDs, so it goes by when they were raised.
 * @throws Refusal as `dayLimits`.
 */
export async function readDayAlerts(
  db: Kysely<Schema>,
  account: Account | null,
  day: string,
  timeZone: string,
  { after = '', limit }: { after?: string | undefined; limit: number },
): Promise<{ items: DayAlert[]; next: string | null }> {
  const { fromMs, untilMs } = await dayLimits(db, day, timeZone);
  const [from, until] = [new Date(fromMs), new Date(untilMs)];
  const ids = await db
    .selectFrom('alerts')
    .select('id')
    .where(visibleTo(account))
    .where('id', '>', after)
    .where('raised_at', '<=', until)
    .where((where) =>
      where.or([where('raised_at', '>=', from), where('ended_at', '>=', from), where('ended_at', 'is', null)]),
    )
    .orderBy('id')
    .limit(limit)
    .execute();
  const found = await readAlerts(
    db,
    account,
    ids.map(({ id }) => id),
  );
  const steps = await readSteps(
    db,
    found.map(({ alert }) => alert.id),
  );
  const items = found
    .map(({ alert }): DayAlert => {
      const { presences, cases } = steps.get(alert.id) ?? { presences: [], cases: [] };
      return { alert, presences: withEnd(presences, alert.endedAt), cases };
    })
    .sort((a, b) => (a.alert.id < b.alert.id ? -1 : 1));
  return { items, next: ids.length === limit ? ids.at(-1)!.id : null };
}

type Steps = Pick<DayAlert, 'presences' | 'cases'>;

/** An alert that ended before steps were kept has its last end alone. */
function withEnd(presences: Steps['presences'], endedAt: string | null): Steps['presences'] {
  if (endedAt === null || presences.at(-1)?.presence === 'ended') return presences;
  return [...presences, { atMs: Date.parse(endedAt), presence: 'ended' }];
}

async function readSteps(db: Kysely<Schema>, ids: readonly string[]): Promise<Map<string, Steps>> {
  const found = new Map<string, Steps>(ids.map((id) => [id, { presences: [], cases: [] }]));
  const presences = await db
    .selectFrom('alert_presence_changes')
    .select(['alert_id', 'presence', inMs('at').as('at_ms')])
    .where('alert_id', '=', sql<string>`any(${[...ids]}::text[])`)
    .orderBy('n')
    .execute();
  for (const { alert_id, presence, at_ms } of presences) addStep(found.get(alert_id)!, presence, at_ms);
  for (const [alertId, cases] of await readCasesOfAlerts(db, ids)) found.get(alertId)!.cases = cases;
  return found;
}

/** A step is never before the one that it follows. */
function addStep({ presences }: Steps, presence: Presence, atMs: number): void {
  presences.push({ atMs: Math.max(atMs, presences.at(-1)?.atMs ?? atMs), presence });
}
