import { sql, type Transaction } from 'kysely';
import { standingOf } from '../contract/case-steps.ts';
import type { Schema } from '../store/schema.ts';
import { type CasePolicy, readCaseClocks, type TimedEntry } from './case-clocks.ts';

type Trx = Transaction<Schema>;

/** A case's entries in their order, as far as they decide how it stands. */
export async function readTimedEntries(trx: Trx, caseId: string): Promise<TimedEntry[]> {
  const rows = await trx
    .selectFrom('case_entries')
    .select(['kind', 'at', 'unit_id', 'time_limit'])
    .where('case_id', '=', caseId)
    .orderBy('n')
    .execute();
  return rows.map(({ kind, at, unit_id, time_limit }) => ({
    ...{ kind, unitId: unit_id, limit: time_limit, atMs: at.getTime() },
  }));
}

/** Brings a case's row to what its entries say; to be called in the transaction that appended one. */
export async function keepStanding(
  trx: Trx,
  caseId: string,
  entries: readonly TimedEntry[],
  policy: CasePolicy,
): Promise<void> {
  const last = entries.at(-1)!;
  const { state, unitId, outcome } = standingOf(entries);
  const { clock, late } = readCaseClocks(entries, policy, last.atMs);
  const closing = entries.findLast(({ kind }) => kind === 'closed' || kind === 'voided');
  await trx
    .updateTable('cases')
    .set({
      ...{ state, unit_id: unitId, outcome },
      closed_at: state === 'closed' && closing ? new Date(closing.atMs) : null,
      clock: clock && JSON.stringify(clock),
      late: sql`${late}::text[]`,
    })
    .where('id', '=', caseId)
    .execute();
}
