import { type Kysely, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';

const LOOK_EVERY_MS = 3000;

interface Options {
  db: Kysely<Schema>;
  /** A camera has other rules now. */
  refresh(cameraId: string): Promise<void>;
  say(line: string): void;
}

/** Brings the rows of cameras to what the bindings say. @returns those that changed */
export async function refreshBoundCameras(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select refresh_bound_cameras() as id`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Brings the cameras to what the bindings say: at once when a binding or an algorithm changed, and within seconds when a
 * camera came to a library or a division, a grant began, or one of these ended.
 */
export class BindingWatch {
  readonly #o: Options;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(options: Options) {
    this.#o = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.look().then(
        () => (this.#failed = false),
        (error: Error) => {
          if (!this.#failed) this.#o.say(`bindings: not looked through: ${error.message}`);
          this.#failed = true;
        },
      );
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** One look after the other. */
  look(): Promise<void> {
    this.#looking = this.#looking.catch(() => undefined).then(() => this.#look());
    return this.#looking;
  }

  /** An algorithm, or the hours of a binding, changed: its cameras are told anew, whoever they are. */
  async changed(algorithm: string): Promise<void> {
    const before = await this.#camerasOf(algorithm);
    await this.look();
    for (const id of new Set([...before, ...(await this.#camerasOf(algorithm))])) await this.#o.refresh(id);
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#looking.catch(() => undefined);
  }

  async #look(): Promise<void> {
    for (const id of await refreshBoundCameras(this.#o.db)) await this.#o.refresh(id);
  }

  async #camerasOf(algorithm: string): Promise<string[]> {
    const rows = await this.#o.db
      .selectFrom('cameras')
      .select('id')
      .where(sql<boolean>`${algorithm} = any (bound_algorithms)`)
      .execute();
    return rows.map(({ id }) => id);
  }
}
