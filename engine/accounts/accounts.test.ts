import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewAccount } from '../contract/account.ts';
import { Refusal } from '../contract/refusal.ts';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { changePassword, createAccount, ensureAdministrator, listAccounts } from './accounts.ts';
import { accountOfToken, signIn, signOut, tokenSha256 } from './sessions.ts';

function newAccount(settings: Partial<NewAccount>): NewAccount {
  return {
    username: '张伟',
    displayName: '张伟',
    password: '一个很长的密码 #1',
    roles: ['operator'],
    division: '371402',
    department: null,
    ...settings,
  };
}

describe.each(await kindsHere())('accounts on the %s server', (kind) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore(kind);
  });
  afterAll(() => opened.remove());
  const db = () => opened.store.db;

  test('the first administrator’s password is shown once, and works', async () => {
    const first = await ensureAdministrator(db(), { division: '371400' });
    expect(first.password).toMatch(/^[\w-]{16}$/);
    expect(await ensureAdministrator(db(), { division: '371400' })).toEqual({ username: 'admin', password: null });
    const session = await signIn(db(), { username: 'admin', password: first.password! });
    expect(session?.account).toMatchObject({ username: 'admin', division: '371400', department: null });
    expect(session?.account.roles).toContain('administrator');
  });

  test('a name is taken in whatever case, and a password is never in what is answered', async () => {
    const made = await createAccount(db(), newAccount({ username: 'Wang.Li' }));
    expect(JSON.stringify(made)).not.toContain('密码');
    const again = createAccount(db(), newAccount({ username: 'wang.li' }));
    await expect(again).rejects.toMatchObject({ status: 409, code: 'username-taken', got: 'wang.li' });
    const { password_hash } = await db()
      .selectFrom('accounts')
      .select('password_hash')
      .where('id', '=', made.id)
      .executeTakeFirstOrThrow();
    expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('a session is found by its token alone, and its token is not in the database', async () => {
    await createAccount(db(), newAccount({ username: 'session' }));
    const session = (await signIn(db(), { username: 'SESSION', password: '一个很长的密码 #1' }))!;
    expect(Buffer.from(session.token, 'base64url')).toHaveLength(32);
    expect(session.expiresAt.getTime() - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
    expect((await accountOfToken(db(), session.token))?.username).toBe('session');
    expect(await accountOfToken(db(), `${session.token}x`)).toBeNull();
    const rows = await db().selectFrom('sessions').select('token_sha256').execute();
    expect(rows.some((row) => row.token_sha256.equals(tokenSha256(session.token)))).toBe(true);
    expect(rows.some((row) => row.token_sha256.equals(Buffer.from(session.token, 'base64url')))).toBe(false);
    await signOut(db(), session.token);
    expect(await accountOfToken(db(), session.token)).toBeNull();
  });

  test('a session that is used goes on for 12 hours, and one past its end is no session', async () => {
    await createAccount(db(), newAccount({ username: 'slide' }));
    const session = (await signIn(db(), { username: 'slide', password: '一个很长的密码 #1' }))!;
    const token_sha256 = tokenSha256(session.token);
    const setEnd = (inMs: number) =>
      db()
        .updateTable('sessions')
        .set({ expires_at: new Date(Date.now() + inMs) })
        .where('token_sha256', '=', token_sha256)
        .execute();
    await setEnd(60_000);
    expect(await accountOfToken(db(), session.token)).not.toBeNull();
    const { expires_at } = await db()
      .selectFrom('sessions')
      .select('expires_at')
      .where('token_sha256', '=', token_sha256)
      .executeTakeFirstOrThrow();
    expect(expires_at.getTime() - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
    await setEnd(-1);
    expect(await accountOfToken(db(), session.token)).toBeNull();
  });

  test('an unknown name and a wrong password take as long to refuse', async () => {
    await createAccount(db(), newAccount({ username: 'timing' }));
    const refuse = async (username: string): Promise<number> => {
      const startMs = performance.now();
      expect(await signIn(db(), { username, password: 'not the password' })).toBeNull();
      return performance.now() - startMs;
    };
    await refuse('warm-up');
    // In turns, and the least of each: what else the machine does falls on both alike.
    let knownMs = Number.POSITIVE_INFINITY;
    let unknownMs = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 10; n++) {
      knownMs = Math.min(knownMs, await refuse('timing'));
      unknownMs = Math.min(unknownMs, await refuse('nobody-at-all'));
    }
    expect(unknownMs / knownMs).toBeGreaterThan(0.5);
    expect(unknownMs / knownMs).toBeLessThan(2);
  });

  test('a new password ends all sessions but the one that changed it', async () => {
    const account = await createAccount(db(), newAccount({ username: 'change' }));
    const credentials = { username: 'change', password: '一个很长的密码 #1' };
    const other = (await signIn(db(), credentials))!;
    const own = (await signIn(db(), credentials))!;
    const wrong = changePassword(db(), account.id, 'another password', { current: 'not it' });
    await expect(wrong).rejects.toMatchObject({ status: 403, code: 'wrong-password' });
    await expect(changePassword(db(), account.id, 'short')).rejects.toBeInstanceOf(Refusal);
    await changePassword(db(), account.id, 'another password', {
      current: credentials.password,
      keepTokenSha256: tokenSha256(own.token),
    });
    expect(await accountOfToken(db(), other.token)).toBeNull();
    expect(await accountOfToken(db(), own.token)).not.toBeNull();
    expect(await signIn(db(), credentials)).toBeNull();
  });

  test('an administrator of a county makes and sees the accounts of that county', async () => {
    const county = await createAccount(db(), newAccount({ username: 'county', division: '371481' }));
    const beyond = createAccount(db(), newAccount({ username: 'beyond', division: '371400' }), county);
    await expect(beyond).rejects.toMatchObject({ status: 403, code: 'outside-your-scope' });
    await createAccount(db(), newAccount({ username: 'within', division: '371481', department: '公安' }), county);
    expect((await listAccounts(db(), county)).map((account) => account.username)).toEqual(['county', 'within']);
  });
});
