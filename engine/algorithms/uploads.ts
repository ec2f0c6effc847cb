import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Kysely, Selectable } from 'kysely';
import { ulid } from 'ulid';
import { nameOf } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type {
  AlgorithmUpload,
  AlgorithmVersion,
  InspectionAnswers,
  NewAlgorithmUpload,
} from '../contract/algorithm.ts';
import type { Inspection } from '../contract/inspection.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { AlgorithmUploadsTable } from '../store/algorithm-tables.ts';
import type { Schema } from '../store/schema.ts';
import { SANDBOX_LIMITS, Sandbox } from './inspect-apart.ts';
import { finding } from './sandbox/findings.ts';
import { UNREAD } from './unread.ts';
import { addVersion, readVersion } from './versions.ts';

const MOST_OPEN_PER_ACCOUNT = 5;
/** An upload that never became a version is kept so long. */
const KEPT_MS = 7 * 86_400_000;
const NO_ANSWERS: InspectionAnswers = { answers: {}, labels: null };

/** The next bytes of an upload, where they begin, and how many they are where that was said before. */
interface UploadPart {
  offset: number;
  statedBytes: number | null;
  bytes: AsyncIterable<Buffer>;
}

interface Options {
  db: Kysely<Schema>;
  /** Where uploads lie, each in a folder by its id; what became a version stays there. */
  folder: string;
  say(line: string): void;
}

/**
 * Uploads that come in parts and may be taken up where they broke off: the file on disk says how far it came. When the last
 * byte is there, the sandbox opens it; this process never does. Only who began an upload sees it.
 */
export class AlgorithmUploads {
  readonly #o: Options;
  /** Uploads that a part is being written to. */
  readonly #writing = new Set<string>();
  #sandbox: Sandbox | null = null;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: Options) {
    this.#o = options;
  }

  /** Old uploads are removed; what was in the sandbox when an engine ended is opened again. */
  async start(): Promise<void> {
    const { db } = this.#o;
    const old = await db
      .deleteFrom('algorithm_uploads')
      .where('at', '<', new Date(Date.now() - KEPT_MS))
      .returning('id')
      .execute();
    for (const { id } of old) await rm(this.#folderOf(id), { recursive: true, force: true });
    const open = await db.selectFrom('algorithm_uploads').select('id').where('state', '=', 'inspecting').execute();
    for (const { id } of open) this.#enqueue(id, NO_ANSWERS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#sandbox?.close();
    await this.#work;
  }

  /** @throws Refusal 409 `too-many-uploads`, 422 `file-too-large` */
  async create(by: Account, { fileName, bytes, name, version, sha256 }: NewAlgorithmUpload): Promise<AlgorithmUpload> {
    if (bytes > SANDBOX_LIMITS.mostBytes) {
      throw new Refusal(422, 'file-too-large', 'The file is too large.', {
        got: bytes,
        expected: `at most ${SANDBOX_LIMITS.mostBytes} bytes`,
      });
    }
    const { db } = this.#o;
    const open = await db.selectFrom('algorithm_uploads').select('id').where('account_id', '=', by.id).execute();
    if (open.length >= MOST_OPEN_PER_ACCOUNT) {
      throw new Refusal(409, 'too-many-uploads', 'You have too many uploads that became no version.', {
        got: open.map(({ id }) => id),
        expected: `at most ${MOST_OPEN_PER_ACCOUNT}; make versions of them or remove them`,
      });
    }
    const id = `upload-${ulid().toLowerCase()}`;
    await mkdir(this.#folderOf(id), { recursive: true, mode: 0o700 });
    await writeFile(this.#fileOf(id), '', { mode: 0o600 });
    await db
      .insertInto('algorithm_uploads')
      .values({
        id,
        account_id: by.id,
        uploaded_by: nameOf(by),
        name,
        version,
        file_name: fileName,
        bytes,
        sha256: sha256 ?? null,
      })
      .execute();
    return this.read(by, id);
  }

  /**
   * Takes the next part. What came of a part that broke off stays.
   * @throws Refusal 404 `not-found`, 409 `upload-busy`, `offset-differs`, `upload-complete`, 422 `more-than-announced`,
   * 400 `request-aborted`
   */
  async append(by: Account, id: string, { offset, statedBytes, bytes }: UploadPart): Promise<AlgorithmUpload> {
    const upload = await this.read(by, id);
    if (this.#writing.has(id)) {
      throw new Refusal(409, 'upload-busy', 'Another part of it is being received.', {
        got: id,
        expected: 'one at a time',
      });
    }
    if (upload.state !== 'receiving') {
      throw new Refusal(409, 'upload-complete', 'All of it is there already.', {
        got: upload.state,
        expected: 'receiving',
      });
    }
    this.#writing.add(id);
    try {
      assertRoom(upload, offset + (statedBytes ?? 0));
      await this.#write(upload, offset, bytes);
    } finally {
      this.#writing.delete(id);
    }
    if ((await this.#received(id)) === upload.bytes) {
      await this.#o.db.updateTable('algorithm_uploads').set({ state: 'inspecting' }).where('id', '=', id).execute();
      this.#enqueue(id, NO_ANSWERS);
    }
    return this.read(by, id);
  }

  async #write(upload: AlgorithmUpload, offset: number, part: AsyncIterable<Buffer>): Promise<void> {
    let end = await this.#received(upload.id);
    if (offset !== end) {
      throw new Refusal(409, 'offset-differs', 'The part does not begin where the upload ends.', {
        got: offset,
        expected: end,
      });
    }
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        end += chunk.length;
        next(end > upload.bytes ? tooMuch(upload, end) : null, chunk);
      },
    });
    try {
      await pipeline(part, counted, createWriteStream(this.#fileOf(upload.id), { flags: 'a' }));
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      const facts = { got: 'a part that broke off', expected: 'the rest of it', cause };
      throw new Refusal(400, 'request-aborted', 'The request broke off; what came of it is kept.', facts);
    }
  }

  /** @throws Refusal 404 `not-found` */
  async read(by: Account, id: string): Promise<AlgorithmUpload> {
    const row = await this.#rowsOf(by).where('id', '=', id).executeTakeFirst();
    if (!row) throw notVisible('upload', id);
    return this.#onWire(row);
  }

  /** Those that the account began and that became no version yet, the newest first. */
  async list(by: Account): Promise<AlgorithmUpload[]> {
    const rows = await this.#rowsOf(by).orderBy('at', 'desc').execute();
    return Promise.all(rows.map((row) => this.#onWire(row)));
  }

  /**
   * Where a sample picture of an inspection lies, as it came: for the browser, nobody here decodes it.
   * @param folder of the upload, or of the version that it became
   */
  samplePath(folder: string, inspection: Inspection | null, n: number): string {
    const sample = inspection?.samples[n];
    if (!sample || !inspection?.parts.some(({ name }) => name === sample.name)) throw notVisible('sample', String(n));
    return join(this.#folderOf(folder), 'inspected', 'package', sample.name);
  }

  #rowsOf(by: Account) {
    return this.#o.db.selectFrom('algorithm_uploads').selectAll().where('account_id', '=', by.id);
  }

  async #onWire(row: Selectable<AlgorithmUploadsTable>): Promise<AlgorithmUpload> {
    const { id } = row;
    return {
      id,
      at: row.at.toISOString(),
      by: row.uploaded_by,
      name: row.name,
      version: row.version,
      fileName: row.file_name,
      bytes: Number(row.bytes),
      sha256: row.sha256,
      offset: await this.#received(id),
      state: row.state,
      inspection: row.inspection,
    };
  }

  /** Opens it again with what a person answered. @throws Refusal 404 `not-found`, 409 `not-inspected` */
  async inspectAgain(by: Account, id: string, answers: InspectionAnswers): Promise<AlgorithmUpload> {
    const taken = await this.#o.db
      .updateTable('algorithm_uploads')
      .set({ state: 'inspecting' })
      .where('id', '=', id)
      .where('account_id', '=', by.id)
      .where('state', '=', 'inspected')
      .returning('id')
      .executeTakeFirst();
    const upload = await this.read(by, id);
    if (!taken) throw notInspected(upload);
    this.#enqueue(id, answers);
    return upload;
  }

  /** Makes a version of it, a draft. @throws Refusal 404 `not-found`, 409 `not-inspected`, `version-exists`, 422 `not-inspected` */
  async toVersion(by: Account, id: string): Promise<AlgorithmVersion> {
    const { db } = this.#o;
    const upload = await this.read(by, id);
    if (upload.state !== 'inspected' || upload.inspection === null) throw notInspected(upload);
    const { fileName, inspection } = upload;
    const version = await addVersion(db, { fileName, inspection, folder: id, by: nameOf(by) }, async (trx) => {
      // Meanwhile somebody may have had it inspected again: then it is another one than was read.
      const taken = await trx
        .deleteFrom('algorithm_uploads')
        .where('id', '=', id)
        .where('state', '=', 'inspected')
        .returning('id')
        .executeTakeFirst();
      if (!taken) throw notInspected({ ...upload, state: 'inspecting' });
    });
    return readVersion(db, version);
  }

  /** @throws Refusal 404 `not-found`, 409 `upload-busy` */
  async remove(by: Account, id: string): Promise<void> {
    const { state } = await this.read(by, id);
    if (this.#writing.has(id) || state === 'inspecting') {
      throw new Refusal(409, 'upload-busy', 'It is being received or inspected.', {
        got: state,
        expected: 'an upload at rest',
      });
    }
    await this.#o.db.deleteFrom('algorithm_uploads').where('id', '=', id).execute();
    await rm(this.#folderOf(id), { recursive: true, force: true });
  }

  /** One after the other: each in a process of its own that ends with it. */
  #enqueue(id: string, answers: InspectionAnswers): void {
    this.#work = this.#work
      .then(() => (this.#closed ? undefined : this.#inspect(id, answers)))
      .catch((error: Error) => this.#notInspected(id, error.message))
      .catch((error: Error) => this.#o.say(`the upload ${id} was not inspected: ${error.message}`));
  }

  /** It is at rest again, or nobody could remove it. */
  async #notInspected(id: string, message: string): Promise<void> {
    if (this.#closed) return;
    this.#o.say(`the upload ${id} was not inspected: ${message}`);
    const findings = [finding('refusal', 'inspection-failed', 'the inspection', message, 'to come to an end')];
    await this.#o.db
      .updateTable('algorithm_uploads')
      .set({ state: 'inspected', inspection: inStore({ ...UNREAD, findings }) })
      .where('id', '=', id)
      .execute();
  }

  async #inspect(id: string, { answers, labels }: InspectionAnswers): Promise<void> {
    const { db } = this.#o;
    const row = await db.selectFrom('algorithm_uploads').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) return;
    const folder = join(this.#folderOf(id), 'inspected');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    const sandbox = new Sandbox();
    this.#sandbox = sandbox;
    try {
      const { name, version, sha256 } = row;
      const inspection = await sandbox.inspect({
        path: this.#fileOf(id),
        name,
        version,
        sha256,
        folder,
        answers,
        labels,
      });
      if (this.#closed) return;
      await db
        .updateTable('algorithm_uploads')
        .set({ state: 'inspected', inspection: inStore(inspection) })
        .where('id', '=', id)
        .execute();
    } finally {
      sandbox.close();
      this.#sandbox = null;
    }
  }

  #folderOf(id: string): string {
    return join(this.#o.folder, id);
  }

  #fileOf(id: string): string {
    return join(this.#folderOf(id), 'upload');
  }

  async #received(id: string): Promise<number> {
    return (await stat(this.#fileOf(id))).size;
  }
}

function assertRoom(upload: AlgorithmUpload, end: number): void {
  if (end > upload.bytes) throw tooMuch(upload, end);
}

function tooMuch(upload: AlgorithmUpload, end: number): Refusal {
  const facts = { got: `${end} bytes or more`, expected: upload.bytes };
  return new Refusal(422, 'more-than-announced', 'More came than was announced.', facts);
}

function notInspected({ state }: AlgorithmUpload): Refusal {
  return new Refusal(409, 'not-inspected', 'It has not been inspected yet.', { got: state, expected: 'inspected' });
}

/** As JSON of PostgreSQL, which has no place for the character 0 that a file's texts may hold. */
function inStore(inspection: Inspection): string {
  return JSON.stringify(inspection, (_key, value) => (typeof value === 'string' ? value.replaceAll('\0', '') : value));
}
