import { type Kysely, sql, type Transaction } from 'kysely';
import type { Account } from '../contract/account.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

/** What a phone sends: named by it, so that what comes twice is done once. */
export interface PhonePost {
  clientId: string;
  what: string;
  caseId: string;
  doneAt: Date;
}

/** The post came before: there is nothing more to do for it. */
export class CameBeforeError extends Error {
  override name = 'CameBeforeError';
}

const MOST_AHEAD_MS = 120_000;

/**
 * The case that a post led to when it came before; null: it did not.
 * @throws Refusal 409 `id-taken`: another's post, or one of another kind, has that id
 */
export async function postedBefore(
  db: Kysely<Schema>,
  account: Account,
  { clientId, what }: Pick<PhonePost, 'clientId' | 'what'>,
): Promise<string | null> {
  const row = await db.selectFrom('patrol_posts').selectAll().where('client_id', '=', clientId).executeTakeFirst();
  if (!row) return null;
  if (row.account_id === account.id && row.what === what) return row.case_id;
  throw new Refusal(409, 'id-taken', 'Something else was sent with that id.', {
    got: clientId,
    expected: 'an id that the phone has used for nothing else',
  });
}

/**
 * Notes a post, in the transaction that does what it asks for. A phone whose clock is ahead cannot do what is yet to come.
 * @throws CameBeforeError
 */
export async function notePost(trx: Transaction<Schema>, account: Account, post: PhonePost): Promise<void> {
  const { clientId: client_id, what, caseId: case_id } = post;
  const latest = new Date(Date.now() + MOST_AHEAD_MS);
  const row = await trx
    .insertInto('patrol_posts')
    .values({
      ...{ client_id, what, case_id, account_id: account.id, by: account.displayName },
      done_at: post.doneAt > latest ? new Date() : post.doneAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('client_id')
    .executeTakeFirst();
  if (!row) throw new CameBeforeError();
}

/** The unit of an officer. */
export function unitOf(account: Account): string {
  if (account.unitId) return account.unitId;
  throw new Refusal(403, 'no-unit', 'This account is bound to no unit.', {
    got: account.username,
    expected: 'an officer that the desk has put into a unit',
  });
}

/**
 * How an officer's unit stands to a case: `now` it is the unit's, or it `was`, or the officer reported it.
 * @throws Refusal 404 `not-found`: it never was
 */
export async function assertOwnCase(db: Kysely<Schema>, account: Account, caseId: string): Promise<'now' | 'was'> {
  const unitId = unitOf(account);
  const { rows } = await sql<{ isNow: boolean }>`
    select c.unit_id is not distinct from ${unitId} as "isNow" from cases c
    where c.id = ${caseId} and (c.unit_id = ${unitId}
      or exists (select from case_entries e where e.case_id = c.id and e.kind = 'assigned' and e.unit_id = ${unitId})
      or exists (select from patrol_posts p where p.case_id = c.id and p.what = 'report' and p.account_id = ${account.id}))`.execute(
    db,
  );
  if (!rows[0]) throw notVisible('case', caseId);
  return rows[0].isNow ? 'now' : 'was';
}
