import { type Kysely, sql, type Transaction } from 'kysely';
import { ulid } from 'ulid';
import { nameOf, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { LibraryGrant, NewLibraryGrant } from '../contract/library.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { readGrant } from './read-grants.ts';

/**
 * Lets another division or department use a library of one's own.
 * @throws Refusal 404 `not-found`, 422 `grant-never-holds`
 */
export async function grantLibrary(
  db: Kysely<Schema>,
  libraryId: string,
  grant: NewLibraryGrant,
  by: Account,
): Promise<LibraryGrant> {
  const { toDivision, toDepartment, acts, startsAt, endsAt, reason } = grant;
  const [starts, ends] = [startsAt, endsAt].map((at) => (at === null ? null : new Date(at)));
  if (ends && ends.getTime() <= Math.max(Date.now(), starts?.getTime() ?? 0)) {
    throw new Refusal(422, 'grant-never-holds', 'The grant would end before it begins.', {
      got: { startsAt, endsAt },
      expected: 'an end after the beginning and after now',
    });
  }
  const id = `grant-${ulid().toLowerCase()}`;
  return db.transaction().execute(async (trx) => {
    await lockOwn(trx, libraryId, by);
    await trx
      .insertInto('library_grants')
      .values({
        id,
        library_id: libraryId,
        to_division: toDivision,
        to_department: toDepartment,
        acts: [...new Set(acts)],
        starts_at: starts ?? null,
        ends_at: ends ?? null,
        reason,
        granted_by: nameOf(by),
      })
      .execute();
    await tell(trx, libraryId, [id]);
    return readGrant(trx, id);
  });
}

/**
 * Takes a grant back: what it let be seen is out of sight from then on, and open video of it is closed.
 * @throws Refusal 404 `not-found`, 409 `already-revoked`
 */
export async function revokeGrant(db: Kysely<Schema>, id: string, reason: string, by: Account): Promise<LibraryGrant> {
  return db.transaction().execute(async (trx) => {
    const found = await trx
      .selectFrom('library_grants')
      .innerJoin('libraries', 'libraries.id', 'library_grants.library_id')
      .select(['library_id', 'revoked_at'])
      .where('library_grants.id', '=', id)
      .where('deleted_at', 'is', null)
      .where(visibleTo(by, 'libraries'))
      .forUpdate('library_grants')
      .executeTakeFirst();
    if (!found) throw notVisible('grant', id);
    if (found.revoked_at) {
      throw new Refusal(409, 'already-revoked', 'The grant was revoked before.', {
        got: found.revoked_at.toISOString(),
        expected: 'a grant that is not revoked',
      });
    }
    await revoke(trx, [id], by, reason);
    await tell(trx, found.library_id, [id]);
    return readGrant(trx, id);
  });
}

/** Revokes what is granted of a library; its news is the caller's to tell. */
export async function revokeAll(trx: Transaction<Schema>, libraryId: string, by: Account, reason: string) {
  const rows = await trx
    .selectFrom('library_grants')
    .select('id')
    .where('library_id', '=', libraryId)
    .where('revoked_at', 'is', null)
    .forUpdate()
    .execute();
  const ids = rows.map(({ id }) => id);
  await revoke(trx, ids, by, reason);
  await tell(trx, libraryId, ids);
}

async function revoke(trx: Transaction<Schema>, ids: readonly string[], by: Account, reason: string): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('library_grants')
    .set({ revoked_at: new Date(), revoked_by: nameOf(by), revoke_reason: reason })
    .where('id', 'in', ids)
    .execute();
}

/** Comes last: the owner's pages and those of the accounts that the grants reach read anew. */
async function tell(trx: Transaction<Schema>, libraryId: string, grantIds: readonly string[]): Promise<void> {
  await sql`
    update library_grants g set told_holds = grant_holds(g) where id = any (${[...grantIds]}::text[])`.execute(trx);
  await sql`
    select record_change('library', id, division, department) from libraries where id = ${libraryId}`.execute(trx);
  for (const id of grantIds) await sql`select tell_reached(${id})`.execute(trx);
}

/** @throws Refusal 404 `not-found` */
async function lockOwn(trx: Transaction<Schema>, libraryId: string, by: Account): Promise<void> {
  const found = await trx
    .selectFrom('libraries')
    .select('id')
    .where('id', '=', libraryId)
    .where('deleted_at', 'is', null)
    .where(visibleTo(by))
    .forShare()
    .executeTakeFirst();
  if (!found) throw notVisible('library', libraryId);
}

/**
 * Tells of grants that began or ended by the clock since this was last asked, however long ago that was.
 * @returns how many
 */
export async function tellTurnedGrants(db: Kysely<Schema>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string; libraryId: string }>`
      update library_grants g set told_holds = grant_holds(g)
      where revoked_at is null and told_holds <> grant_holds(g) returning id, library_id as "libraryId"`.execute(trx);
    for (const { id, libraryId } of rows) await tell(trx, libraryId, [id]);
    return rows.length;
  });
}
