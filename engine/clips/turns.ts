/** Too many copies are being made: later there may be room. */
export class CopiesBusyError extends Error {
  readonly retryAfterS: number;

  constructor(working: number, retryAfterS: number) {
    super(`${working} copies are being made or wait already.`);
    this.name = 'CopiesBusyError';
    this.retryAfterS = retryAfterS;
  }
}

/** Lets one piece of work go on at a time; some more wait, and whoever comes then is sent away. */
export class Turns {
  readonly #mostWaiting: number;
  readonly #retryAfterS: number;
  #working: Promise<unknown> = Promise.resolve();
  #pending = 0;

  constructor({ mostWaiting, retryAfterS }: { mostWaiting: number; retryAfterS: number }) {
    this.#mostWaiting = mostWaiting;
    this.#retryAfterS = retryAfterS;
  }

  /** @throws CopiesBusyError, and what the work throws */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pending > this.#mostWaiting) throw new CopiesBusyError(this.#mostWaiting + 1, this.#retryAfterS);
    this.#pending++;
    const turn = this.#working.then(work);
    this.#working = turn.catch(() => undefined).finally(() => this.#pending--);
    return turn;
  }

  /** When all that was let in is over. */
  async over(): Promise<void> {
    await this.#working;
  }
}
