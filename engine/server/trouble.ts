import { ulid } from 'ulid';
import type { z } from 'zod';
import { maskAddress } from '#streams/mask.ts';
import type { Problem } from '../contract/problem.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Log } from './context.ts';

/** A request that is answered with a `Problem`: what `Refusal` says, and the statuses that only HTTP knows. */
export class Trouble extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly headers: Record<string, string>;

  constructor(status: number, problem: Problem, headers: Record<string, string> = {}) {
    super(problem.message);
    this.name = 'Trouble';
    this.status = status;
    this.problem = problem;
    this.headers = headers;
  }
}

export function notSignedIn(): Trouble {
  return new Trouble(401, {
    code: 'not-signed-in',
    message: 'You are not signed in, or your session has ended.',
    got: 'no valid session',
    expected: 'the cookie that POST /api/session gives',
  });
}

/** What an error becomes on the wire. What nobody expected gets an id, and only the log learns the rest. */
export function troubleOf(error: unknown, log: Log): Trouble {
  if (error instanceof Trouble) return error;
  if (error instanceof Refusal) {
    const { status, code, message, got, expected } = error;
    return new Trouble(status, { code, message, got: got ?? null, expected: expected ?? null });
  }
  return troubleOfParser(error) ?? unexpected(error, log);
}

const PARSER_TROUBLES: Record<string, { status: number; code: string; message: string; expected: string }> = {
  'entity.parse.failed': {
    status: 400,
    code: 'malformed-json',
    message: 'The body is not JSON.',
    expected: 'a JSON object',
  },
  'entity.too.large': {
    status: 413,
    code: 'body-too-large',
    message: 'The body is too large.',
    expected: 'at most 1 MB',
  },
  'encoding.unsupported': {
    status: 415,
    code: 'unsupported-encoding',
    message: 'The body’s encoding is not known here.',
    expected: 'gzip, deflate, br or none',
  },
  'charset.unsupported': {
    status: 415,
    code: 'unsupported-charset',
    message: 'The body’s charset is not known here.',
    expected: 'utf-8',
  },
  'request.aborted': {
    status: 400,
    code: 'request-aborted',
    message: 'The request broke off.',
    expected: 'the whole body',
  },
  'request.size.invalid': {
    status: 400,
    code: 'wrong-length',
    message: 'The body is not as long as was said.',
    expected: 'as many bytes as Content-Length',
  },
};

/** What express and its body parser throw, told by their `type` and `status`; null for anything else. */
function troubleOfParser(error: unknown): Trouble | null {
  if (!(error instanceof Error)) return null;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  const known = PARSER_TROUBLES[type];
  if (known !== undefined) {
    const { status, code, message, expected } = known;
    return new Trouble(status, { code, message, got: null, expected });
  }
  if (error instanceof URIError) {
    return new Trouble(400, {
      code: 'invalid-path',
      message: 'The path is not well encoded.',
      got: null,
      expected: 'percent-encoded UTF-8',
    });
  }
  return null;
}

function unexpected(error: unknown, log: Log): Trouble {
  const id = ulid();
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log(maskAddress(`server: unexpected error ${id}: ${told}`));
  const message = `Something went wrong here. The log names it by ${id}.`;
  return new Trouble(500, { code: 'unexpected', message, got: { id }, expected: null });
}

/** What failed to parse: each offending path with what stood there and what was expected. */
export function invalidInput(where: 'body' | 'query' | 'path', error: z.ZodError, input: unknown): Trouble {
  const faults = error.issues.slice(0, 20).flatMap((issue) => {
    const parent = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...parent, key].join('.'), got: 'a field', expected: 'no such field' }));
    }
    return [{ path: parent.join('.'), got: shown(input, parent), expected: issue.message }];
  });
  const paths = faults.map((fault) => (fault.path === '' ? `the ${where} itself` : `"${fault.path}"`));
  return new Trouble(400, {
    code: `invalid-${where}`,
    message: `The ${where} is not as expected at ${[...new Set(paths)].join(', ')}.`,
    got: faults.map(({ path, got }) => ({ path, got })),
    expected: faults.map(({ path, expected }) => ({ path, expected })),
  });
}

const SECRET_FIELDS = new Set(['password', 'current', 'next', 'source', 'url', 'onvif']);
const LONGEST_SHOWN = 80;

/** What stood at a path, short, and never a secret. */
function shown(input: unknown, path: string[]): unknown {
  let value = input;
  for (const step of path) value = isRecord(value) ? value[step] : undefined;
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isRecord(value)) return 'an object';
  if (typeof value !== 'string') return value;
  const secret = path.some((step) => SECRET_FIELDS.has(step)) || value.includes('://');
  if (secret) return `text of ${value.length} characters`;
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
