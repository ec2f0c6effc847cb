import { CompiledQuery, type Kysely } from 'kysely';
import PgBoss from 'pg-boss';
import type { Schema } from '../store/schema.ts';
import { openByPolicy } from './auto-open.ts';
import type { CasePolicy } from './case-clocks.ts';
import { fillTimers } from './case-timers.ts';
import { sweepTimers } from './sweep-timers.ts';

const QUEUE = 'case-timers';
const EVERY_SECONDS = 2;
/** A sweep that says nothing for so long was that of an engine that was killed: it is taken up by the next one. */
const DEAD_AFTER_SECONDS = 5;
const POLL_SECONDS = 1;
const KEPT_SECONDS = 3600;

/**
 * Sweeps the timers of cases, and the alerts that become cases by themselves, every two seconds, as a job of pg-boss in a schema of its own: one sweep at a time, however many
 * engines there may be one day, and tried again when one fails or dies half-way. What is due is in `case_timers`; each effect is
 * recorded in the transaction that does it, so that a sweep which is done twice does nothing twice.
 */
export class CaseSweeper {
  readonly #db: Kysely<Schema>;
  readonly #policy: CasePolicy;
  readonly #boss: PgBoss;
  readonly #say: (line: string) => void;

  constructor(o: { db: Kysely<Schema>; policy: CasePolicy; say: (line: string) => void }) {
    this.#db = o.db;
    this.#policy = o.policy;
    this.#say = o.say;
    this.#boss = new PgBoss({
      db: {
        // The engine's own connections: it has the database by a lock, and gives it back with them.
        async executeSql(text, values) {
          const { rows } = await o.db.executeQuery<never>(CompiledQuery.raw(text, values ?? []));
          return { rows };
        },
      },
      schema: 'pgboss',
      schedule: false,
      maintenanceIntervalSeconds: 2,
      archiveCompletedAfterSeconds: 60,
      deleteAfterSeconds: KEPT_SECONDS,
    });
    this.#boss.on('error', (error) => this.#say(`timers of cases: ${error.message}`));
  }

  async start(): Promise<void> {
    await fillTimers(this.#db, this.#policy);
    await this.#boss.start();
    await this.#boss.createQueue(QUEUE, { name: QUEUE, policy: 'short' });
    // What was due while no engine ran is not kept waiting for a sweep that died with one.
    await this.#sweep();
    await this.#next(0);
    await this.#boss.work(QUEUE, { pollingIntervalSeconds: POLL_SECONDS }, async () => {
      await this.#sweep();
      await this.#next(EVERY_SECONDS);
    });
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: true, wait: true, timeout: 3000, close: false });
  }

  async #sweep(): Promise<void> {
    await sweepTimers(this.#db, this.#policy, this.#say);
    await openByPolicy(this.#db, this.#policy);
  }

  /** One sweep waits at a time, whoever asked for it. */
  async #next(afterSeconds: number): Promise<void> {
    await this.#boss.send(
      QUEUE,
      {},
      {
        startAfter: afterSeconds,
        expireInSeconds: DEAD_AFTER_SECONDS,
        retryLimit: 1000,
        retryDelay: 1,
      },
    );
  }
}
