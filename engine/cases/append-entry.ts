import type { Kysely, Selectable } from 'kysely';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { Case, NewCaseEntry, Unit } from '../contract/case.ts';
import { CASE_STEPS, standingOf } from '../contract/case-steps.ts';
import { Refusal } from '../contract/refusal.ts';
import type { CasesTable } from '../store/case-tables.ts';
import type { Schema } from '../store/schema.ts';
import { type CasePolicy, readCaseClocks, type TimedEntry } from './case-clocks.ts';
import { present } from './open-case.ts';
import { assertMayFollow } from './step.ts';
import { readUnits } from './units.ts';
import { lockCase, recordStep, writeEntry } from './write-entry.ts';

/**
 * Appends what somebody did with a case and brings it to the state that follows.
 * @param admit may refuse once the case is locked, and write with the entry or not at all. Who gives it says itself that the case
 * is the account's: neither division nor department is asked about then
 * @throws Refusal 404 `not-found`, 409 `overdue`, `alert-in-case`, `not-late`, 422 `unit-unknown`, and those of `assertMayFollow`.
 */
export async function appendEntry(
  db: Kysely<Schema>,
  account: Account,
  id: string,
  entry: NewCaseEntry,
  policy: CasePolicy,
  admit?: (trx: Trx, row: Selectable<CasesTable>) => Promise<void>,
): Promise<Case> {
  return db.transaction().execute(async (trx) => {
    const locked = await lockCase(trx, admit ? null : account, id);
    const { row, alerts, entries } = locked;
    await admit?.(trx, row);
    const stillSeen = alerts.some(({ presence, case_id }) => presence === 'standing' && case_id === id);
    assertMayFollow(standingOf(entries), entry, stillSeen);
    if (entry.kind === 'extended' || entry.kind === 'suspended') assertInTime(entries, policy);
    if (entry.kind === 'appealed') assertLate(entries, policy);
    if (entry.kind === 'reopened') assertStillIts(id, alerts);
    const unit = CASE_STEPS[entry.kind].needs.includes('unit')
      ? await unitOf(trx, account, entry.unitId)
      : await unitOf(trx, null, row.unit_id);
    const { kind, note, limit = null } = entry;
    await writeEntry(trx, locked, { kind, by: account.displayName, unit, note, limit }, policy);
    await recordStep(trx, locked);
    return present(trx, id);
  });
}

/** @throws Refusal 409 `overdue`: what is late already cannot be given more time. */
function assertInTime(entries: readonly TimedEntry[], policy: CasePolicy): void {
  const nowMs = Date.now();
  const { dueAt } = readCaseClocks(entries, policy, nowMs).clock ?? {};
  if (!dueAt || Date.parse(dueAt) >= nowMs) return;
  throw new Refusal(409, 'overdue', `The case was due at ${dueAt}: it cannot be extended or suspended any more.`, {
    got: dueAt,
    expected: 'a case that is not overdue',
  });
}

/** @throws Refusal 409 `not-late`: there is nothing to appeal against. */
function assertLate(entries: readonly TimedEntry[], policy: CasePolicy): void {
  if (readCaseClocks(entries, policy, Date.now()).late.length > 0) return;
  throw new Refusal(409, 'not-late', 'Nothing of the case is or was overdue: there is nothing to appeal against.', {
    got: 'a case in time',
    expected: 'a case of which something is or was overdue',
  });
}

/** @throws Refusal 409 `alert-in-case` when another case has taken up one of its alerts since. */
function assertStillIts(id: string, alerts: readonly { id: string; case_id: string | null }[]): void {
  const taken = alerts.find(({ case_id }) => case_id !== id);
  if (!taken) return;
  throw new Refusal(409, 'alert-in-case', `Its alert "${taken.id}" is in case "${taken.case_id}" now.`, {
    got: taken.id,
    expected: 'alerts that no other case has taken up',
  });
}

async function unitOf(trx: Trx, account: Account | null, unitId: string | null | undefined): Promise<Unit | null> {
  if (unitId === null || unitId === undefined) return null;
  const [unit] = await readUnits(trx, account, [unitId]);
  if (unit) return unit;
  throw new Refusal(422, 'unit-unknown', `There is no unit "${unitId}".`, {
    got: unitId,
    expected: 'the id of a unit that you may send out',
  });
}
