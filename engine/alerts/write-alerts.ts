import { type Kysely, sql, type Transaction } from 'kysely';
import { recordAlerts, recordCase } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import type { FiledPicture } from './evidence-files.ts';
import type { KeptAlert } from './kept-alert.ts';

export type Trx = Transaction<Schema>;

/** What is to be written of an alert in hand. */
export interface AlertWrite {
  alert: KeptAlert;
  /** Whether a change tells of it; without one only the row is brought up to date. */
  tell: boolean;
  presenceChanged: boolean;
  pictures: FiledPicture[];
}

/**
 * Brings the rows of alerts to what the desk has in hand. Where presence changed, the case that an alert belongs to
 * changes as well: it says what the camera says. Rows are locked in the order of their ids, cases after alerts.
 */
export async function writeAlerts(db: Kysely<Schema>, writes: readonly AlertWrite[]): Promise<void> {
  if (writes.length === 0) return;
  const inOrder = [...writes].sort((a, b) => (a.alert.id < b.alert.id ? -1 : 1));
  await db.transaction().execute(async (trx) => {
    const caseIds = new Set<string>();
    for (const { alert, presenceChanged, pictures } of inOrder) {
      await updateAlert(trx, alert);
      if (presenceChanged) for (const id of await casesOf(trx, alert.id)) caseIds.add(id);
      await insertPictures(trx, alert.id, pictures);
    }
    const cases = [...caseIds].sort();
    for (const id of cases) await trx.selectFrom('cases').select('id').where('id', '=', id).forUpdate().execute();
    const told = inOrder.filter((write) => write.tell).map((write) => write.alert.id);
    if (told.length > 0) await recordAlerts(trx, told);
    for (const id of cases) await recordCase(trx, id);
  });
}

async function casesOf(trx: Trx, alertId: string): Promise<string[]> {
  const rows = await trx.selectFrom('case_alerts').select('case_id').where('alert_id', '=', alertId).execute();
  return rows.map((row) => row.case_id);
}

async function updateAlert(trx: Trx, alert: KeptAlert): Promise<void> {
  const { id, presence, endedAtMs, lastSeenAtMs, confidence, boxes } = alert;
  await trx
    .updateTable('alerts')
    .set({
      presence,
      ended_at: endedAtMs === null ? null : new Date(endedAtMs),
      last_seen_at: sql<Date>`greatest(last_seen_at, ${new Date(lastSeenAtMs)})`,
      confidence,
      boxes: JSON.stringify(boxes),
    })
    .where('id', '=', id)
    .execute();
}

/** Notes pictures that are on disk as the alert's evidence; a moment has one picture, the newest. */
export async function insertPictures(trx: Trx, alertId: string, filed: readonly FiledPicture[]): Promise<void> {
  for (const { picture, path } of filed) {
    const row = {
      captured_at: new Date(picture.capturedAtMs),
      width_px: picture.widthPx,
      height_px: picture.heightPx,
      boxes: JSON.stringify(picture.boxes),
      path,
    };
    await trx
      .insertInto('alert_pictures')
      .values({ alert_id: alertId, moment: picture.moment, ...row })
      .onConflict((conflict) => conflict.columns(['alert_id', 'moment']).doUpdateSet(row))
      .execute();
  }
}
