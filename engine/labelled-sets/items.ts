import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import type { Account } from '../contract/account.ts';
import type { Verdict } from '../contract/alert.ts';
import type { LabelledItem, LabelledItemPage } from '../contract/labelled-set.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { LabelledItemsTable } from '../store/labelled-tables.ts';
import type { Schema } from '../store/schema.ts';
import { itemVisibleTo, readSet, reviseSet } from './sets.ts';

/** all; those with a box of a class; those with none. */
export interface ItemWish {
  after: string | null;
  limit: number;
  class?: string | undefined;
  negatives?: boolean | undefined;
}

/** A page of a set's pictures, the newest first. @throws Refusal 404 `not-found` */
export async function readItems(
  db: Kysely<Schema>,
  account: Account | null,
  setId: string,
  { after, limit, class: name, negatives = false }: ItemWish,
): Promise<z.infer<typeof LabelledItemPage>> {
  await readSet(db, account, setId);
  const rows = await itemsOf(db, account)
    .where('set_id', '=', setId)
    .$if(after !== null, (query) => query.where('labelled_items.id', '<', after!))
    .$if(negatives, (query) => query.where(sql<boolean>`jsonb_array_length(boxes) = 0`))
    .$if(name !== undefined, (query) => query.where(sql<boolean>`boxes @> ${JSON.stringify([{ class: name }])}::jsonb`))
    .orderBy('labelled_items.id', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(toItem);
  return { items, next: rows.length > limit ? items.at(-1)!.id : null };
}

/** A picture's file. @throws Refusal 404 `not-found` */
export async function itemFile(
  db: Kysely<Schema>,
  folder: string,
  account: Account | null,
  id: string,
): Promise<string> {
  const row = await itemsOf(db, account).where('labelled_items.id', '=', id).executeTakeFirst();
  if (!row) throw notVisible('picture of a labelled set', id);
  return join(folder, row.path);
}

/**
 * Takes a picture out of its set.
 * @throws Refusal 404 `not-found`, 409 `item-of-verdict`
 */
export async function removeItem(db: Kysely<Schema>, folder: string, account: Account, id: string): Promise<void> {
  const row = await itemsOf(db, account).where('labelled_items.id', '=', id).executeTakeFirst();
  if (!row) throw notVisible('picture of a labelled set', id);
  if (row.alert_id !== null) {
    throw new Refusal(409, 'item-of-verdict', 'This picture follows from the verdict on an alert.', {
      got: row.alert_id,
      expected: 'a picture that was imported; change the verdict instead',
    });
  }
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('labelled_items').where('id', '=', id).execute();
    await reviseSet(trx, row.set_id);
  });
  await rm(join(folder, row.path), { force: true });
}

function itemsOf(db: Kysely<Schema>, account: Account | null) {
  return db
    .selectFrom('labelled_items')
    .leftJoin('labelled_verdicts', 'labelled_verdicts.item_id', 'labelled_items.id')
    .selectAll('labelled_items')
    .select('labelled_verdicts.verdict')
    .where(itemVisibleTo(account));
}

function toItem(row: Selectable<LabelledItemsTable> & { verdict: Verdict | null }): LabelledItem {
  return {
    id: row.id,
    setId: row.set_id,
    name: row.name,
    widthPx: row.width_px,
    heightPx: row.height_px,
    boxes: row.boxes,
    crop: row.crop,
    clipId: row.clip_id,
    atMs: row.at_ms,
    alertId: row.alert_id,
    verdict: row.verdict === 'none' ? null : row.verdict,
    at: row.at.toISOString(),
  };
}
