import type { Kysely } from 'kysely';
import { preparedOf } from '../algorithms/version-files.ts';
import type { BarredVersion } from '../analysis/messages.ts';
import { RolloutLimits } from '../contract/rollout-terms.ts';
import type { Schema } from '../store/schema.ts';

/** A version that runs: beside another, on trial, or in full. */
export interface StandingVersion {
  id: string;
  algorithm: string;
  version: string;
  stage: 'shadow' | 'canary' | 'full';
  since: Date;
  /** Of the cameras; in full all of them. */
  share: number;
  limits: RolloutLimits;
  /** What the engine runs of it, below the folder of versions. */
  folder: string;
}

export async function readStanding(db: Kysely<Schema>): Promise<StandingVersion[]> {
  const rows = await db
    .selectFrom('algorithm_stages')
    .innerJoin('algorithm_versions', 'algorithm_versions.id', 'algorithm_stages.version_id')
    .select(['id', 'algorithm_versions.algorithm', 'version', 'stage', 'since', 'share', 'limits', 'folder'])
    .where('stage', 'in', ['shadow', 'canary', 'full'])
    .orderBy('id')
    .execute();
  return rows.map(({ stage, share, limits, folder, ...row }) => ({
    ...row,
    stage: stage as StandingVersion['stage'],
    share: share ?? 1,
    limits: RolloutLimits.parse(limits ?? {}),
    folder: preparedOf(folder),
  }));
}

/** The versions that were taken out for good or for harm: they neither look nor verify. */
export async function readBarred(db: Kysely<Schema>): Promise<BarredVersion[]> {
  return db
    .selectFrom('algorithm_stages')
    .innerJoin('algorithm_versions', 'algorithm_versions.id', 'algorithm_stages.version_id')
    .select(['algorithm_versions.algorithm', 'version'])
    .where('stage', 'in', ['quarantined', 'retired'])
    .orderBy('id')
    .execute();
}
