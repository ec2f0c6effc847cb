import type { Kysely } from 'kysely';
import type { Schema } from '../store/schema.ts';

/** Puts on record what a version needs to be validated: a bench, and samples found good. Test data. */
export async function proveForTests(db: Kysely<Schema>, versionId: string): Promise<void> {
  await db
    .insertInto('algorithm_benches')
    .values({
      version_id: versionId,
      host_cpu: 'test data',
      cores: 1,
      ms_p50: 20,
      ms_p95: 25,
      load_ms: 100,
      rss_bytes: 50_000_000,
      pictures: 20,
      on_samples: true,
      benched_by: 'test data',
    })
    .execute();
  await db
    .insertInto('algorithm_sample_checks')
    .values({ version_id: versionId, good: true, note: 'test data', checked_by: 'test data' })
    .execute();
}
