import type { Kysely, Selectable } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Suppression } from '../contract/alert.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import { recordAlerts, recordChange, type Scope } from '../store/changes.ts';
import type { Schema, SuppressionsTable } from '../store/schema.ts';
import { addEntry } from './judge.ts';

function toSuppression(row: Selectable<SuppressionsTable>): Suppression {
  return {
    id: row.id,
    alertId: row.alert_id,
    cameraId: row.camera_id,
    cameraName: row.camera_name,
    viewId: row.view_id,
    algorithm: row.algorithm ?? row.rule,
    algorithmName: row.algorithm_name,
    rule: row.rule,
    classGroup: row.class_group,
    box: row.box,
    reason: row.reason,
    by: row.by,
    at: row.at.toISOString(),
    until: row.until.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revokedBy: row.revoked_by,
  };
}

/** The places that are kept quiet now, newest first; `all` also lists those that ran out or were revoked. */
export async function listSuppressions(
  db: Kysely<Schema>,
  account: Account | null,
  { all = false }: { all?: boolean } = {},
): Promise<Suppression[]> {
  const rows = await db
    .selectFrom('suppressions')
    .selectAll()
    .where(visibleTo(account))
    .$if(!all, (query) => query.where('revoked_at', 'is', null).where('until', '>', new Date()))
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toSuppression);
}

/** Those of the ids that are there and visible, with whose they are. */
export async function readSuppressions(
  db: Kysely<Schema>,
  account: Account | null,
  ids: readonly string[],
): Promise<{ suppression: Suppression; scope: Scope }[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('suppressions')
    .selectAll()
    .where('id', 'in', ids)
    .where(visibleTo(account))
    .execute();
  return rows.map((row) => ({
    suppression: toSuppression(row),
    scope: { division: row.division, department: row.department },
  }));
}

/**
 * Lets a place speak again. The alert keeps its verdict and an entry says that, and why, its place is watched again.
 * @throws Refusal 404 `not-found`, 409 `already-revoked`.
 */
export async function revokeSuppression(
  db: Kysely<Schema>,
  account: Account,
  id: string,
  reason: string,
): Promise<Suppression> {
  return db.transaction().execute(async (trx) => {
    const found = await trx
      .selectFrom('suppressions')
      .select('alert_id')
      .where('id', '=', id)
      .where(visibleTo(account))
      .executeTakeFirst();
    if (!found) throw notVisible('suppression', id);
    const alertId = found.alert_id;
    await trx.selectFrom('alerts').select('id').where('id', '=', alertId).forUpdate().execute();
    const row = await trx
      .updateTable('suppressions')
      .set({ revoked_at: new Date(), revoked_by: account.displayName })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (!row) {
      throw new Refusal(409, 'already-revoked', 'That place is watched again already.', {
        got: 'a suppression that was revoked',
        expected: 'one that is in force',
      });
    }
    await addEntry(trx, alertId, 'false-alarm-revoked', account, reason);
    await recordAlerts(trx, [alertId]);
    await recordChange(trx, { kind: 'suppression', entityId: id, scope: row });
    return toSuppression(row);
  });
}
