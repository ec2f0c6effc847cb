import { type Kysely, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Sight } from '../accounts/sight.ts';
import type { Schema } from '../store/schema.ts';
import type { RateRow } from './rate-row.ts';

/** Which sums, of which cameras. */
interface FinishedAsked {
  sight: Sight;
  filter: object;
  fromDay: string;
  toDay: string;
}

/** A month of 45,000 cameras has some 1,300 rows; each page asks for two or three of such. */
const KEPT = 64;
/** What no version tells, a camera that a long import moved, is told a minute later. */
const KEPT_FOR_MS = 60_000;

/**
 * The sums of days that are rolled up, kept in memory: they change only when a camera is registered, changed or deleted, or
 * when somebody sees other cameras. Summing a month of 45,000 cameras takes the database more than half a second, and every
 * page that shows the rates asks each quarter of a minute.
 */
export class FinishedDays {
  readonly #kept = new LRUCache<string, Promise<RateRow[]>>({ max: KEPT, ttl: KEPT_FOR_MS });

  /** Asked for twice at once, it is read once; what failed is not kept. */
  async rows(
    db: Kysely<Schema>,
    { sight: { viewer, libraryIds }, filter, fromDay, toDay }: FinishedAsked,
    read: () => Promise<RateRow[]>,
  ): Promise<readonly RateRow[]> {
    const version = await registerVersion(db);
    const scope = viewer && [viewer.division, viewer.department];
    const key = JSON.stringify([version, scope, libraryIds, filter, fromDay, toDay]);
    const known = this.#kept.get(key);
    if (known) return known;
    const reading = read();
    this.#kept.set(key, reading);
    reading.catch(() => this.#kept.delete(key));
    return reading;
  }
}

/** Another one after each change of the register; a camera's state is none. */
async function registerVersion(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ version: string }>`
    select concat_ws(' ', (select max(at) from camera_revisions), (select max(seq) from changes where kind = 'pool'),
      (select max(seq) from changes where kind = 'library')) as version`.execute(db);
  return rows[0]!.version;
}
