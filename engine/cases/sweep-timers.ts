import { type Kysely, sql, type Transaction } from 'kysely';
import { CASE_STEPS, mayFollow, standingOf } from '../contract/case-steps.ts';
import type { CaseTimersTable } from '../store/case-tables.ts';
import { recordCase } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import type { CasePolicy } from './case-clocks.ts';
import { type LockedCase, lockFree, type WrittenEntry, writeEntry } from './write-entry.ts';

type Trx = Transaction<Schema>;
type DueTimer = Pick<CaseTimersTable, 'stage' | 'life' | 'effect' | 'at'>;

const CASES_AT_ONCE = 500;

/**
 * Does what is due by now of all cases: each effect once, in the transaction that records it. A case that somebody is working on
 * waits for the next sweep; one that cannot be swept is named, and the others go on.
 * @param say where it is named
 * @returns how many effects there were
 */
export async function sweepTimers(
  db: Kysely<Schema>,
  policy: CasePolicy,
  say: (line: string) => void = console.error,
): Promise<number> {
  const { rows } = await sql<{ case_id: string }>`
    select case_id from case_timers where at <= ${new Date()} group by case_id order by min(at)
    limit ${CASES_AT_ONCE}`.execute(db);
  let done = 0;
  for (const { case_id } of rows) {
    try {
      done += await db.transaction().execute((trx) => sweepCase(trx, case_id, policy));
    } catch (error) {
      say(`timers of case ${case_id}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return done;
}

async function sweepCase(trx: Trx, caseId: string, policy: CasePolicy): Promise<number> {
  const locked = await lockFree(trx, caseId);
  if (!locked) return 0;
  const timers = await trx
    .selectFrom('case_timers')
    .select(['stage', 'life', 'effect', 'at'])
    .where('case_id', '=', caseId)
    .where('at', '<=', new Date())
    .orderBy('at')
    .execute();
  let done = 0;
  for (const timer of timers) {
    const { stage, life, effect, at } = timer;
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('case_effects')
      .values({ ...{ case_id: caseId, stage, life, effect, due_at: at } })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    await trx
      .deleteFrom('case_timers')
      .where('case_id', '=', caseId)
      .where('stage', '=', stage)
      .where('life', '=', life)
      .where('effect', '=', effect)
      .execute();
    if (!numInsertedOrUpdatedRows) continue;
    done += 1;
    for (const entry of entriesOf(timer, locked, policy)) {
      await writeEntry(trx, locked, entry, policy);
      if (entry.kind === 'escalated' && entry.detail?.kind === 'escalation')
        await tell(trx, locked, stage, entry.detail.tell);
    }
  }
  if (done > 0) await recordCase(trx, caseId);
  return done;
}

/** What an effect writes into its case; nothing where the case is over, or is told already. */
function entriesOf({ stage, effect, at }: DueTimer, { entries }: LockedCase, { clocks }: CasePolicy): WrittenEntry[] {
  const standing = standingOf(entries);
  if (effect === 'yellow' || !mayFollow(standing, 'escalated')) return [];
  // Later than what it tells of, so that the case is late by it.
  const atMs = Math.max(Date.now(), at.getTime() + 1, entries.at(-1)!.atMs);
  const late = stage === 'returns' ? null : stage;
  if (effect === 'overdue') {
    return late ? [{ kind: 'overdue', by: '', atMs, detail: { kind: 'late', stage: late } }] : [];
  }
  const escalation = clocks.escalations[Number(effect.slice('escalated-'.length))];
  if (!escalation) return [];
  const detail = { kind: 'escalation', stage: late, tell: escalation.tell } as const;
  const told: WrittenEntry = { kind: 'escalated', by: '', atMs, detail };
  const isNew = escalation.supervise && !standing.supervised && CASE_STEPS.supervised.from.includes(standing.state);
  return isNew ? [told, { kind: 'supervised', by: '', atMs, detail }] : [told];
}

/** Those somebody higher are told, and the officers of a unit that should have handled it by now. */
async function tell(trx: Trx, { id, row }: LockedCase, stage: DueTimer['stage'], roles: string[]): Promise<void> {
  const { division, department, camera_name: about } = row;
  const notice = { kind: 'escalated', case_id: id, about, division, department } as const;
  const unitId = stage === 'handle' ? row.unit_id : null;
  await sql`select stand_in_line()`.execute(trx);
  await trx
    .insertInto('notices')
    .values([
      { ...notice, unit_id: null, roles },
      ...(unitId === null ? [] : [{ ...notice, unit_id: unitId, roles: null }]),
    ])
    .execute();
}
