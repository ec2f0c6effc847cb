import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { ulid } from 'ulid';
import type { Crs } from '#config/camera.ts';
import { visibleTo } from '../accounts/visible-to.ts';
import type { SiteArea } from '../cameras/write-cameras.ts';
import type { Account } from '../contract/account.ts';
import type { CameraImport, ColumnMapping, RegisterFormat } from '../contract/camera-import.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { applyRows } from './apply.ts';
import { type AssessedRow, Assessor } from './assess-rows.ts';
import { keepMapping, recallMapping } from './mappings.ts';
import { readImport } from './read-imports.ts';
import { RegisterColumns } from './register-columns.ts';
import type { BytesRead, Reading, RegisterRow } from './register-row.ts';

const ROWS_AT_ONCE = 500;
const MOST_ROWS = 200_000;
/** Applied or not, an import is kept this long. */
const KEPT_DAYS = 30;

/** A register with what its giver says of it. */
export interface GivenRegister {
  fileName: string;
  format: RegisterFormat;
  crs: Crs;
  /** null: none was said; what the account said before of a file headed alike holds. */
  mapping: ColumnMapping | null;
  rows(into: Omit<Reading, 'path'>): AsyncIterable<RegisterRow>;
}

interface Options {
  db: Kysely<Schema>;
  area: SiteArea;
  /** Analysed cameras that an import changed: whoever watches them looks again. */
  onChanged(ids: readonly string[]): Promise<void>;
  say(line: string): void;
}

interface Running {
  id: string;
  /** Rows. */
  done: number;
  /** Of the file, while it is read. */
  bytes: BytesRead | null;
  cancelledBy: string | null;
}

/** Dry runs of registers and their application, one at a time: a second is refused until the first is done. */
export class CameraImports {
  #o: Options;
  #running: Running | null = null;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: Options) {
    this.#o = options;
  }

  /** What an engine that ended left under way has changed nothing, and says so. */
  async start(): Promise<void> {
    const problem = JSON.stringify({
      code: 'engine-ended',
      message: 'The engine ended meanwhile. Nothing was changed.',
      got: null,
      expected: null,
    });
    await this.#o.db
      .updateTable('camera_imports')
      .set({ state: 'failed', problem })
      .where('state', 'in', ['reading', 'applying'])
      .execute();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#work;
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#work;
  }

  progressOf(id: string): CameraImport['progress'] {
    if (this.#running?.id !== id) return null;
    const { done, bytes } = this.#running;
    return { done, total: null, bytesDone: bytes?.done ?? null, bytesTotal: bytes?.total ?? null };
  }

  /** @throws Refusal 409 `import-under-way`. */
  assertIdle(): void {
    if (!this.#running) return;
    throw new Refusal(409, 'import-under-way', 'Another register is being read or applied.', {
      got: this.#running.id,
      expected: 'one at a time; try again when it is done',
    });
  }

  /**
   * Begins a dry run and answers at once; `done` is called when the file is no longer needed.
   * @throws Refusal 409 `import-under-way`.
   */
  async begin(by: Account, given: GivenRegister, done: () => Promise<void>): Promise<CameraImport> {
    this.assertIdle();
    const id = ulid();
    this.#running = { id, done: 0, bytes: { done: 0, total: null }, cancelledBy: null };
    const { db } = this.#o;
    try {
      await sql`delete from camera_imports where at < now() - ${KEPT_DAYS} * interval '1 day'`.execute(db);
      const { division, department, displayName } = by;
      const { fileName, format, crs } = given;
      await db
        .insertInto('camera_imports')
        .values({ id, by: displayName, division, department, file_name: fileName, format, crs, state: 'reading' })
        .execute();
    } catch (error) {
      this.#running = null;
      throw error;
    }
    this.#work = this.#run(id, () => this.#dryRun(id, by, given)).finally(done);
    return this.#read(id);
  }

  /**
   * Begins to apply a dry run and answers at once.
   * @throws Refusal 404 `not-found`, 409 `import-under-way`, `import-not-ready`.
   */
  async apply(by: Account, id: string): Promise<CameraImport> {
    this.assertIdle();
    this.#running = { id, done: 0, bytes: null, cancelledBy: null };
    try {
      const claimed = await this.#o.db
        .updateTable('camera_imports')
        .set({ state: 'applying' })
        .where('id', '=', id)
        .where('state', '=', 'ready')
        .where(visibleTo(by))
        .executeTakeFirst();
      if (claimed.numUpdatedRows === 0n) {
        const { state } = await this.#read(id, by);
        throw new Refusal(409, 'import-not-ready', `The import cannot be applied: it is ${state}.`, {
          got: state,
          expected: 'ready',
        });
      }
    } catch (error) {
      this.#running = null;
      throw error;
    }
    this.#work = this.#run(id, async () => {
      const ids = await applyRows(this.#o.db, id, by.displayName, (rows) => this.#progress(rows));
      await this.#o.onChanged(ids);
    });
    return this.#read(id);
  }

  /**
   * Breaks off what is under way: nothing of it will have been changed. Answers once it is over.
   * @throws Refusal 404 `not-found`, 409 `import-not-under-way`.
   */
  async cancel(by: Account, id: string): Promise<CameraImport> {
    const { state } = await this.#read(id, by);
    if (this.#running?.id !== id) {
      throw new Refusal(409, 'import-not-under-way', `The import cannot be cancelled: it is ${state}.`, {
        got: state,
        expected: 'reading or applying',
      });
    }
    this.#running.cancelledBy = by.displayName;
    await this.#work;
    return this.#read(id, by);
  }

  async #run(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const refused = error instanceof Refusal;
      const message = error instanceof Error ? error.message : String(error);
      if (!refused) this.#o.say(`import ${id} broke off: ${message}`);
      // What is unexpected may quote an address: the log masks it, the page learns only that it happened.
      const problem = refused
        ? { code: error.code, message, got: error.got, expected: error.expected }
        : {
            code: 'unexpected',
            message: 'Something went wrong here; the log says what. Nothing was changed.',
            got: null,
            expected: null,
          };
      await this.#o.db
        .updateTable('camera_imports')
        .set({ state: refused && error.status === 422 ? 'refused' : 'failed', problem: JSON.stringify(problem) })
        .where('id', '=', id)
        .execute()
        .catch((cause: Error) => this.#o.say(`import ${id}: ${cause.message}`));
    } finally {
      this.#running = null;
    }
  }

  async #dryRun(id: string, by: Account, given: GivenRegister): Promise<void> {
    const { db, area } = this.#o;
    const assessor = new Assessor(db, by, area, given.crs);
    const columns = new RegisterColumns(given.mapping, (headings) => recallMapping(db, by.id, headings));
    const bytes = this.#running?.bytes ?? { done: 0, total: null };
    let batch: RegisterRow[] = [];
    let done = 0;
    // One batch is written while the next is read and told.
    let keeping: Promise<void> = Promise.resolve();
    const flush = async () => {
      const assessed = await assessor.assess(batch);
      await keeping;
      keeping = keepRows(db, id, done, assessed);
      // Whoever waits for it next is told.
      keeping.catch(() => undefined);
      done += batch.length;
      batch = [];
      this.#progress(done);
    };
    const settle = (state: 'reading' | 'ready') =>
      db
        .updateTable('camera_imports')
        .set({ state, columns: JSON.stringify(columns.list()) })
        .where('id', '=', id)
        .execute();
    try {
      for await (const row of given.rows({ columns, bytes })) {
        if (this.#closed) throw new Error('the engine ends');
        batch.push(row);
        if (done + batch.length > MOST_ROWS) throw tooManyRows();
        if (batch.length >= ROWS_AT_ONCE) await flush();
      }
      await flush();
      await keeping;
      if (done === 0) throw noRows();
    } catch (error) {
      await keeping.catch(() => undefined);
      // What its columns were taken for may be why.
      await settle('reading');
      throw error;
    }
    if (given.mapping !== null) await keepMapping(db, by.id, columns.headings, given.mapping);
    await settle('ready');
  }

  /** @throws Refusal 409 `import-cancelled`, which takes back what was begun. */
  #progress(done: number): void {
    if (!this.#running) return;
    this.#running.done = done;
    const { cancelledBy } = this.#running;
    if (cancelledBy === null) return;
    throw new Refusal(409, 'import-cancelled', 'The import was cancelled. Nothing was changed.', {
      got: cancelledBy,
      expected: null,
    });
  }

  #read(id: string, by: Account | null = null): Promise<CameraImport> {
    return readImport(this.#o.db, by, id, this.progressOf(id));
  }
}

async function keepRows(db: Kysely<Schema>, importId: string, after: number, rows: AssessedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const kept = rows.map(({ config, place, baseRevision, cameraId, ...row }, i) => ({
    ...row,
    n: after + i + 1,
    camera_id: cameraId,
    body: config,
    base_revision: baseRevision,
    ...place,
  }));
  await sql`
    insert into camera_import_rows (import_id, n, line, outcome, camera_id, name, reasons, changes, body, base_revision,
      county_code, county_name, division, department, initials)
    select ${importId}, * from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as row (
      n int, line int, outcome text, camera_id text, name text, reasons jsonb, changes jsonb, body jsonb,
      base_revision int, county_code text, county_name text, division text, department text, initials text)`.execute(
    db,
  );
}

function tooManyRows(): Refusal {
  return new Refusal(422, 'too-many-rows', 'The register has too many rows.', {
    got: `more than ${MOST_ROWS}`,
    expected: `at most ${MOST_ROWS}`,
  });
}

function noRows(): Refusal {
  return new Refusal(422, 'no-rows', 'The register has no rows.', { got: 0, expected: 'a row for each camera' });
}
