import { sql, type Transaction } from 'kysely';
import { CASE_STEPS, standingOf } from '../contract/case-steps.ts';
import type { Schema } from '../store/schema.ts';
import { type CasePolicy, readCaseClocks, type TimedEntry } from './case-clocks.ts';
import { keepTimers } from './case-timers.ts';

type Trx = Transaction<Schema>;

/** Brings a case's row, and its timers, to what its entries say; to be called in the transaction that appended one. */
export async function keepStanding(
  trx: Trx,
  caseId: string,
  entries: readonly TimedEntry[],
  policy: CasePolicy,
): Promise<void> {
  const last = entries.at(-1)!;
  const { state, unitId, outcome, appeal } = standingOf(entries);
  const { clock, now, late } = readCaseClocks(entries, policy, last.atMs);
  const closing = entries.findLast((entry) => closes(entry));
  const time = (text: string | null | undefined) => (text ? new Date(text) : null);
  await trx
    .updateTable('cases')
    .set({
      ...{ state, unit_id: unitId, outcome, appeal },
      closed_at: state === 'closed' && closing ? new Date(closing.atMs) : null,
      clock: clock && JSON.stringify(clock),
      yellow_at: time(clock?.yellowAt),
      due_at: time(clock?.dueAt),
      late: sql`${late}::text[]`,
    })
    .where('id', '=', caseId)
    .execute();
  await keepTimers(trx, caseId, entries, now, policy);
}

function closes({ kind }: TimedEntry): boolean {
  return kind !== 'opened' && kind !== 'reported' && CASE_STEPS[kind].to === 'closed';
}
