import { type Kysely, sql, type Transaction } from 'kysely';
import type { CaseTimersTable } from '../store/case-tables.ts';
import type { Schema } from '../store/schema.ts';
import { type CasePolicy, type ClockLife, readCaseClocks, type TimedEntry } from './case-clocks.ts';

type Trx = Transaction<Schema>;
type Timer = Omit<CaseTimersTable, 'case_id' | 'at'> & { atMs: number };

/** When a clock turns yellow and runs out, and when that is told to somebody higher; none while it stands still. */
function clockTimers({ stage, life, reading, calendar }: ClockLife, { clocks }: CasePolicy): Timer[] {
  const { phase, yellowAtMs, dueAtMs, limit } = reading;
  if (phase !== 'running' || yellowAtMs === null || dueAtMs === null) return [];
  const timers: Timer[] = [
    { stage, life, effect: 'yellow', atMs: yellowAtMs },
    { stage, life, effect: 'overdue', atMs: dueAtMs },
  ];
  for (const [i, { afterOverdue }] of clocks.escalations.entries()) {
    if (!afterOverdue) continue;
    const { amount, unit } = afterOverdue;
    const atMs = calendar.after(unit, dueAtMs, calendar.limitMs(amount, unit));
    timers.push({ ...{ stage, life, atMs }, effect: `escalated-${i}` });
  }
  return timers.filter(({ atMs }) => Number.isFinite(atMs) && limit !== null);
}

/** That it was just returned once too often. */
function returnTimers(entries: readonly TimedEntry[], { clocks }: CasePolicy): Timer[] {
  const last = entries.at(-1)!;
  if (last.kind !== 'returned') return [];
  const returns = entries.filter(({ kind }) => kind === 'returned').length;
  return clocks.escalations.flatMap(({ afterReturns }, i) =>
    afterReturns === returns
      ? [{ stage: 'returns', life: returns, effect: `escalated-${i}`, atMs: last.atMs } satisfies Timer]
      : [],
  );
}

/**
 * Keeps what is to happen by itself as the entries say. What was due before the last of them stays: it happened, though nobody
 * has seen to it yet.
 */
export async function keepTimers(
  trx: Trx,
  caseId: string,
  entries: readonly TimedEntry[],
  now: ClockLife | null,
  policy: CasePolicy,
): Promise<void> {
  const timers = [...(now ? clockTimers(now, policy) : []), ...returnTimers(entries, policy)];
  await trx
    .deleteFrom('case_timers')
    .where('case_id', '=', caseId)
    .where('at', '>', new Date(entries.at(-1)!.atMs))
    .execute();
  for (const { stage, life, effect, atMs } of timers) {
    await sql`
      insert into case_timers (case_id, stage, life, effect, at)
      select ${caseId}, ${stage}, ${life}, ${effect}, ${new Date(atMs)}
      where not exists (select from case_effects e
        where (e.case_id, e.stage, e.life, e.effect) = (${caseId}, ${stage}, ${life}::int, ${effect}))
      on conflict do nothing`.execute(trx);
  }
}

/** Gives timers to open cases that have none: those from before there were any. To be called at the start. */
export async function fillTimers(db: Kysely<Schema>, policy: CasePolicy): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from cases where state <> 'closed' and due_at is not null
      and not exists (select from case_timers t where t.case_id = cases.id)
      and not exists (select from case_effects e where e.case_id = cases.id)`.execute(db);
  for (const { id } of rows) {
    await db.transaction().execute(async (trx) => {
      await sql`select from cases where id = ${id} for update`.execute(trx);
      const entries = await readTimedEntries(trx, id);
      const { now } = readCaseClocks(entries, policy, entries.at(-1)!.atMs);
      await keepTimers(trx, id, entries, now, policy);
    });
  }
  return rows.length;
}

/** A case's entries in their order, as far as they decide how it stands. */
export async function readTimedEntries(trx: Trx, caseId: string): Promise<TimedEntry[]> {
  const rows = await trx
    .selectFrom('case_entries')
    .select(['kind', 'at', 'unit_id', 'time_limit', 'unit_hours'])
    .where('case_id', '=', caseId)
    .orderBy('n')
    .execute();
  return rows.map(({ kind, at, unit_id, time_limit, unit_hours }) => ({
    ...{ kind, unitId: unit_id, limit: time_limit, atMs: at.getTime(), hours: unit_hours },
  }));
}
