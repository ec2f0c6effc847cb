import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { ulid } from 'ulid';
import { nameOf } from '../accounts/visible-to.ts';
import type { ProofJobs } from '../algorithms/proof-jobs.ts';
import { runApart } from '../algorithms/run-apart.ts';
import { preparedOf, versionFolder } from '../algorithms/version-files.ts';
import { readVersion } from '../algorithms/versions.ts';
import type { Account } from '../contract/account.ts';
import type { AlgorithmEvaluation, NewAlgorithmEvaluation } from '../contract/evaluation.ts';
import type { ProofJob } from '../contract/proof-job.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { type ApartRequest, Evaluated } from './apart/requests.ts';
import { APART_MAIN } from './imports.ts';
import { itemVisibleTo, readSet } from './sets.ts';

interface Options {
  db: Kysely<Schema>;
  folder: string;
  versionsFolder: string;
  jobs: ProofJobs;
}

/**
 * Runs a version over the pictures of a set that the account may see, and writes down how well it did, for good.
 * @throws Refusal 404 `not-found`, 409 `too-many-jobs`, 422 `set-empty`
 */
export async function evaluateVersion(
  { db, folder, versionsFolder, jobs }: Options,
  by: Account,
  versionId: string,
  { setId, threshold, labels }: NewAlgorithmEvaluation,
): Promise<ProofJob> {
  const { sha256 } = await readVersion(db, versionId);
  const prepared = preparedOf(join(versionsFolder, await versionFolder(db, versionId)));
  const { pictures } = await readSet(db, by, setId);
  if (pictures === 0) {
    throw new Refusal(422, 'set-empty', 'There is nothing in this set that you may see.', {
      got: 0,
      expected: 'one picture at least',
    });
  }
  return jobs.add(by, 'evaluation', versionId, async ({ tell, signal }) => {
    const set = await readSet(db, by, setId);
    const rows = await db
      .selectFrom('labelled_items')
      .selectAll()
      .where('set_id', '=', setId)
      .where(itemVisibleTo(by))
      .orderBy('id')
      .execute();
    const request: ApartRequest = {
      kind: 'evaluate',
      prepared,
      threshold: threshold ?? null,
      classes: set.classes,
      labels,
      pictures: rows.map((row) => ({
        file: join(folder, row.path),
        boxes: row.boxes,
        crop: row.crop,
        clip: row.clip_id === null ? null : { id: row.clip_id, atMs: row.at_ms ?? 0 },
      })),
      clips: set.clips.map(({ id, durationMs }) => ({ id, durationMs })),
    };
    const result = await runApart({ main: APART_MAIN, request, answer: Evaluated, tell, signal });
    const id = `evaluation-${ulid().toLowerCase()}`;
    await db
      .insertInto('algorithm_evaluations')
      .values({
        id,
        version_id: versionId,
        sha256,
        set_id: setId,
        set_name: set.name,
        set_revision: set.revision,
        set_hash: hashOf(rows),
        result: JSON.stringify(result),
        evaluated_by: nameOf(by),
      })
      .execute();
    return id;
  });
}

/** Of the pictures and boxes that were used, in whatever order they came into the set. */
function hashOf(rows: readonly { sha256: string; boxes: unknown; crop: unknown }[]): string {
  const lines = rows.map(({ sha256, boxes, crop }) => `${sha256} ${JSON.stringify(boxes)} ${JSON.stringify(crop)}`);
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** What a version did on which sets, the newest first. @throws Refusal 404 `not-found` */
export async function readEvaluations(db: Kysely<Schema>, versionId: string): Promise<AlgorithmEvaluation[]> {
  await readVersion(db, versionId);
  return evaluationsWhere(db, 'version_id', versionId);
}

/** @throws Refusal 404 `not-found` */
export async function readEvaluation(db: Kysely<Schema>, id: string): Promise<AlgorithmEvaluation> {
  const [found] = await evaluationsWhere(db, 'id', id);
  if (!found) throw notVisible('evaluation', id);
  return found;
}

async function evaluationsWhere(
  db: Kysely<Schema>,
  column: 'id' | 'version_id',
  value: string,
): Promise<AlgorithmEvaluation[]> {
  const rows = await db
    .selectFrom('algorithm_evaluations')
    .selectAll()
    .where(column, '=', value)
    .orderBy('at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    versionId: row.version_id,
    sha256: row.sha256,
    setId: row.set_id,
    setName: row.set_name,
    setRevision: row.set_revision,
    setHash: row.set_hash,
    by: row.evaluated_by,
    at: row.at.toISOString(),
    result: row.result,
  }));
}
