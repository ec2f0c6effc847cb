import type pg from 'pg';
import type { Store } from './open-store.ts';

const CHANNEL = 'chengnao_changes';
const POLL_EVERY_MS = 3000;
const RECONNECT_AFTER_MS = 500;

/**
 * Tells when there are new changes, with the seq of the last one. It listens on a connection of its own, and asks every
 * few seconds besides, so that a lost notification costs seconds and not a change. Who is told reads from the database.
 */
export class ChangeFeed {
  #store: Store;
  #listeners = new Set<(lastSeq: number) => void>();
  #client: pg.Client | null = null;
  #lastSeq = 0;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;
  #poll: NodeJS.Timeout;
  #connecting: Promise<void>;

  constructor(store: Store) {
    this.#store = store;
    this.#connecting = this.#connect();
    this.#poll = setInterval(() => void this.#ask(), POLL_EVERY_MS);
    this.#poll.unref();
  }

  /** @returns a function that ends the subscription. */
  on(listener: (lastSeq: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#poll);
    if (this.#timer) clearTimeout(this.#timer);
    this.#listeners.clear();
    await this.#connecting;
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    try {
      const client = await this.#store.connect('chengnao changes');
      client.on('end', () => this.#reconnect(client));
      client.on('notification', ({ payload }) => this.#tell(Number(payload)));
      this.#client = client;
      await client.query(`listen ${CHANNEL}`);
      await this.#ask();
    } catch {
      const broken = this.#client;
      this.#client = null;
      await broken?.end().catch(() => undefined);
      this.#reconnect(null);
    }
  }

  #reconnect(ended: pg.Client | null): void {
    if (this.#closed || this.#client !== ended || this.#timer) return;
    this.#client = null;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#connecting = this.#connect();
    }, RECONNECT_AFTER_MS);
    this.#timer.unref();
  }

  async #ask(): Promise<void> {
    const client = this.#client;
    if (!client || this.#closed) return;
    try {
      const { rows } = await client.query<{ seq: number }>('select coalesce(max(seq), 0) as seq from changes');
      this.#tell(rows[0]!.seq);
    } catch {
      // A connection that broke says so by its 'end' event.
    }
  }

  #tell(seq: number): void {
    if (!(seq > this.#lastSeq) || this.#closed) return;
    this.#lastSeq = seq;
    for (const listener of this.#listeners) {
      try {
        listener(seq);
      } catch (error) {
        this.#store.say(
          `store: a listener to changes failed: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }
}
