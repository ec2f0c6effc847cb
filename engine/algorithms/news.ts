import type { Kysely } from 'kysely';
import type { AlgorithmNews } from '../contract/rollout.ts';
import type { Schema } from '../store/schema.ts';

/** Where versions stand, and by which step each came there. */
export async function readNews(db: Kysely<Schema>, ids: readonly string[]): Promise<AlgorithmNews[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('algorithm_versions as version')
    .innerJoin('algorithm_stages as stage', 'stage.version_id', 'version.id')
    .innerJoin('algorithm_moves as move', 'move.version_id', 'version.id')
    .distinctOn('version.id')
    .select(['version.id', 'version.algorithm', 'version.version', 'stage.stage', 'moved_by', 'reason', 'move.at'])
    .where('version.id', 'in', ids)
    .orderBy('version.id')
    .orderBy('n', 'desc')
    .execute();
  return rows.map(({ moved_by: by, at, ...row }) => ({ ...row, by, at: at.toISOString() }));
}
