import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import { sessionToken } from './cookie.ts';
import { Trouble } from './trouble.ts';

const WINDOW_MS = 15 * 60_000;
const FAILURES_PER_USER = 10;
const FAILURES_PER_ADDRESS = 100;

/** Counts failed passwords; with too many of them in 15 minutes the next try is answered with 429. */
export interface Guard {
  pass(request: Request, response: Response): Promise<void>;
}

/** One guard for all routes where a password can be guessed: per address and user, and per address alone. */
export function openGuard(): Guard {
  const limits = [
    limit(FAILURES_PER_USER, (request) => `${address(request)} ${request.path} ${userOf(request)}`),
    limit(FAILURES_PER_ADDRESS, address),
  ];
  return {
    async pass(request, response) {
      for (const handler of limits) await passed(handler, request, response);
    },
  };
}

function limit(failures: number, keyGenerator: (request: Request) => string): RequestHandler {
  const options: Partial<Options> = {
    windowMs: WINDOW_MS,
    limit: failures,
    keyGenerator,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401 && response.statusCode !== 403,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_request, _response, next) => next(tooManyTries(failures)),
  };
  return rateLimit(options);
}

function passed(handler: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    handler(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}

function tooManyTries(failures: number): Trouble {
  const problem = {
    code: 'too-many-tries',
    message: 'Too many failed tries. Wait 15 minutes and try again.',
    got: `${failures} failed tries`,
    expected: `fewer than ${failures} in 15 minutes`,
  };
  return new Trouble(429, problem, { 'Retry-After': String(WINDOW_MS / 1000) });
}

function address(request: Request): string {
  return ipKeyGenerator(request.ip ?? 'unknown');
}

/** Whose password is tried: the one named in the body, else the holder of the session. */
function userOf(request: Request): string {
  const body: unknown = request.body;
  const named = typeof body === 'object' && body !== null && 'username' in body ? body.username : undefined;
  if (typeof named === 'string') return named.trim().normalize('NFKC').toLowerCase();
  return sessionToken(request.headers.cookie) ?? '';
}
