import type { Kysely } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { Case, NewCaseEntry, Unit } from '../contract/case.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import { recordAlerts, recordCase } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { present } from './open-case.ts';
import { stepTo } from './step.ts';
import { readUnits } from './units.ts';

/**
 * Appends what happened to a case and brings it to the state that follows. Closing one that was handled confirms
 * those of its alerts that nobody has judged; closing one that nobody went to judges nothing.
 * @throws Refusal 404 `not-found`, 422 `unit-unknown`, and those of `stepTo`.
 */
export async function appendEntry(
  db: Kysely<Schema>,
  account: Account,
  id: string,
  entry: NewCaseEntry,
): Promise<Case> {
  return db.transaction().execute(async (trx) => {
    // Alerts before their case, by id: the order in which everybody locks them.
    const alerts = await trx
      .selectFrom('alerts')
      .innerJoin('case_alerts', 'case_alerts.alert_id', 'alerts.id')
      .select(['alerts.id', 'alerts.verdict'])
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
    const state = stepTo(row.state, entry);
    const unit =
      entry.kind === 'assigned' ? await unitOf(trx, account, entry.unitId) : await unitOf(trx, null, row.unit_id);
    await trx
      .updateTable('cases')
      .set({ state, unit_id: unit?.id ?? null, closed_at: state === 'closed' ? new Date() : null })
      .where('id', '=', id)
      .execute();
    await trx
      .insertInto('case_entries')
      .values({
        case_id: id,
        kind: entry.kind,
        by: account.displayName,
        unit_id: unit?.id ?? null,
        unit_name: unit?.name ?? null,
        note: entry.note,
      })
      .execute();
    const unjudged = alerts.filter((alert) => alert.verdict === 'none').map((alert) => alert.id);
    const confirmed = row.state === 'handled' && state === 'closed' ? unjudged : [];
    if (confirmed.length > 0) {
      await trx.updateTable('alerts').set({ verdict: 'confirmed' }).where('id', 'in', confirmed).execute();
    }
    await recordCase(trx, id);
    // Each of its alerts tells that its case is closed.
    if (state === 'closed')
      await recordAlerts(
        trx,
        alerts.map((alert) => alert.id),
      );
    return present(trx, id);
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
