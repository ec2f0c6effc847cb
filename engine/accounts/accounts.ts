import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { ulid } from 'ulid';
import type { Account, NewAccount } from '../contract/account.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { AccountsTable, Schema } from '../store/schema.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { assertSees, visibleTo } from './visible-to.ts';

const ADMINISTRATOR = 'admin';
const UNIQUE_VIOLATION = '23505';
const LEAST_PASSWORD_LENGTH = 10;

/** What the wire may know of a row: never its password. */
export function toAccount(row: Selectable<AccountsTable>): Account {
  const { id, username, display_name, roles, division, department, unit_id } = row;
  return { id, username, displayName: display_name, roles, division, department, ...(unit_id && { unitId: unit_id }) };
}

/**
 * Makes an account; with `by`, only within what that account sees.
 * @throws Refusal 409 `username-taken` (upper and lower case are the same name), 403 `outside-your-scope`.
 */
export async function createAccount(db: Kysely<Schema>, account: NewAccount, by?: Account): Promise<Account> {
  const { username, displayName, password, roles, division, department } = account;
  if (by) assertSees(by, { division, department });
  const password_hash = await hashPassword(password);
  try {
    const row = await db
      .insertInto('accounts')
      .values({
        id: ulid(),
        username: username.normalize('NFC'),
        display_name: displayName,
        password_hash,
        roles,
        division,
        department,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toAccount(row);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) throw error;
    throw new Refusal(409, 'username-taken', `The name "${username}" is taken.`, {
      got: username,
      expected: 'a name that no other account has',
      cause: error,
    });
  }
}

/** By name; with `account`, those within what it sees. */
export async function listAccounts(db: Kysely<Schema>, account: Account | null = null): Promise<Account[]> {
  const rows = await db.selectFrom('accounts').selectAll().where(visibleTo(account)).orderBy('username').execute();
  return rows.map(toAccount);
}

/**
 * Sees to it that there is an account `admin` over the whole city.
 * @returns its password when it was made now, the only time that it can be shown; null when it was there.
 */
export async function ensureAdministrator(
  db: Kysely<Schema>,
  { division, password }: { division: string; password?: string | undefined },
): Promise<{ username: 'admin'; password: string | null }> {
  const found = await db.selectFrom('accounts').select('id').where('username', '=', ADMINISTRATOR).executeTakeFirst();
  if (found) return { username: ADMINISTRATOR, password: null };
  // One that the operator of the machine chose is theirs to choose.
  const chosen = password ?? randomBytes(12).toString('base64url');
  await createAccount(db, {
    username: ADMINISTRATOR,
    displayName: '管理员',
    password: chosen,
    roles: ['administrator', 'operator', 'dispatcher', 'model-admin'],
    division,
    department: null,
  });
  return { username: ADMINISTRATOR, password: chosen };
}

/**
 * Gives an account a new password and ends its sessions, all but the one of `keepTokenSha256`. With `current` the old
 * password must be right: for those who change their own.
 * @throws Refusal 404 `not-found`, 403 `wrong-password`, 422 `password-too-short`.
 */
export async function changePassword(
  db: Kysely<Schema>,
  accountId: string,
  next: string,
  options: { current?: string; keepTokenSha256?: Buffer } = {},
): Promise<void> {
  assertPassword(next);
  const row = await db.selectFrom('accounts').select('password_hash').where('id', '=', accountId).executeTakeFirst();
  if (!row) throw notVisible('account', accountId);
  if (options.current !== undefined && !(await verifyPassword(row.password_hash, options.current))) {
    throw new Refusal(403, 'wrong-password', 'The current password is not right.', {
      got: 'another password',
      expected: 'the current password',
    });
  }
  const password_hash = await hashPassword(next);
  const kept = options.keepTokenSha256 ?? Buffer.alloc(0);
  await db.transaction().execute(async (trx) => {
    await trx.updateTable('accounts').set({ password_hash }).where('id', '=', accountId).execute();
    await trx.deleteFrom('sessions').where('account_id', '=', accountId).where('token_sha256', '<>', kept).execute();
  });
}

function assertPassword(password: string): void {
  if (password.length >= LEAST_PASSWORD_LENGTH) return;
  throw new Refusal(422, 'password-too-short', `A password has at least ${LEAST_PASSWORD_LENGTH} characters.`, {
    got: `${password.length} characters`,
    expected: `${LEAST_PASSWORD_LENGTH} or more`,
  });
}
