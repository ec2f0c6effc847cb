import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { Request } from 'express';
import { accountOfToken } from '../accounts/sessions.ts';
import type { Account } from '../contract/account.ts';
import type { ServerContext } from './context.ts';
import { sessionToken } from './cookie.ts';
import type { Who } from './route.ts';
import { notSignedIn, Trouble } from './trouble.ts';
import { may, type Permission, WHO_MAY } from './who-may.ts';

/** The account whose session the request's cookie carries; null when there is none. */
export async function accountOfRequest(request: Request, context: ServerContext): Promise<Account | null> {
  const token = sessionToken(request.headers.cookie);
  return token === null ? null : accountOfToken(context.store.db, token);
}

/**
 * Tells who calls, or throws the `Trouble` that a request is answered with; whether they may is for `assertMay` to say.
 * @returns null for the routes that need no account
 */
export async function identify(who: Who, request: Request, context: ServerContext): Promise<Account | null> {
  if (who === 'anyone') return null;
  if (who === 'loopback-or-bearer') {
    if (fromThisMachine(request) || bearsToken(request, context.metricsToken)) return null;
    throw new Trouble(401, {
      code: 'not-this-machine',
      message: 'This is open to this machine, and to the bearer of CHENGNAO_METRICS_TOKEN.',
      got: 'another machine without the token',
      expected: 'a request from this machine, or Authorization: Bearer …',
    });
  }
  const account = await accountOfRequest(request, context);
  if (account === null) throw notSignedIn();
  return account;
}

/** @throws Trouble 403 `not-allowed` */
export function assertMay(account: Account, who: Permission | 'signed-in'): void {
  if (who === 'signed-in' || may(account, who)) return;
  throw new Trouble(403, {
    code: 'not-allowed',
    message: `Your role may not do this (${who}).`,
    got: account.roles,
    expected: WHO_MAY[who],
  });
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** A proxy on this machine speaks for others, and says so in its headers. */
function fromThisMachine(request: Request): boolean {
  if (request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined) return false;
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/i, '');
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function bearsToken(request: Request, token: string | null): boolean {
  const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === null || token === '' || given === undefined) return false;
  return timingSafeEqual(sha256(given), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
