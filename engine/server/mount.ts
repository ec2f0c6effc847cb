import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { z } from 'zod';
import { recordRequest } from '../audits/audit-log.ts';
import type { Account } from '../contract/account.ts';
import { accountOfRequest, assertMay, identify } from './admit.ts';
import type { ServerContext } from './context.ts';
import { type Guard, openGuard } from './guard.ts';
import { ReadyJson } from './ready-json.ts';
import { type Bytes, isSchema, type Method, type Route, type SentFile } from './route.ts';
import { SIGN_IN } from './routes/session.ts';
import { foreignOrigin } from './same-origin.ts';
import { invalidInput, notSignedIn, Trouble, troubleOf } from './trouble.ts';

const VERBS: Record<Method, 'get' | 'post' | 'patch' | 'delete'> = {
  GET: 'get',
  POST: 'post',
  PATCH: 'patch',
  DELETE: 'delete',
};

const readJson = express.json({ limit: '1mb' });

/**
 * Puts the table of routes under an express application. Each request is admitted, checked for its origin, parsed, run
 * and answered through the schema of its route; what the table does not name is denied.
 */
export function mountRoutes(app: Express, routes: readonly Route[], context: ServerContext): void {
  const guard = openGuard();
  for (const route of routes) {
    app[VERBS[route.method]](route.path, async (request, response) => {
      const asked: Asked = { route, request, account: null };
      try {
        await answer(asked, guard, context, response);
      } catch (error) {
        const trouble = troubleOf(error, context.log);
        await record(asked, context, trouble.status, trouble.problem.code);
        sendTrouble(trouble, response);
      }
    });
  }
  app.use('/api', async (request, response) => {
    try {
      if ((await accountOfRequest(request, context)) === null) throw notSignedIn();
      throw unknownRoute(routes, request);
    } catch (error) {
      sendTrouble(troubleOf(error, context.log), response);
    }
  });
}

/** What express itself throws (a path that is not well encoded) becomes a `Problem` too. */
export function answerErrors(app: Express, context: ServerContext): void {
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    sendTrouble(troubleOf(error, context.log), response);
  });
}

/** A request, and who it turned out to be from. */
interface Asked {
  route: Route;
  request: Request;
  account: Account | null;
}

async function answer(asked: Asked, guard: Guard, context: ServerContext, response: Response): Promise<void> {
  const { route, request } = asked;
  response.set('Cache-Control', 'no-store');
  const { who } = route;
  const account = await identify(who, request, context);
  asked.account = account;
  if (account !== null && who !== 'anyone' && who !== 'loopback-or-bearer') assertMay(account, who);
  if (route.method !== 'GET') refuseForeignOrigin(request);
  const params = parsed('path', route.params, request.params);
  const query = parsed('query', route.query, request.query);
  let body: unknown;
  if (route.body !== null) {
    await readBody(request, response);
    // No body at all is an empty one: where every field may be absent, that is enough.
    body = parsed('body', route.body, request.body ?? {});
  }
  if (route.guarded) await guard.pass(request, response);
  const result = await route.run({ context, account, params, query, body, request, response });
  // Who signs in is known when it is done.
  if (route === SIGN_IN) asked.account = result as Account;
  await record(asked, context, route.status, null);
  await send(route, result, response);
}

/** Where somebody was is not for a log that is kept for good. */
const NOT_LOGGED = new Set(['lng', 'lat', 'accuracyM']);

/** Writes a request into the audit log before it is answered. What nobody signed in asks for is of interest at the door alone. */
async function record({ route, request, account }: Asked, context: ServerContext, status: number, code: string | null) {
  if (!route.recorded || (account === null && route !== SIGN_IN)) return;
  const { method, path, query, socket } = request;
  const logged = Object.entries(query).filter(([name]) => !NOT_LOGGED.has(name));
  const asked = logged.length > 0 ? Object.fromEntries(logged) : null;
  const { division } = context.settings;
  const fromAddress = socket.remoteAddress ?? null;
  try {
    await recordRequest(context.store.db, {
      ...{ account, division, method, route: route.path, path, query: asked, status, code, fromAddress },
    });
  } catch (error) {
    // It has been done already: that it could not be written down does not undo it.
    context.log(`not in the audit log: ${method} ${path} ${status}: ${error instanceof Error ? error.message : error}`);
  }
}

function parsed(where: 'path' | 'query' | 'body', schema: z.ZodType | null, input: unknown): unknown {
  if (schema === null) return undefined;
  const result = schema.safeParse(input);
  if (!result.success) throw invalidInput(where, result.error, input);
  return result.data;
}

function readBody(request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    readJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}

function refuseForeignOrigin(request: Request): void {
  const origin = foreignOrigin(request.headers);
  if (origin === null) return;
  throw new Trouble(403, {
    code: 'foreign-origin',
    message: 'This request comes from a page of another site.',
    got: origin,
    expected: `a page of ${request.headers.host ?? 'this server'}`,
  });
}

async function send(route: Route, result: unknown, response: Response): Promise<void> {
  response.status(route.status);
  if (route.answer === null) {
    response.end();
  } else if (result === null && 'none' in route.answer) {
    response.status(204).end();
  } else if (result instanceof ReadyJson) {
    // Answers of the API are not kept by anybody: no tag is reckoned for them.
    response.type('json').setHeader('Content-Length', result.bytes.length);
    response.end(result.bytes);
  } else if (isSchema(route.answer)) {
    response.json(route.answer.parse(result));
  } else if (isFile(result)) {
    if (!response.hasHeader('Content-Type')) response.type(route.answer.mediaType);
    response.set(result.headers ?? {});
    await sendFile(result.file, response);
  } else {
    const { bytes, headers = {} } = result as Bytes;
    response.type(route.answer.mediaType).set(headers);
    response.send(typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}

function isFile(result: unknown): result is SentFile {
  return typeof result === 'object' && result !== null && 'file' in result;
}

/** Who asked may go away in the middle: that is nobody's trouble. */
function sendFile(file: string, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    response.sendFile(file, { dotfiles: 'allow', cacheControl: false }, (error?: NodeJS.ErrnoException) => {
      if (!error || response.headersSent || error.code === 'ECONNABORTED') resolve();
      else reject('status' in error && error.status === 416 ? notInFile(response) : error);
    });
  });
}

function notInFile(response: Response): Trouble {
  return new Trouble(416, {
    code: 'no-such-range',
    message: 'The file has no such bytes.',
    got: response.req.headers.range,
    expected: 'a range within the file',
  });
}

function sendTrouble(trouble: Trouble, response: Response): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response
    .status(trouble.status)
    .set({ 'Cache-Control': 'no-store', ...trouble.headers })
    .json(trouble.problem);
}

function unknownRoute(routes: readonly Route[], request: Request): Trouble {
  const path = request.originalUrl.split('?')[0] ?? '';
  const methods = routes.filter((route) => fits(route.path, path)).map((route) => route.method);
  if (methods.length === 0) {
    const message = `There is no route ${path}.`;
    return new Trouble(404, { code: 'unknown-route', message, got: path, expected: 'a path of /api/openapi.json' });
  }
  const problem = {
    code: 'method-not-allowed',
    message: `${path} does not answer to ${request.method}.`,
    got: request.method,
    expected: methods,
  };
  return new Trouble(405, problem, { Allow: methods.join(', ') });
}

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const got = path.split('/');
  return wanted.length === got.length && wanted.every((step, i) => step.startsWith(':') || step === got[i]);
}
