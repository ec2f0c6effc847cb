import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { monotonicFactory } from 'ulid';
import type { ProofJobs } from '../algorithms/proof-jobs.ts';
import { runApart } from '../algorithms/run-apart.ts';
import type { Account } from '../contract/account.ts';
import type { LabelledImport } from '../contract/labelled-set.ts';
import type { ProofJob } from '../contract/proof-job.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { type ApartRequest, type PlannedPicture, ReadPlan } from './apart/requests.ts';
import { LookIndex, sameBoxes } from './looks.ts';
import { readSet, reviseSet } from './sets.ts';

export const APART_MAIN = fileURLToPath(new URL('./apart/main.ts', import.meta.url));
/** Ids in the order in which they are made, also within a millisecond: a set’s pictures stay in their archive’s order. */
const ulid = monotonicFactory();
const MOST_OPEN = 10;
const ROWS_AT_ONCE = 500;

interface Options {
  db: Kysely<Schema>;
  /** Where the pictures of sets lie. */
  folder: string;
  jobs: ProofJobs;
}

/** A file that was received, to be read into a set. */
interface NewImport {
  setId: string;
  fileName: string;
  path: string;
  /** A clip: how far apart its pictures are taken. null: an archive of pictures and labels. */
  everyMs: number | null;
}

interface Kept {
  told: LabelledImport;
  plan: ReadPlan;
  folder: string;
}

/**
 * Archives and clips that come into sets: read in a process of its own, shown as a dry run, applied when somebody says so.
 * What was not applied is forgotten when the engine ends.
 */
export class LabelledImports {
  readonly #o: Options;
  readonly #kept = new Map<string, Kept>();
  #applying: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#o = options;
  }

  /** Clears away what an engine before this one did not apply. */
  async start(): Promise<void> {
    await rm(this.#importsFolder, { recursive: true, force: true });
  }

  /** Takes the file over. @throws Refusal 404 `not-found`, 409 `too-many-jobs` */
  async begin(by: Account, { setId, fileName, path, everyMs }: NewImport): Promise<ProofJob> {
    await readSet(this.#o.db, by, setId);
    const folder = join(this.#importsFolder, ulid().toLowerCase());
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const upload = join(folder, 'upload');
    await rename(path, upload).catch(() => copyFile(path, upload));
    try {
      return this.#o.jobs.add(by, 'import', setId, async ({ id, tell, signal }) => {
        const read = { path: upload, folder };
        const request: ApartRequest =
          everyMs === null ? { kind: 'read-archive', ...read } : { kind: 'read-clip', ...read, everyMs };
        try {
          const plan = await runApart({ main: APART_MAIN, request, answer: ReadPlan, tell, signal });
          await rm(join(folder, 'unpacked'), { recursive: true, force: true });
          const told = await this.#tell(id, setId, fileName, plan);
          this.#forgetOld();
          this.#kept.set(id, { told, plan, folder });
          return id;
        } catch (cause) {
          await rm(folder, { recursive: true, force: true });
          throw cause;
        }
      });
    } catch (cause) {
      await rm(folder, { recursive: true, force: true });
      throw cause;
    }
  }

  /** @throws Refusal 404 `not-found` */
  read(id: string): LabelledImport {
    return this.#keptOf(id).told;
  }

  /** Puts what was read into its set, once. @throws Refusal 404 `not-found`, 409 `already-applied` */
  async apply(id: string): Promise<LabelledImport> {
    const turn = this.#applying.then(() => this.#apply(id));
    this.#applying = turn.catch(() => undefined);
    return turn;
  }

  async #apply(id: string): Promise<LabelledImport> {
    const kept = this.#keptOf(id);
    const { told, plan, folder } = kept;
    if (told.state === 'applied') {
      const facts = { got: told.state, expected: 'an import that was not applied yet' };
      throw new Refusal(409, 'already-applied', 'This import was applied already.', facts);
    }
    const { setId } = told;
    const { fresh, ...counts } = await this.#compare(setId, plan);
    const clipId = plan.format === 'clip' ? `clip-${ulid().toLowerCase()}` : null;
    const rows = fresh.map((picture) => {
      const itemId = `item-${ulid().toLowerCase()}`;
      return {
        picture,
        row: {
          id: itemId,
          set_id: setId,
          name: picture.name,
          sha256: picture.sha256,
          look: picture.look,
          width_px: picture.widthPx,
          height_px: picture.heightPx,
          path: join(setId, `${itemId}.jpg`),
          boxes: JSON.stringify(picture.boxes),
          clip_id: clipId,
          at_ms: picture.atMs,
        },
      };
    });
    await mkdir(join(this.#o.folder, setId), { recursive: true });
    for (const { picture, row } of rows) await copyFile(join(folder, picture.file), join(this.#o.folder, row.path));
    await this.#o.db.transaction().execute(async (trx) => {
      const set = await trx
        .selectFrom('labelled_sets')
        .select('classes')
        .where('id', '=', setId)
        .forUpdate()
        .executeTakeFirst();
      if (!set) throw notVisible('labelled set', setId);
      if (clipId !== null && rows.length > 0) {
        await trx
          .insertInto('labelled_clips')
          .values({
            id: clipId,
            set_id: setId,
            name: told.fileName,
            sha256: plan.clipSha256!,
            duration_ms: plan.durationMs!,
            every_ms: plan.durationMs! / plan.pictures.length,
          })
          .execute();
      }
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        const some = rows.slice(at, at + ROWS_AT_ONCE).map(({ row }) => row);
        await trx.insertInto('labelled_items').values(some).execute();
      }
      const newClasses = plan.classes.filter((name) => !set.classes.includes(name));
      if (rows.length > 0) await reviseSet(trx, setId, newClasses);
    });
    kept.told = { ...told, ...counts, state: 'applied', added: rows.length };
    kept.plan = { ...plan, pictures: [] };
    await rm(folder, { recursive: true, force: true });
    return kept.told;
  }

  async #tell(id: string, setId: string, fileName: string, plan: ReadPlan): Promise<LabelledImport> {
    const { classes } = await readSet(this.#o.db, null, setId);
    const { fresh, ...counts } = await this.#compare(setId, plan);
    return {
      id,
      setId,
      fileName,
      state: 'ready',
      format: plan.format,
      pictures: plan.pictures.length,
      boxes: plan.pictures.reduce((sum, { boxes }) => sum + boxes.length, 0),
      negatives: plan.pictures.filter(({ boxes }) => boxes.length === 0).length,
      withoutLabels: plan.withoutLabels,
      newClasses: plan.classes.filter((name) => !classes.includes(name)),
      ...counts,
      added: fresh.length,
      issues: plan.issues,
      issueCount: plan.issueCount,
    };
  }

  /** What of a plan is not in its set yet. Pictures of a clip look alike, and are compared as one: the clip is there, or not. */
  async #compare(setId: string, plan: ReadPlan) {
    const { db } = this.#o;
    if (plan.format === 'clip') {
      const same = await db
        .selectFrom('labelled_clips')
        .select('id')
        .where('set_id', '=', setId)
        .where('sha256', '=', plan.clipSha256!)
        .executeTakeFirst();
      return { fresh: same ? [] : plan.pictures, sameBytes: same ? plan.pictures.length : 0, sameLook: 0 };
    }
    const there = await db
      .selectFrom('labelled_items')
      .select(['sha256', 'look', 'width_px as widthPx', 'height_px as heightPx', 'boxes'])
      .where('set_id', '=', setId)
      .where('clip_id', 'is', null)
      .execute();
    const hashes = new Set(there.map(({ sha256 }) => sha256));
    const looks = new LookIndex<Pick<PlannedPicture, 'widthPx' | 'heightPx' | 'boxes'>>();
    for (const item of there) looks.add(item.look, item);
    const fresh: PlannedPicture[] = [];
    let sameBytes = 0;
    let sameLook = 0;
    for (const picture of plan.pictures) {
      if (hashes.has(picture.sha256)) sameBytes++;
      else if (looks.same(picture.look).some((other) => sameBoxes(picture, other))) sameLook++;
      else {
        hashes.add(picture.sha256);
        looks.add(picture.look, picture);
        fresh.push(picture);
      }
    }
    return { fresh, sameBytes, sameLook };
  }

  get #importsFolder(): string {
    return join(this.#o.folder, 'imports');
  }

  #keptOf(id: string): Kept {
    const kept = this.#kept.get(id);
    if (!kept) throw notVisible('import', id);
    return kept;
  }

  #forgetOld(): void {
    for (const [id, { folder }] of this.#kept) {
      if (this.#kept.size < MOST_OPEN) return;
      this.#kept.delete(id);
      void rm(folder, { recursive: true, force: true });
    }
  }
}
