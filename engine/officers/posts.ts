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

/** How long a case that is closed, another unit's, or was reported by the officer is still seen on the phone. */
export const KEPT_ON_PHONE_MS = 12 * 3_600_000;

/** When the case `c` of a query was taken from a unit or returned by it; null: the unit has it, or never had it. */
export const leftUnitAt = (unitId: string) => sql<Date | null>`(
  select min(l.at) from case_entries l where l.case_id = c.id
    and (l.kind in ('returned', 'recalled', 'reopened') or (l.kind = 'assigned' and l.unit_id is distinct from ${unitId}))
    and l.n > (select max(h.n) from case_entries h
      where h.case_id = c.id and h.kind = 'assigned' and h.unit_id = ${unitId}))`;

/** How an officer stands to a case: it is their unit's, it was until then, or they reported it. */
type OwnCase = { stands: 'now' | 'reported'; leftAt: null } | { stands: 'was'; leftAt: Date };

/**
 * How an officer stands to a case. What the unit had is seen for twelve hours more, as it was when it left; so is what was closed or
 * reported.
 * @throws Refusal 404 `not-found`: it never was the unit's, or is no more
 */
export async function assertOwnCase(db: Kysely<Schema>, account: Account, caseId: string): Promise<OwnCase> {
  const unitId = unitOf(account);
  const since = new Date(Date.now() - KEPT_ON_PHONE_MS);
  const { rows } = await sql<{ isNow: boolean; leftAt: Date | null; reported: boolean }>`
    select (c.unit_id = ${unitId} and (c.state <> 'closed' or c.closed_at > ${since})) is true as "isNow",
      ${leftUnitAt(unitId)} as "leftAt",
      exists (select from patrol_posts p where p.case_id = c.id and p.what = 'report'
        and p.account_id = ${account.id} and p.received_at > ${since}) as reported
    from cases c where c.id = ${caseId}`.execute(db);
  const row = rows[0];
  if (row?.isNow) return { stands: 'now', leftAt: null };
  if (row?.leftAt && row.leftAt > since) return { stands: 'was', leftAt: row.leftAt };
  if (row?.reported) return { stands: 'reported', leftAt: null };
  throw notVisible('case', caseId);
}

/**
 * Of a case that the unit had, nothing but notes is taken, photos from before it left, and what came before already.
 * @param takenAt of a photo, by the phone
 * @throws Refusal 404 `not-found`, 409 `not-yours-now`
 */
export async function assertMaySend(
  db: Kysely<Schema>,
  account: Account,
  caseId: string,
  post: Pick<PhonePost, 'clientId' | 'what'>,
  takenAt?: string,
): Promise<void> {
  if ((await postedBefore(db, account, post)) === caseId) return;
  const { leftAt } = await assertOwnCase(db, account, caseId);
  if (leftAt === null || (takenAt !== undefined && new Date(takenAt) <= leftAt)) return;
  throw notYoursNow(caseId);
}

export function notYoursNow(caseId: string): Refusal {
  return new Refusal(409, 'not-yours-now', 'The case is no longer your unit’s: the desk has sent it elsewhere.', {
    got: caseId,
    expected: 'a case that is your unit’s now',
  });
}
