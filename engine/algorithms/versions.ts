import type { Kysely, Transaction } from 'kysely';
import { ulid } from 'ulid';
import type { AlgorithmVersion } from '../contract/algorithm.ts';
import type { Inspection } from '../contract/inspection.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

/** What a new version is made of. `folder` holds what was uploaded, unpacked and prepared. */
export interface NewVersion {
  fileName: string;
  inspection: Inspection;
  folder: string;
  by: string;
}

/**
 * Writes a version down, as a draft; `alongside` is done in the same transaction. @returns its id
 * @throws Refusal 409 `version-exists`, 422 `not-inspected`
 */
export async function addVersion(
  db: Kysely<Schema>,
  { fileName, inspection, folder, by }: NewVersion,
  alongside?: (trx: Transaction<Schema>, id: string) => Promise<void>,
): Promise<string> {
  const { manifest, sha256, bytes } = inspection;
  if (!inspection.accepted || manifest === null || sha256 === null) {
    throw new Refusal(422, 'not-inspected', 'The upload was refused, so it is no version.', {
      got: inspection.findings.filter(({ severity }) => severity === 'refusal').map(({ code }) => code),
      expected: 'an inspection without a refusal',
    });
  }
  const [algorithm, version, licence] = ['name', 'version', 'licence'].map((field) => String(manifest[field]));
  const id = `algorithm-${ulid().toLowerCase()}`;
  return db.transaction().execute(async (trx) => {
    const added = await trx
      .insertInto('algorithm_versions')
      .values({
        id,
        algorithm: algorithm!,
        version: version!,
        sha256,
        file_name: fileName,
        bytes,
        licence: licence!,
        inspection: JSON.stringify(inspection),
        folder,
        uploaded_by: by,
      })
      .onConflict((conflict) => conflict.columns(['algorithm', 'version']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) {
      throw new Refusal(409, 'version-exists', `${algorithm} ${version} exists already; a version never changes.`, {
        got: `${algorithm} ${version}`,
        expected: 'a new number',
      });
    }
    await trx
      .insertInto('algorithm_stages')
      .values({ version_id: id, algorithm: algorithm!, stage: 'draft' })
      .execute();
    await alongside?.(trx, id);
    return id;
  });
}

/** All versions, the newest first, each with how it came to where it stands. */
export async function readVersions(db: Kysely<Schema>): Promise<AlgorithmVersion[]> {
  const rows = await db
    .selectFrom('algorithm_versions')
    .innerJoin('algorithm_stages', 'algorithm_stages.version_id', 'algorithm_versions.id')
    .selectAll('algorithm_versions')
    .select(['stage', 'since'])
    .orderBy('algorithm_versions.at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const moves = await db.selectFrom('algorithm_moves').selectAll().orderBy('n').execute();
  return rows.map((row) => ({
    id: row.id,
    algorithm: row.algorithm,
    version: row.version,
    sha256: row.sha256,
    fileName: row.file_name,
    bytes: Number(row.bytes),
    licence: row.licence,
    uploadedBy: row.uploaded_by,
    at: row.at.toISOString(),
    stage: row.stage,
    since: row.since.toISOString(),
    inspection: row.inspection,
    moves: moves
      .filter(({ version_id }) => version_id === row.id)
      .map(({ move, from_stage: fromStage, to_stage: toStage, moved_by: movedBy, reason, at }) => ({
        move,
        fromStage,
        toStage,
        by: movedBy,
        reason,
        at: at.toISOString(),
      })),
  }));
}

/** @throws Refusal 404 `not-found` */
export async function readVersion(db: Kysely<Schema>, id: string): Promise<AlgorithmVersion> {
  const found = (await readVersions(db)).find((version) => version.id === id);
  if (!found) throw notVisible('version of an algorithm', id);
  return found;
}

/** What is kept of a version, and the folder that it lies in. @throws Refusal 404 `not-found` */
export async function readKeptVersion(
  db: Kysely<Schema>,
  id: string,
): Promise<{ folder: string; inspection: Inspection }> {
  const row = await db
    .selectFrom('algorithm_versions')
    .select(['folder', 'inspection'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw notVisible('version of an algorithm', id);
  return row;
}
