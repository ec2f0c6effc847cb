import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql, type Transaction } from 'kysely';
import { ulid } from 'ulid';
import { assertSees, nameOf, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import { divisionPrefix } from '../contract/division.ts';
import type { LibraryDraft, LibraryPatch, LibraryRule, NewLibrary } from '../contract/library.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { checkArea } from './check-area.ts';
import { readMaking } from './read-libraries.ts';
import { revokeAll } from './write-grants.ts';

/** The lock that triggers on cameras share: see migration 0015. */
const LIBRARIES_LOCK = 70_226_371_415;
const UNIQUE_VIOLATION = '23505';
const MOST_TOLD = 10;

/** A rule as the columns that a camera is tested by. */
function columnsOf(rule: LibraryRule | null) {
  const { tags, departments, divisions, area, inspection } = rule ?? {};
  const counties = divisions?.filter((code) => code.length === 6);
  const townships = divisions?.filter((code) => code.length > 6);
  return {
    rule: rule === null ? null : JSON.stringify(rule),
    tags: tags ?? null,
    departments: departments ?? null,
    county_patterns: counties?.map((code) => `${divisionPrefix(code)}%`) ?? null,
    township_patterns: townships?.map((code) => `${code}%`) ?? null,
    area: area ? `(${area.coordinates[0]!.map(([lng, lat]) => `(${lng},${lat})`).join(',')})` : null,
    inspection: inspection ?? null,
  };
}

function ownerOf({ division, department }: LibraryDraft, by: Account) {
  return {
    division: division ?? by.division,
    department: department === undefined ? by.department : department,
  };
}

/**
 * Makes a library of cameras of one division and department: by default those of whoever makes it.
 * @throws Refusal 409 `library-name-taken`, 403 `outside-your-scope`, 422 of `checkArea`, `unknown-cameras`, `added-and-removed`
 */
export async function createLibrary(db: Kysely<Schema>, library: NewLibrary, by: Account): Promise<string> {
  const owner = ownerOf(library, by);
  assertSees(by, owner);
  const { name, description, rule, added, removed } = library;
  const id = `library-${ulid().toLowerCase()}`;
  await write(db, name, async (trx) => {
    await trx
      .insertInto('libraries')
      .values({ id, name, description, ...owner, ...columnsOf(checked(rule)), revision: 1 })
      .execute();
    await settle(trx, id, 1, { name, description, rule, added, removed }, by);
  });
  return id;
}

/**
 * Changes what the patch names and keeps the rest; one that changes nothing makes no revision.
 * @throws Refusal 404 `not-found`, and those of `createLibrary`
 */
export async function patchLibrary(db: Kysely<Schema>, id: string, patch: LibraryPatch, by: Account): Promise<void> {
  await write(db, patch.name ?? '', async (trx) => {
    const before = await lockLibrary(trx, id, by);
    const { revision, ...making } = await readMaking(trx, id);
    const was = { name: before.name, description: before.description, ...making };
    const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const now: typeof was = { ...was, ...named };
    if (isDeepStrictEqual(now, was)) return;
    const { name, description, rule } = now;
    await trx
      .updateTable('libraries')
      .set({ name, description, ...columnsOf(checked(rule)), revision: revision + 1 })
      .where('id', '=', id)
      .execute();
    await settle(trx, id, revision + 1, now, by);
  });
}

/**
 * Takes a library away; its grants are revoked with it. Its history and the record of its uses stay.
 * @throws Refusal 404 `not-found`
 */
export async function deleteLibrary(db: Kysely<Schema>, id: string, by: Account): Promise<void> {
  await write(db, '', async (trx) => {
    const { revision } = await lockLibrary(trx, id, by);
    await revokeAll(trx, id, by, 'library deleted');
    await trx
      .updateTable('libraries')
      .set({ deleted_at: new Date(), revision: revision + 1 })
      .where('id', '=', id)
      .execute();
    await trx.deleteFrom('library_hand').where('library_id', '=', id).execute();
    await addRevision(trx, id, revision + 1, null, by);
    await sql`select refresh_library(${id})`.execute(trx);
  });
}

/**
 * How many cameras a library would hold. Nothing of it is kept.
 * @throws Refusal as `createLibrary`
 */
export async function countDraft(db: Kysely<Schema>, draft: LibraryDraft, by: Account): Promise<number> {
  const owner = ownerOf(draft, by);
  assertSees(by, owner);
  const row = JSON.stringify({ ...columnsOf(checked(draft.rule)), rule: draft.rule });
  await assertByHand(db, { ...owner, scope_prefix: divisionPrefix(owner.division) }, draft);
  // A row as it would stand in the table, so that the very same function tests it.
  const { rows } = await sql<{ count: number }>`
    with draft as materialized (
      select jsonb_populate_record(null::libraries, ${row}::jsonb) as library)
    select count(*)::int as count from cameras c, draft
    where starts_with(c.division, ${divisionPrefix(owner.division)})
      and (${owner.department}::text is null or c.department = ${owner.department})
      and (c.id = any (${draft.added}::text[]) or (c.id <> all (${draft.removed}::text[]) and library_takes(draft.library, c.tags, c.department, c.division, c.body, c.lng, c.lat, c.inspection)))`.execute(
    db,
  );
  return rows[0]!.count;
}

function checked(rule: LibraryRule | null): LibraryRule | null {
  if (rule?.area) checkArea(rule.area);
  return rule;
}

/** @throws Refusal 404 `not-found` */
async function lockLibrary(trx: Transaction<Schema>, id: string, by: Account) {
  const found = await trx
    .selectFrom('libraries')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .where(visibleTo(by))
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw notVisible('library', id);
  return found;
}

/** In a transaction during which no camera is written. */
async function write(db: Kysely<Schema>, name: string, run: (trx: Transaction<Schema>) => Promise<void>) {
  try {
    await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${LIBRARIES_LOCK})`.execute(trx);
      await run(trx);
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) throw error;
    throw new Refusal(409, 'library-name-taken', `There is a library "${name}" already.`, {
      got: name,
      expected: 'a name that no other library of its division and department has',
      cause: error,
    });
  }
}

interface Written extends Pick<LibraryDraft, 'rule' | 'added' | 'removed'> {
  name: string;
  description: string;
}

/** After a library's row is written: who is in it by hand, its revision, and its members. */
async function settle(trx: Transaction<Schema>, id: string, revision: number, written: Written, by: Account) {
  const owner = await trx
    .selectFrom('libraries')
    .select(['division', 'department', 'scope_prefix'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await assertByHand(trx, owner, written);
  await trx.deleteFrom('library_hand').where('library_id', '=', id).execute();
  await sql`
    insert into library_hand (library_id, camera_id, added)
    select distinct ${id}, camera_id, true from unnest(${written.added}::text[]) as of (camera_id)
    union select ${id}, camera_id, false from unnest(${written.removed}::text[]) as of (camera_id)`.execute(trx);
  await addRevision(trx, id, revision, written, by);
  await sql`select refresh_library(${id})`.execute(trx);
}

/** What is named by hand is there, is the owner's, and is named once. */
async function assertByHand(
  db: Kysely<Schema>,
  owner: { scope_prefix: string; department: string | null },
  { added, removed }: Pick<LibraryDraft, 'added' | 'removed'>,
): Promise<void> {
  const out = new Set(removed);
  const twice = added.filter((id) => out.has(id));
  if (twice.length > 0) {
    throw new Refusal(422, 'added-and-removed', 'A camera cannot be both added and removed.', {
      got: twice.slice(0, MOST_TOLD),
      expected: 'each camera in one of the lists',
    });
  }
  const { rows } = await sql<{ id: string }>`
    select named.id from unnest(${[...added, ...removed]}::text[]) as named (id)
    where not exists (
      select from cameras c where c.id = named.id and starts_with(c.division, ${owner.scope_prefix})
        and (${owner.department}::text is null or c.department = ${owner.department}))
    limit ${MOST_TOLD}`.execute(db);
  if (rows.length === 0) return;
  throw new Refusal(422, 'unknown-cameras', 'Some of these are no cameras of the library’s division and department.', {
    got: rows.map(({ id }) => id),
    expected: 'ids of cameras that the library’s division and department own',
  });
}

async function addRevision(
  trx: Transaction<Schema>,
  library_id: string,
  revision: number,
  written: Written | null,
  by: Account,
): Promise<void> {
  await trx
    .insertInto('library_revisions')
    .values({ library_id, revision, by: nameOf(by), body: written === null ? null : JSON.stringify(written) })
    .execute();
}
