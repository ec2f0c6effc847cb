/** The HTTP status a refusal is answered with; 502: another machine, which was needed for it, did not do its part. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 422 | 502;

/**
 * A request that was understood and is not carried out. The message is for the person who asked; `code` is stable, `got`
 * and `expected` say what stood there and what may stand there. Neither holds a password or a camera's address.
 */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly code: string;
  readonly got: unknown;
  readonly expected: unknown;

  constructor(
    status: RefusalStatus,
    code: string,
    message: string,
    facts: { got?: unknown; expected?: unknown; cause?: unknown } = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.got = facts.got ?? null;
    this.expected = facts.expected ?? null;
  }
}

/** What is not there and what may not be seen are answered alike. */
export function notVisible(what: string, id: string): Refusal {
  return new Refusal(404, 'not-found', `There is no ${what} "${id}".`, {
    got: id,
    expected: `a ${what} that you may see`,
  });
}
