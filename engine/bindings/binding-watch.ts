import { type Kysely, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';

const LOOK_EVERY_MS = 3000;
/** A look that takes long, in a city that is bound as a whole, comes more rarely: it may take this share of the time. */
const MOST_SHARE = 0.02;

interface Options {
  db: Kysely<Schema>;
  /** These cameras have other rules now. */
  refresh(cameraIds: readonly string[]): Promise<void>;
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
  /** Cameras whose rows say something else than their shards were told: told until it has succeeded. */
  readonly #untold = new Set<string>();
  #failed = false;
  #closed = false;

  constructor(options: Options) {
    this.#o = options;
  }

  start(): void {
    this.#lookIn(LOOK_EVERY_MS);
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(async () => {
      const startedMs = performance.now();
      try {
        await this.look();
        this.#failed = false;
      } catch (error) {
        if (!this.#failed)
          this.#o.say(`bindings: not looked through: ${error instanceof Error ? error.message : error}`);
        this.#failed = true;
      }
      if (!this.#closed) this.#lookIn(Math.max(LOOK_EVERY_MS, (performance.now() - startedMs) / MOST_SHARE));
    }, ms);
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
    await this.#o.refresh([...new Set([...before, ...(await this.#camerasOf(algorithm))])]);
  }

  /** Versions of a model run now, or do not any more: so do the algorithms that look with it. */
  async modelChanged(model: string): Promise<void> {
    const rows = await this.#o.db
      .selectFrom('algorithm_definitions')
      .select('id')
      .where(sql<boolean>`body -> 'runs' ->> 'model' = ${model}`)
      .execute();
    for (const { id } of rows) await this.changed(id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking.catch(() => undefined);
  }

  async #look(): Promise<void> {
    for (const id of await refreshBoundCameras(this.#o.db)) this.#untold.add(id);
    const ids = [...this.#untold];
    if (ids.length === 0) return;
    await this.#o.refresh(ids);
    for (const id of ids) this.#untold.delete(id);
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
