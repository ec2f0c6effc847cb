import { z } from 'zod';
import { Problem } from '#engine/contract/problem.ts';
import { noteServerDate } from './clock.ts';

const ANSWER_WITHIN_MS = 20_000;

/** The API refused, could not be reached (status 0), or answered in a form that this page does not know. */
export class Refused extends Error {
  readonly status: number;
  readonly problem: Problem;
  constructor(status: number, problem: Problem, options?: ErrorOptions) {
    super(`${problem.code}: ${problem.message}`, options);
    this.name = 'Refused';
    this.status = status;
    this.problem = problem;
  }
}

/** Any thrown thing as a problem that can be shown. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Refused) return thrown.problem;
  return { code: 'page-error', message: String(thrown), got: null, expected: null };
}

let sessionEnded = (): void => {};

/** What to do when the API says that nobody is signed in. One listener: the session. */
export function onSessionEnded(listener: () => void): void {
  sessionEnded = listener;
}

/** A request whose answer is still raw. Throws Refused for every status but 2xx. */
export async function request(path: string, init: RequestInit = {}, withinMs = ANSWER_WITHIN_MS): Promise<Response> {
  const sentAtMs = Date.now();
  const timeout = AbortSignal.timeout(withinMs);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  let answer: Response;
  try {
    answer = await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init, signal });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    const problem = { code: 'unreachable', message: 'The server did not answer', got: String(cause), expected: path };
    throw new Refused(0, problem, { cause });
  }
  noteServerDate(answer.headers.get('date'), sentAtMs, Date.now());
  if (answer.ok) return answer;
  if (answer.status === 401) sessionEnded();
  const body = Problem.safeParse(await answer.json().catch(() => null));
  throw new Refused(
    answer.status,
    body.success
      ? body.data
      : { code: `http-${answer.status}`, message: answer.statusText, got: answer.status, expected: '2xx' },
  );
}

/** A request whose answer is read by a schema. Throws Refused, also when the answer does not fit. */
export async function ask<T>(schema: z.ZodType<T>, path: string, init: RequestInit = {}): Promise<T> {
  const answer = await request(path, init);
  const body: unknown = answer.status === 204 ? undefined : await answer.json();
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new Refused(answer.status, {
    code: 'unreadable-answer',
    message: `The answer to ${path} is not what this page knows`,
    got: z.prettifyError(read.error),
    expected: 'an answer of the contract',
  });
}

/** Posts JSON and reads the answer by a schema. */
export function post<T>(schema: z.ZodType<T>, path: string, body: unknown): Promise<T> {
  return ask(schema, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** A list as the API answers it. */
export const listOf = <T>(item: z.ZodType<T>): z.ZodType<{ items: T[] }> => z.object({ items: z.array(item) });
