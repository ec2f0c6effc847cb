import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { nameOf } from '../accounts/visible-to.ts';
import type { ProofJobs } from '../algorithms/proof-jobs.ts';
import { runApart } from '../algorithms/run-apart.ts';
import type { Account } from '../contract/account.ts';
import type { NewLabelledExport } from '../contract/labelled-set.ts';
import type { ProofJob } from '../contract/proof-job.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { type ApartRequest, Written } from './apart/requests.ts';
import { APART_MAIN } from './imports.ts';
import { itemVisibleTo, readSet } from './sets.ts';

const MOST_KEPT = 5;

interface Options {
  db: Kysely<Schema>;
  folder: string;
  jobs: ProofJobs;
  /** The package that tells where people and vehicles are. */
  streetFolder: string;
}

/** Sets as archives, for training elsewhere: what the account may see of one. Who took one out is recorded. */
export class LabelledExports {
  readonly #o: Options;
  readonly #files = new Map<string, { path: string; name: string; accountId: string }>();

  constructor(options: Options) {
    this.#o = options;
  }

  async start(): Promise<void> {
    await rm(this.#exportsFolder, { recursive: true, force: true });
  }

  /** @throws Refusal 404 `not-found`, 409 `too-many-jobs`, 422 `set-empty` */
  async begin(by: Account, setId: string, { format, blurred }: NewLabelledExport): Promise<ProofJob> {
    const { db, folder, jobs, streetFolder } = this.#o;
    const set = await readSet(db, by, setId);
    if (set.pictures === 0) {
      throw new Refusal(422, 'set-empty', 'There is nothing in this set that you may see.', {
        got: 0,
        expected: 'one picture at least',
      });
    }
    return jobs.add(by, 'export', setId, async ({ id, tell, signal }) => {
      const rows = await db
        .selectFrom('labelled_items')
        .selectAll()
        .where('set_id', '=', setId)
        .where(itemVisibleTo(by))
        .orderBy('id')
        .execute();
      await mkdir(this.#exportsFolder, { recursive: true, mode: 0o700 });
      const to = join(this.#exportsFolder, `${id}.zip`);
      const request: ApartRequest = {
        kind: 'write-archive',
        to,
        format,
        name: set.name,
        licence: set.licence,
        classes: set.classes,
        blurredBy: blurred ? streetFolder : null,
        pictures: rows.map((row) => ({
          file: join(folder, row.path),
          name: row.name,
          widthPx: row.width_px,
          heightPx: row.height_px,
          boxes: row.boxes,
          crop: row.crop,
        })),
      };
      try {
        const { pictures } = await runApart({ main: APART_MAIN, request, answer: Written, tell, signal });
        await db
          .insertInto('labelled_exports')
          .values({ set_id: setId, set_name: set.name, format, blurred, pictures, exported_by: nameOf(by) })
          .execute();
      } catch (cause) {
        await rm(to, { force: true });
        throw cause;
      } finally {
        await rm(`${to}.parts`, { recursive: true, force: true });
      }
      this.#files.set(id, { path: to, name: `${set.name}-${format}.zip`, accountId: by.id });
      await this.#forgetOld();
      return id;
    });
  }

  /** The archive, for whoever began the export. @throws Refusal 404 `not-found` */
  file(by: Account, id: string): { path: string; name: string } {
    const file = this.#files.get(id);
    if (file?.accountId !== by.id) throw notVisible('export', id);
    return file;
  }

  async #forgetOld(): Promise<void> {
    for (const [id, { path }] of this.#files) {
      if (this.#files.size <= MOST_KEPT) return;
      this.#files.delete(id);
      await rm(path, { force: true });
    }
  }

  get #exportsFolder(): string {
    return join(this.#o.folder, 'exports');
  }
}
