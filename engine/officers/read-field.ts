import { join } from 'node:path';
import { type Kysely, type Selectable, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { CaseField, CaseMessage, CasePhoto } from '../contract/patrol.ts';
import { notVisible } from '../contract/refusal.ts';
import type { CaseMessagesTable, CasePhotosTable } from '../store/field-tables.ts';
import type { Schema } from '../store/schema.ts';

/** What came from the field on cases, each in the order in which it came. */
export async function readFields(db: Kysely<Schema>, caseIds: readonly string[]): Promise<Map<string, CaseField>> {
  const fields = new Map<string, CaseField>();
  for (const caseId of caseIds) fields.set(caseId, { caseId, photos: [], messages: [], steps: [] });
  if (caseIds.length === 0) return fields;
  const [photos, messages, posts] = await Promise.all([
    db
      .selectFrom('case_photos')
      .selectAll()
      .where('case_id', 'in', caseIds)
      .orderBy('received_at')
      .orderBy('id')
      .execute(),
    db.selectFrom('case_messages').selectAll().where('case_id', 'in', caseIds).orderBy('n').execute(),
    db
      .selectFrom('patrol_posts')
      .selectAll()
      .where('case_id', 'in', caseIds)
      .where('what', 'like', 'step-%')
      .orderBy('received_at')
      .orderBy('done_at')
      .execute(),
  ]);
  for (const row of photos) fields.get(row.case_id)!.photos.push(toPhoto(row));
  for (const row of messages) fields.get(row.case_id)!.messages.push(toMessage(row));
  for (const { case_id, what, by, done_at, received_at } of posts) {
    fields.get(case_id)!.steps.push({
      ...{ kind: what.slice('step-'.length), by, doneAt: done_at.toISOString(), receivedAt: received_at.toISOString() },
    });
  }
  return fields;
}

/** @throws Refusal 404 `not-found`. */
export async function readField(db: Kysely<Schema>, viewer: Account, caseId: string): Promise<CaseField> {
  await assertCase(db, viewer, caseId);
  return (await readFields(db, [caseId])).get(caseId)!;
}

/** @throws Refusal 404 `not-found`. */
export async function assertCase(db: Kysely<Schema>, viewer: Account, caseId: string): Promise<void> {
  const known = await db
    .selectFrom('cases')
    .select('id')
    .where('id', '=', caseId)
    .where(visibleTo(viewer))
    .executeTakeFirst();
  if (!known) throw notVisible('case', caseId);
}

/** Where a photo of a case lies; null: it has none of that id, or had none by then. Whether it may be seen is for who asks to say. */
export async function photoPath(
  db: Kysely<Schema>,
  folder: string,
  caseId: string,
  photoId: string,
  until: Date | null = null,
): Promise<string | null> {
  const row = await db
    .selectFrom('case_photos')
    .select('path')
    .where('id', '=', photoId)
    .where('case_id', '=', caseId)
    .$if(until !== null, (query) => query.where('received_at', '<=', until!))
    .executeTakeFirst();
  return row ? join(folder, row.path) : null;
}

/** Since when the case `c` has the picture `p`: it was taken, and its alert was put into the case, by a merge for example. */
export const evidenceSince = sql<Date>`greatest(p.captured_at, c.at)`;

/** Where the picture lies with which an alert of a case was raised; null: the case has none of that alert, or had none by then. */
export async function caseEvidencePath(
  { db, evidenceDir }: { db: Kysely<Schema>; evidenceDir: string },
  caseId: string,
  alertId: string,
  until: Date | null,
): Promise<string | null> {
  const row = await db
    .selectFrom('case_alerts as c')
    .innerJoin('alert_pictures as p', 'p.alert_id', 'c.alert_id')
    .select('p.path')
    .where('c.case_id', '=', caseId)
    .where('c.alert_id', '=', alertId)
    .where('p.moment', '=', 'onset')
    .$if(until !== null, (query) => query.where(evidenceSince, '<=', until))
    .executeTakeFirst();
  return row ? join(evidenceDir, row.path) : null;
}

function toPhoto(row: Selectable<CasePhotosTable>): CasePhoto {
  const { id, kind, by, taken_at, received_at, width_px, height_px, sha256, distance_m, doubts } = row;
  return {
    ...{ id, kind, by, sha256, doubts, takenAt: taken_at.toISOString(), receivedAt: received_at.toISOString() },
    ...{ widthPx: width_px, heightPx: height_px, distanceM: distance_m === null ? null : Math.round(distance_m) },
  };
}

function toMessage({ id, n, from_side, by, at, text, photo_id, voice_ms }: Selectable<CaseMessagesTable>): CaseMessage {
  return { id, n, from: from_side, by, at: at.toISOString(), text, photoId: photo_id, voiceMs: voice_ms };
}
