import { type Kysely, type SqlBool, sql } from 'kysely';
import { readSight } from '../accounts/sight.ts';
import { seesScope, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import { GrantedAct, type Library, type LibraryMaking } from '../contract/library.ts';
import { notVisible } from '../contract/refusal.ts';
import type { Scope } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';

/** The libraries of the account's own division and department and those granted to it, by name; with `id` that one alone. */
export async function listLibraries(db: Kysely<Schema>, account: Account, id?: string): Promise<Library[]> {
  const granted = new Map<string, GrantedAct[]>();
  for (const act of GrantedAct.options)
    for (const of of (await readSight(db, account, act)).libraryIds) granted.set(of, [...(granted.get(of) ?? []), act]);
  let query = db
    .selectFrom('libraries')
    .select(['id', 'name', 'description', 'division', 'department'])
    .select(sql<boolean>`rule is not null`.as('byRule'))
    .select(sql<boolean>`exists (select from library_hand where library_id = libraries.id)`.as('byHand'))
    .select(sql<number>`(select count(*)::int from library_cameras where library_id = libraries.id)`.as('cameras'))
    .where('deleted_at', 'is', null)
    .where(sql<SqlBool>`(${visibleTo(account, 'libraries')()} or id = any (${[...granted.keys()]}::text[]))`)
    .orderBy('name')
    .orderBy('id');
  if (id !== undefined) query = query.where('id', '=', id);
  const rows = await query.execute();
  return rows.map(({ byRule, byHand, ...row }) => ({
    ...row,
    kind: !byRule ? 'hand' : byHand ? 'rule-and-hand' : 'rule',
    acts: seesScope(account, row) ? null : (granted.get(row.id) ?? []),
  }));
}

/** @throws Refusal 404 `not-found` */
export async function readLibrary(db: Kysely<Schema>, account: Account, id: string): Promise<Library> {
  const [found] = await listLibraries(db, account, id);
  if (!found) throw notVisible('library', id);
  return found;
}

/** @throws Refusal 404 `not-found`, also for one that is only granted */
export async function readOwnLibrary(db: Kysely<Schema>, account: Account, id: string): Promise<Library> {
  const found = await readLibrary(db, account, id);
  if (found.acts !== null) throw notVisible('library', id);
  return found;
}

export async function readMaking(db: Kysely<Schema>, id: string): Promise<LibraryMaking> {
  const { rule, revision } = await db
    .selectFrom('libraries')
    .select(['rule', 'revision'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const hand = await db
    .selectFrom('library_hand')
    .select(['camera_id', 'added'])
    .where('library_id', '=', id)
    .orderBy('camera_id')
    .execute();
  const named = (wanted: boolean) => hand.filter(({ added }) => added === wanted).map(({ camera_id }) => camera_id);
  return { rule, added: named(true), removed: named(false), revision };
}

/** Whose the libraries are; those that are gone have none. */
export async function readLibraryScopes(
  db: Kysely<Schema>,
  ids: readonly string[],
): Promise<(Scope & { id: string })[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('libraries')
    .select(['id', 'division', 'department'])
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .execute();
}
