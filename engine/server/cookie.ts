import type { CookieOptions, Response } from 'express';

export const SESSION_COOKIE = 'chengnao_session';
/** Tells the page that there may be a session, so that a stranger's page need not ask and be told 401. No secret. */
const HINT_COOKIE = 'chengnao_here';
const LONGEST_TOKEN = 256;
const KEPT_MS = 30 * 86_400_000;

/** The session's token out of a `Cookie` header; null when there is none that could be one. */
export function sessionToken(cookieHeader: string | undefined): string | null {
  if (cookieHeader === undefined) return null;
  for (const pair of cookieHeader.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== SESSION_COOKIE) continue;
    const token = pair.slice(equals + 1).trim();
    return /^[\w.~+/=-]+$/.test(token) && token.length <= LONGEST_TOKEN ? token : null;
  }
  return null;
}

/**
 * Gives the browser the session's token. It keeps it for 30 days; when the session ends is the server's to say, since
 * each use moves the end and a wall stays on for weeks.
 */
export function setSessionCookie(response: Response, token: string, secure: boolean): void {
  response.cookie(SESSION_COOKIE, token, { ...attributes(secure), maxAge: KEPT_MS });
  response.cookie(HINT_COOKIE, '1', { ...attributes(secure), httpOnly: false, maxAge: KEPT_MS });
}

export function clearSessionCookie(response: Response, secure: boolean): void {
  response.clearCookie(SESSION_COOKIE, attributes(secure));
  response.clearCookie(HINT_COOKIE, { ...attributes(secure), httpOnly: false });
}

function attributes(secure: boolean): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure, path: '/' };
}
