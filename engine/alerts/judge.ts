import type { Kysely } from 'kysely';
import { ulid } from 'ulid';
import { nameOf, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Alert, AlertEntry, NewVerdict } from '../contract/alert.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import { recordAlerts, recordChange } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { readAlert } from './read-alerts.ts';
import type { Trx } from './write-alerts.ts';

/**
 * Notes that the account has taken the alert up. A second one keeps the first: its comment is appended, and no state
 * goes back.
 * @throws Refusal 404 `not-found`.
 */
export async function acknowledge(db: Kysely<Schema>, account: Account, id: string, comment: string): Promise<Alert> {
  return db.transaction().execute(async (trx) => {
    await lockAlert(trx, account, id);
    await addEntry(trx, id, 'acknowledged', account, comment);
    await trx.updateTable('alerts').set({ handling: 'acknowledged' }).where('id', '=', id).execute();
    await recordAlerts(trx, [id]);
    return present(trx, id);
  });
}

/**
 * The verdict that there was no such problem: the same kind of thing at the same place raises nothing more for
 * `suppressionMs`. What the camera sees does not change by it, so presence stays.
 * @throws Refusal 404 `not-found`.
 */
export async function callFalseAlarm(
  db: Kysely<Schema>,
  account: Account,
  id: string,
  reason: string,
  suppressionMs: number,
): Promise<Alert> {
  return db.transaction().execute(async (trx) => {
    const row = await lockAlert(trx, account, id);
    await assertNotQuiet(trx, id);
    await addEntry(trx, id, 'false-alarm', account, reason);
    await trx.updateTable('alerts').set({ verdict: 'false', true_class: null }).where('id', '=', id).execute();
    const suppressionId = ulid();
    const at = new Date();
    await trx
      .insertInto('suppressions')
      .values({
        id: suppressionId,
        alert_id: id,
        camera_id: row.camera_id,
        camera_name: row.camera_name,
        view_id: row.view_id,
        rule: row.rule,
        algorithm: row.algorithm,
        algorithm_name: row.algorithm_name && JSON.stringify(row.algorithm_name),
        class_group: row.class_group,
        box: JSON.stringify(row.boxes[0]),
        reason,
        by: account.displayName,
        at,
        until: new Date(at.getTime() + suppressionMs),
        division: row.division,
        department: row.department,
      })
      .execute();
    await recordAlerts(trx, [id]);
    await recordChange(trx, { kind: 'suppression', entityId: suppressionId, scope: row });
    return present(trx, id);
  });
}

const ENTRY_OF_VERDICT = { confirmed: 'confirmed', 'wrong-class': 'wrong-class', none: 'verdict-withdrawn' } as const;

/**
 * What a person says the alert truly is. Its place, where a false alarm keeps it quiet, is watched again with that.
 * @throws Refusal 404 `not-found`, 409 `same-verdict`, 422 `same-class`.
 */
export async function giveVerdict(db: Kysely<Schema>, account: Account, id: string, given: NewVerdict): Promise<Alert> {
  return db.transaction().execute(async (trx) => {
    const row = await lockAlert(trx, account, id);
    const { verdict, comment } = given;
    const trueClass = given.verdict === 'wrong-class' ? given.trueClass : null;
    if (row.verdict === verdict && row.true_class === trueClass) {
      throw new Refusal(409, 'same-verdict', 'That is its verdict already.', {
        got: verdict,
        expected: 'another verdict',
      });
    }
    if (trueClass !== null && trueClass === row.boxes[0]?.class) {
      throw new Refusal(422, 'same-class', 'That is the class it was called.', {
        got: trueClass,
        expected: 'another class',
      });
    }
    await watchAgain(trx, account, id, comment);
    const said = [trueClass, comment].filter((part) => part !== null && part !== '').join(' · ');
    await addEntry(trx, id, ENTRY_OF_VERDICT[verdict], account, said);
    await trx.updateTable('alerts').set({ verdict, true_class: trueClass }).where('id', '=', id).execute();
    await recordAlerts(trx, [id]);
    return present(trx, id);
  });
}

/** Revokes what keeps an alert's place quiet. */
async function watchAgain(trx: Trx, account: Account, alertId: string, comment: string): Promise<void> {
  const revoked = await trx
    .updateTable('suppressions')
    .set({ revoked_at: new Date(), revoked_by: account.displayName })
    .where('alert_id', '=', alertId)
    .where('revoked_at', 'is', null)
    .where('until', '>', new Date())
    .returning(['id', 'division', 'department'])
    .execute();
  for (const { id, ...scope } of revoked) {
    await addEntry(trx, alertId, 'false-alarm-revoked', account, comment);
    await recordChange(trx, { kind: 'suppression', entityId: id, scope });
  }
}

/** One place is kept quiet once: to revoke it is then to hear of it again. */
async function assertNotQuiet(trx: Trx, alertId: string): Promise<void> {
  const quiet = await trx
    .selectFrom('suppressions')
    .select(['id', 'until'])
    .where('alert_id', '=', alertId)
    .where('revoked_at', 'is', null)
    .where('until', '>', new Date())
    .executeTakeFirst();
  if (!quiet) return;
  throw new Refusal(409, 'already-false', 'The alert is judged a false alarm, and its place is kept quiet already.', {
    got: { alertId, suppressionId: quiet.id, until: quiet.until.toISOString() },
    expected: 'an alert whose place is not kept quiet',
  });
}

/** Locks an alert that the account may see. */
async function lockAlert(trx: Trx, account: Account, id: string) {
  const row = await trx
    .selectFrom('alerts')
    .selectAll()
    .where('id', '=', id)
    .where(visibleTo(account))
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notVisible('alert', id);
  return row;
}

/** Appends to what people did with an alert. */
export async function addEntry(
  trx: Trx,
  alertId: string,
  kind: AlertEntry['kind'],
  by: Account | string,
  comment: string,
): Promise<void> {
  await trx
    .insertInto('alert_entries')
    .values({ alert_id: alertId, kind, by: nameOf(by), comment })
    .execute();
}

async function present(trx: Trx, id: string): Promise<Alert> {
  const alert = await readAlert(trx, null, id);
  if (!alert) throw new Error(`alert ${id} is gone within its own transaction`);
  return alert;
}
