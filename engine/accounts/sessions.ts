import { createHash, randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Account, Credentials } from '../contract/account.ts';
import type { Schema } from '../store/schema.ts';
import { toAccount } from './accounts.ts';
import { verifyPassword } from './passwords.ts';

const SESSION_MS = 12 * 3_600_000;
/** A session's end is moved at most this often, so that reading does not mean writing. */
const SLIDE_EVERY_MS = 300_000;

/** What is kept of a token. */
export function tokenSha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** @returns null when name and password do not belong together, after the same work as when they do. */
export async function signIn(
  db: Kysely<Schema>,
  { username, password }: Credentials,
): Promise<{ account: Account; token: string; expiresAt: Date } | null> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where(sql<boolean>`lower(username) = lower(${username.normalize('NFC')})`)
    .executeTakeFirst();
  const right = await verifyPassword(row?.password_hash ?? null, password);
  if (!row || !right) return null;
  const token = randomBytes(32).toString('base64url');
  const expires_at = new Date(Date.now() + SESSION_MS);
  await db
    .insertInto('sessions')
    .values({ token_sha256: tokenSha256(token), account_id: row.id, expires_at })
    .execute();
  await db.deleteFrom('sessions').where('expires_at', '<', new Date()).execute();
  return { account: toAccount(row), token, expiresAt: expires_at };
}

/** The account whose session this is; null when it ended. Using a session moves its end to 12 hours from now. */
export async function accountOfToken(db: Kysely<Schema>, token: string): Promise<Account | null> {
  const token_sha256 = tokenSha256(token);
  const row = await db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .selectAll('accounts')
    .select('sessions.expires_at')
    .where('token_sha256', '=', token_sha256)
    .where('expires_at', '>', new Date())
    .executeTakeFirst();
  if (!row) return null;
  const expires_at = new Date(Date.now() + SESSION_MS);
  if (expires_at.getTime() - row.expires_at.getTime() > SLIDE_EVERY_MS) {
    await db.updateTable('sessions').set({ expires_at }).where('token_sha256', '=', token_sha256).execute();
  }
  return toAccount(row);
}

export async function signOut(db: Kysely<Schema>, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('token_sha256', '=', tokenSha256(token)).execute();
}
