import type { Kysely, Selectable } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { Case, NewCaseEntry, Unit } from '../contract/case.ts';
import { standingOf } from '../contract/case-steps.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import { recordAlerts, recordCase } from '../store/changes.ts';
import type { CasesTable, Schema } from '../store/schema.ts';
import { type CasePolicy, limitOf, readCaseClocks, type TimedEntry } from './case-clocks.ts';
import { keepStanding, readTimedEntries } from './keep-standing.ts';
import { present } from './open-case.ts';
import { assertMayFollow } from './step.ts';
import { readUnits } from './units.ts';

/**
 * Appends what happened to a case and brings it to the state that follows. Closing one that was handled confirms
 * those of its alerts that nobody has judged; closing one that nobody went to judges nothing.
 * @param admit may refuse once the case is locked, and write with the entry or not at all
 * @throws Refusal 404 `not-found`, 409 `overdue`, `alert-in-case`, 422 `unit-unknown`, and those of `assertMayFollow`.
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
    // Alerts before their case, by id: the order in which everybody locks them.
    const alerts = await trx
      .selectFrom('alerts')
      .innerJoin('case_alerts', 'case_alerts.alert_id', 'alerts.id')
      .select(['alerts.id', 'alerts.verdict', 'alerts.presence', 'alerts.case_id'])
      .where('case_alerts.case_id', '=', id)
      .orderBy('alerts.id')
      .forUpdate('alerts')
      .execute();
    const row = await trx
      .selectFrom('cases')
      .selectAll()
      .where('id', '=', id)
      .where(visibleTo(account))
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw notVisible('case', id);
    await admit?.(trx, row);
    const entries = await readTimedEntries(trx, id);
    const stillSeen = alerts.some(({ presence, case_id }) => presence === 'standing' && case_id === id);
    assertMayFollow(standingOf(entries), entry, stillSeen);
    if (entry.kind === 'extended' || entry.kind === 'suspended') assertInTime(entries, policy);
    if (entry.kind === 'reopened') assertStillIts(id, alerts);
    const unit =
      entry.kind === 'assigned' ? await unitOf(trx, account, entry.unitId) : await unitOf(trx, null, row.unit_id);
    const at = new Date();
    const limit = entry.limit ?? limitOf(policy, entry.kind, row);
    await trx
      .insertInto('case_entries')
      .values({
        case_id: id,
        kind: entry.kind,
        at,
        by: account.displayName,
        unit_id: unit?.id ?? null,
        unit_name: unit?.name ?? null,
        note: entry.note,
        time_limit: limit && JSON.stringify(limit),
      })
      .execute();
    const appended = [...entries, { kind: entry.kind, unitId: unit?.id ?? null, limit, atMs: at.getTime() }];
    await keepStanding(trx, id, appended, policy);
    const { state } = standingOf(appended);
    const unjudged = alerts.filter((alert) => alert.verdict === 'none').map((alert) => alert.id);
    const confirmed = row.state === 'handled' && entry.kind === 'closed' ? unjudged : [];
    if (confirmed.length > 0) {
      await trx.updateTable('alerts').set({ verdict: 'confirmed' }).where('id', 'in', confirmed).execute();
    }
    await recordCase(trx, id);
    // Each of its alerts tells that its case is closed, or open again.
    if (state !== row.state && (state === 'closed' || row.state === 'closed'))
      await recordAlerts(
        trx,
        alerts.map((alert) => alert.id),
      );
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
