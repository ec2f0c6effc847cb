import { ulid } from 'ulid';
import { nameOf } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { ProofJob } from '../contract/proof-job.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Tell } from './serve-apart.ts';

const MOST_WAITING = 20;
const MOST_KEPT = 100;

interface Entry {
  job: ProofJob;
  stop: AbortController;
}

/** What a job does; what it answers is the id of what came of it, null where that has none. */
type Doing = (at: { id: string; tell: Tell; signal: AbortSignal }) => Promise<string | null>;

/**
 * Benches, evaluations, imports and exports, one after the other: a bench beside other work measures that work, and the
 * cores are the cameras'.
 */
export class ProofJobs {
  readonly #entries = new Map<string, Entry>();
  readonly #say: (line: string) => void;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** @throws Refusal 409 `too-many-jobs` */
  add(by: Account, kind: ProofJob['kind'], about: string, run: Doing): ProofJob {
    const open = this.list().filter(({ state }) => state === 'waiting' || state === 'running');
    if (open.length >= MOST_WAITING) {
      throw new Refusal(409, 'too-many-jobs', 'Too much is waiting already.', {
        got: open.length,
        expected: `at most ${MOST_WAITING}`,
      });
    }
    const job: ProofJob = {
      id: `job-${ulid().toLowerCase()}`,
      kind,
      about,
      state: 'waiting',
      done: 0,
      total: null,
      by: nameOf(by),
      at: new Date().toISOString(),
      problem: null,
      result: null,
    };
    const entry = { job, stop: new AbortController() };
    this.#entries.set(job.id, entry);
    this.#forgetOld();
    this.#work = this.#work.then(() => this.#do(entry, run));
    return job;
  }

  /** The newest first. */
  list(): ProofJob[] {
    return [...this.#entries.values()].map(({ job }) => job).reverse();
  }

  /** @throws Refusal 404 `not-found` */
  read(id: string): ProofJob {
    return this.#entryOf(id).job;
  }

  /** What is over stays as it is. @throws Refusal 404 `not-found` */
  cancel(id: string): ProofJob {
    const { job, stop } = this.#entryOf(id);
    if (job.state === 'waiting') job.state = 'cancelled';
    stop.abort();
    return job;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { stop } of this.#entries.values()) stop.abort();
    await this.#work;
  }

  async #do({ job, stop }: Entry, run: Doing): Promise<void> {
    if (this.#closed || job.state === 'cancelled') return;
    job.state = 'running';
    const tell: Tell = (done, total) => Object.assign(job, { done, total });
    try {
      job.result = await run({ id: job.id, tell, signal: stop.signal });
      job.state = 'done';
    } catch (cause) {
      if (stop.signal.aborted) {
        job.state = 'cancelled';
        return;
      }
      job.state = 'failed';
      job.problem = problemOf(cause);
      if (!(cause instanceof Refusal)) this.#say(`a ${job.kind} failed: ${job.problem.message}`);
    }
  }

  #entryOf(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw notVisible('job', id);
    return entry;
  }

  #forgetOld(): void {
    for (const [id, { job }] of this.#entries) {
      if (this.#entries.size <= MOST_KEPT) return;
      if (job.state !== 'waiting' && job.state !== 'running') this.#entries.delete(id);
    }
  }
}

function problemOf(cause: unknown): NonNullable<ProofJob['problem']> {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof Refusal)) return { code: 'job-failed', message, got: message, expected: 'to come to an end' };
  const { code, got, expected } = cause;
  return { code, message, got, expected };
}
