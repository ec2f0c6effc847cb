import type { Kysely } from 'kysely';
import { ulid } from 'ulid';
import type { z } from 'zod';
import type { Account } from '../contract/account.ts';
import type { NewSavedFilter, SavedFilter } from '../contract/case-filter.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

const MOST = 30;

/** An account's own, by name. */
export function listFilters(db: Kysely<Schema>, { id }: Account): Promise<SavedFilter[]> {
  return db
    .selectFrom('saved_filters')
    .select(['id', 'name', 'filter'])
    .where('account_id', '=', id)
    .orderBy('name')
    .execute();
}

/** Keeps a filter; one of the same name is replaced. @throws Refusal 409 `too-many-filters` */
export async function saveFilter(
  db: Kysely<Schema>,
  account: Account,
  { name, filter }: z.infer<typeof NewSavedFilter>,
): Promise<SavedFilter> {
  const kept = await listFilters(db, account);
  if (kept.length >= MOST && !kept.some((one) => one.name === name)) {
    throw new Refusal(409, 'too-many-filters', 'You have too many filters of your own.', {
      got: kept.length,
      expected: `at most ${MOST}; remove one first`,
    });
  }
  const text = JSON.stringify(filter);
  return db
    .insertInto('saved_filters')
    .values({ id: `filter-${ulid().toLowerCase()}`, account_id: account.id, name, filter: text })
    .onConflict((conflict) => conflict.columns(['account_id', 'name']).doUpdateSet({ filter: text }))
    .returning(['id', 'name', 'filter'])
    .executeTakeFirstOrThrow();
}

/** @throws Refusal 404 `not-found` */
export async function removeFilter(db: Kysely<Schema>, account: Account, id: string): Promise<void> {
  const gone = await db
    .deleteFrom('saved_filters')
    .where('id', '=', id)
    .where('account_id', '=', account.id)
    .returning('id')
    .executeTakeFirst();
  if (!gone) throw notVisible('filter', id);
}
