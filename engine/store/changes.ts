import { type Kysely, sql, type Transaction } from 'kysely';
import type { ChangeKind } from '../contract/change.ts';
import type { Schema } from './schema.ts';

/** Whose a row is: its division (GB/T 2260 code of a county, or of the city) and its department (null: nobody's own). */
export interface Scope {
  division: string;
  department: string | null;
}

/** That something became what it now is. */
export interface ChangeRow {
  seq: number;
  kind: ChangeKind;
  entityId: string;
  scope: Scope;
  at: Date;
}

/**
 * Numbers a change and tells the listeners once the transaction is committed. From here on no other transaction can
 * record one until this one ends, so it comes last: seq order is commit order.
 * @returns the change's seq.
 */
export async function recordChange(
  trx: Transaction<Schema>,
  change: { kind: ChangeKind; entityId: string; scope: Scope },
): Promise<number> {
  const { kind, entityId, scope } = change;
  const { rows } = await sql<{ seq: number }>`
    select record_change(${kind}, ${entityId}, ${scope.division}, ${scope.department}) as seq`.execute(trx);
  return rows[0]!.seq;
}

/**
 * Records the present state of alerts as changes and notes the new seq on each; last in a transaction. The rows are locked
 * before the first change is numbered: who numbers one and then waits for a row stands in the way of the row's holder.
 */
export async function recordAlerts(trx: Transaction<Schema>, ids: readonly string[]): Promise<void> {
  await sql`select from alerts where id = any(${[...ids]}::text[]) order by id for update`.execute(trx);
  await sql`
    update alerts set seq = record_change('alert', id, division, department)
    where id = any(${[...ids]}::text[])`.execute(trx);
}

/** Records the present state of a case as a change and notes the new seq on it; last in a transaction. */
export async function recordCase(trx: Transaction<Schema>, id: string): Promise<void> {
  await sql`update cases set seq = record_change('case', id, division, department) where id = ${id}`.execute(trx);
}

/** The seq of the last committed change; 0 when there is none. */
export async function lastSeq(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ seq: number }>`select coalesce(max(seq), 0) as seq from changes`.execute(db);
  return rows[0]!.seq;
}

/** At most `limit` changes with a seq greater than `after`, in order. */
export async function readChanges(db: Kysely<Schema>, after: number, limit: number): Promise<ChangeRow[]> {
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ seq, kind, entity_id, division, department, at }) => ({
    seq,
    kind,
    entityId: entity_id,
    scope: { division, department },
    at,
  }));
}
