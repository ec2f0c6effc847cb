import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql, type Transaction } from 'kysely';
import { ulid } from 'ulid';
import { nameOf, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { LabelledSet, NewLabelledSet } from '../contract/labelled-set.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

/** The condition that an item is the account's to see: what came from no camera is everybody's. */
export function itemVisibleTo(account: Account | null) {
  return () => sql<boolean>`(labelled_items.division is null or ${visibleTo(account, 'labelled_items')()})`;
}

/** Sets with what the account may see of each, by name; `id`: that one alone. */
export async function readSets(
  db: Kysely<Schema>,
  account: Account | null,
  { id }: { id?: string } = {},
): Promise<LabelledSet[]> {
  const sets = await db
    .selectFrom('labelled_sets')
    .selectAll()
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .orderBy('name')
    .execute();
  const counts = await db
    .selectFrom('labelled_items')
    .select([
      'set_id',
      sql<number>`count(*)::int`.as('pictures'),
      sql<number>`coalesce(sum(jsonb_array_length(boxes)), 0)::int`.as('boxes'),
      sql<number>`(count(*) filter (where jsonb_array_length(boxes) = 0))::int`.as('negatives'),
    ])
    .where(itemVisibleTo(account))
    .$if(id !== undefined, (query) => query.where('set_id', '=', id!))
    .groupBy('set_id')
    .execute();
  const clips = await db
    .selectFrom('labelled_clips')
    .selectAll('labelled_clips')
    .select(
      sql<number>`(select count(*)::int from labelled_items i where i.clip_id = labelled_clips.id)`.as('pictures'),
    )
    .$if(id !== undefined, (query) => query.where('set_id', '=', id!))
    .orderBy('name')
    .execute();
  return sets.map((row) => {
    const count = counts.find(({ set_id }) => set_id === row.id);
    return {
      id: row.id,
      name: row.name,
      licence: row.licence,
      classes: row.classes,
      algorithm: row.algorithm,
      revision: row.revision,
      by: row.made_by,
      at: row.at.toISOString(),
      pictures: count?.pictures ?? 0,
      boxes: count?.boxes ?? 0,
      negatives: count?.negatives ?? 0,
      clips: clips
        .filter(({ set_id }) => set_id === row.id)
        .map((clip) => ({
          id: clip.id,
          name: clip.name,
          durationMs: clip.duration_ms,
          everyMs: clip.every_ms,
          pictures: clip.pictures,
        })),
    };
  });
}

/** @throws Refusal 404 `not-found` */
export async function readSet(db: Kysely<Schema>, account: Account | null, id: string): Promise<LabelledSet> {
  const [found] = await readSets(db, account, { id });
  if (!found) throw notVisible('labelled set', id);
  return found;
}

/** @throws Refusal 409 `name-taken`, 422 `classes-wrong` */
export async function createSet(
  db: Kysely<Schema>,
  by: Account,
  { name, licence, classes }: NewLabelledSet,
): Promise<LabelledSet> {
  const twice = classes.find((one, i) => classes.indexOf(one) !== i);
  if (twice !== undefined) {
    const facts = { got: `"${twice}" twice`, expected: 'each class once' };
    throw new Refusal(422, 'classes-wrong', 'The names of the classes are wrong.', facts);
  }
  const id = `set-${ulid().toLowerCase()}`;
  const made = await db
    .insertInto('labelled_sets')
    .values({ id, name, licence, classes, made_by: nameOf(by) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) {
    throw new Refusal(409, 'name-taken', 'Another set has that name.', { got: name, expected: 'a name of its own' });
  }
  return readSet(db, by, id);
}

/**
 * Removes a set that was made by hand, with its pictures; what was evaluated on it stays on record.
 * @throws Refusal 404 `not-found`, 409 `set-of-verdicts`
 */
export async function removeSet(db: Kysely<Schema>, folder: string, by: Account, id: string): Promise<void> {
  const { algorithm } = await readSet(db, by, id);
  if (algorithm !== null) {
    throw new Refusal(409, 'set-of-verdicts', 'This set follows from verdicts on alerts.', {
      got: algorithm,
      expected: 'a set that was made by hand',
    });
  }
  await db.deleteFrom('labelled_sets').where('id', '=', id).execute();
  await rm(join(folder, id), { recursive: true, force: true });
}

/** Notes that a set is another one now. */
export async function reviseSet(trx: Transaction<Schema>, id: string, newClasses: readonly string[] = []) {
  await trx
    .updateTable('labelled_sets')
    .set({
      revision: sql<number>`revision + 1`,
      ...(newClasses.length > 0 && { classes: sql<string[]>`classes || ${newClasses}::text[]` }),
    })
    .where('id', '=', id)
    .execute();
}
