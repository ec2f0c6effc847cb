import type { Store } from '../store/open-store.ts';
import { takeVerdicts } from './take-verdicts.ts';

const LOOKS_EVERY_MS = 60_000;

interface Options {
  store: Pick<Store, 'db' | 'evidenceDir'>;
  /** Where the pictures of sets lie. */
  folder: string;
  say(line: string): void;
}

/** Takes verdicts into their sets soon after they are given, and those that came some other way within a minute. */
export class VerdictIntake {
  readonly #o: Options;
  #timer: ReturnType<typeof setInterval> | undefined;
  #work: Promise<void> = Promise.resolve();
  #wanted = false;
  #closed = false;

  constructor(options: Options) {
    this.#o = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.nudge(), LOOKS_EVERY_MS);
    this.#timer.unref();
    this.nudge();
  }

  /** A verdict was given. */
  nudge(): void {
    if (this.#wanted || this.#closed) return;
    this.#wanted = true;
    this.#work = this.#work.then(async () => {
      this.#wanted = false;
      if (this.#closed) return;
      const { store, folder, say } = this.#o;
      await takeVerdicts(store, folder).catch((error: Error) => say(`verdicts not taken: ${error.message}`));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#work;
  }
}
