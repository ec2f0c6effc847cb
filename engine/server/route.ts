import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Account } from '../contract/account.ts';
import type { ServerContext } from './context.ts';
import type { Permission } from './who-may.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Who may call a route: the holders of a permission, anyone, anyone signed in, or this machine's own monitoring. */
export type Who = Permission | 'anyone' | 'signed-in' | 'loopback-or-bearer';

/** Bytes that are sent as they are. */
export interface Bytes {
  bytes: Uint8Array | string;
  headers?: Record<string, string>;
}

/** A file that is sent as it is, or the ranges of it that were asked for. */
export interface SentFile {
  file: string;
  headers?: Record<string, string>;
}

/**
 * What a route answers with: JSON of a schema, bytes of a media type, or nothing (status 204). Where `none` says what that means,
 * there may be no bytes yet: `run` gives null, which is nobody's mistake and no error.
 */
export type Answer = z.ZodType | { mediaType: string; none?: string } | null;

/** One request, authenticated, permitted and parsed. */
interface Call<A = Account | null, P = unknown, Q = unknown, B = unknown> {
  context: ServerContext;
  account: A;
  params: P;
  query: Q;
  body: B;
  request: Request;
  response: Response;
}

/** One line of the table of routes. A path is written as express writes it: `/api/cameras/:id`. */
export interface Route {
  method: Method;
  path: string;
  who: Who;
  summary: string;
  params: z.ZodType | null;
  query: z.ZodType | null;
  body: z.ZodType | null;
  answer: Answer;
  status: number;
  /** Failed tries are counted, and too many of them answered with 429. */
  guarded: boolean;
  /** Each request is written into the audit log; absent: if it changes something. */
  recorded: boolean;
  run(call: Call): Promise<unknown> | unknown;
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type AccountOf<W extends Who> = W extends 'anyone' | 'loopback-or-bearer' ? null : Account;
type Run<W extends Who, P, Q, B> = (call: Call<AccountOf<W>, Output<P>, Output<Q>, Output<B>>) => unknown;

interface RouteText<W extends Who, P, Q, B> {
  method: Method;
  path: string;
  who: W;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  /** JSON is parsed through this schema on its way out, so a field the contract does not name does not get out. */
  answer: Answer;
  status?: number;
  guarded?: boolean;
  recorded?: boolean;
  run: Run<W, P, Q, B>;
}

/** Writes one line of the table; `run` is typed by the schemas beside it. */
export function route<
  W extends Who,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(text: RouteText<W, P, Q, B>): Route {
  const { method, path, who, summary, params, query, body, answer, guarded = false } = text;
  const recorded = text.recorded ?? method !== 'GET';
  const status = text.status ?? (answer === null ? 204 : 200);
  const run = text.run as Route['run'];
  return {
    method,
    path,
    who,
    summary,
    params: params ?? null,
    query: query ?? null,
    body: body ?? null,
    answer,
    status,
    guarded,
    recorded,
    run,
  };
}

export function isSchema(answer: Answer): answer is z.ZodType {
  return answer !== null && !('mediaType' in answer);
}
