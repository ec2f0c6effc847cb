import type { Kysely } from 'kysely';
import type { OutageRule } from '#config/site.ts';
import type { Schema } from '../store/schema.ts';
import { findOutages, groupLost } from './find-outages.ts';
import { countAtPlace, readLost, readOpen, tellOutage, writeOutage } from './write-outages.ts';

const LOOK_EVERY_MS = 3000;
/** Of an outage's cameras so many are back: the rest have troubles of their own. */
const BACK_SHARE = 0.9;

/**
 * Looks for cameras that fail together, and for those that are back. The only one that writes outages; what it knows is in
 * the database, so that an engine that starts anew goes on.
 */
export class OutageWatch {
  readonly #db: Kysely<Schema>;
  readonly #rule: OutageRule;
  readonly #nowMs: () => number;
  readonly #say: (line: string) => void;
  /** How many cameras of an open outage are lost, as last told. */
  readonly #told = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;

  constructor(o: { db: Kysely<Schema>; rule: OutageRule; nowMs: () => number; say: (line: string) => void }) {
    this.#db = o.db;
    this.#rule = o.rule;
    this.#nowMs = o.nowMs;
    this.#say = o.say;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking ??= this.look()
        .catch((error) => this.#say(`outages not looked for: ${error instanceof Error ? error.message : error}`))
        .finally(() => {
          this.#looking = null;
        });
    }, LOOK_EVERY_MS);
  }

  /** One look: ends what is over, then raises what is new. */
  async look(): Promise<void> {
    const nowMs = this.#nowMs();
    await this.#endOver(new Date(nowMs));
    const lost = await readLost(this.#db, new Date(nowMs - this.#rule.withinMs));
    const groups = groupLost(lost, this.#rule);
    if (groups.length === 0) return;
    const totals = await Promise.all(groups.map((group) => countAtPlace(this.#db, group)));
    const totalOf = new Map(groups.map((group, i) => [group, totals[i]!]));
    for (const found of findOutages(groups, (group) => totalOf.get(group)!, this.#rule))
      await writeOutage(this.#db, found, new Date(nowMs));
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
  }

  async #endOver(now: Date): Promise<void> {
    const open = await readOpen(this.#db);
    for (const { id, inService, back, lost } of open) {
      const isOver = back >= BACK_SHARE * inService;
      const told = this.#told.get(id);
      if (isOver || (told !== undefined && told !== lost)) await tellOutage(this.#db, id, isOver ? now : null);
      if (isOver) this.#told.delete(id);
      else this.#told.set(id, lost);
    }
  }
}
