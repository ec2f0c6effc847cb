import { changePassword } from '../../accounts/accounts.ts';
import { signIn, signOut, tokenSha256 } from '../../accounts/sessions.ts';
import { Account, Credentials } from '../../contract/account.ts';
import { clearSessionCookie, sessionToken, setSessionCookie } from '../cookie.ts';
import { type Route, route } from '../route.ts';
import { PasswordChange } from '../shapes.ts';
import { Trouble } from '../trouble.ts';

/** The door: the only route whose account is known once it is done. */
export const SIGN_IN = route({
  method: 'POST',
  path: '/api/session',
  who: 'anyone',
  summary: 'Signs in: answers with the account and sets the session’s cookie.',
  body: Credentials,
  answer: Account,
  guarded: true,
  async run({ context, body, response }) {
    const session = await signIn(context.store.db, body);
    if (session === null) throw wrongCredentials();
    setSessionCookie(response, session.token, context.secure);
    return session.account;
  },
});

export const SESSION_ROUTES: Route[] = [
  SIGN_IN,
  route({
    method: 'GET',
    path: '/api/session',
    who: 'signed-in',
    summary: 'The account that is signed in.',
    answer: Account,
    run: ({ account }) => account,
  }),
  route({
    method: 'DELETE',
    path: '/api/session',
    who: 'signed-in',
    summary: 'Signs out.',
    answer: null,
    async run({ context, request, response }) {
      const token = sessionToken(request.headers.cookie);
      if (token !== null) await signOut(context.store.db, token);
      clearSessionCookie(response, context.secure);
      context.sessionsEnded();
    },
  }),
  route({
    method: 'POST',
    path: '/api/session/password',
    who: 'signed-in',
    summary: 'Changes one’s own password and ends the account’s other sessions.',
    body: PasswordChange,
    answer: null,
    guarded: true,
    async run({ context, account, body, request }) {
      const token = sessionToken(request.headers.cookie);
      await changePassword(context.store.db, account.id, body.next, {
        current: body.current,
        ...(token === null ? {} : { keepTokenSha256: tokenSha256(token) }),
      });
      context.sessionsEnded();
    },
  }),
];

/** The same whether the name is unknown or the password is wrong. */
function wrongCredentials(): Trouble {
  return new Trouble(401, {
    code: 'wrong-credentials',
    message: 'The name or the password is not right.',
    got: null,
    expected: null,
  });
}
