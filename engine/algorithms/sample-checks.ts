import type { Kysely } from 'kysely';
import type { NewSampleCheck, SampleCheck } from '../contract/algorithm-bench.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { readVersion } from './versions.ts';

/** What an inspection calls the picture that it looks at where there are no samples. */
const NOISE = 'noise';

/**
 * Writes down what a person said of the boxes in a version's samples. Who had no picture to look at cannot have found them
 * good: then an evaluation on a labelled set stands in.
 * @throws Refusal 404 `not-found`, 422 `no-samples`
 */
export async function checkSamples(
  db: Kysely<Schema>,
  versionId: string,
  { good, note }: NewSampleCheck,
  by: string,
): Promise<SampleCheck> {
  const { inspection } = await readVersion(db, versionId);
  const pictures = inspection.samples.filter(({ name }) => name !== NOISE);
  if (good && pictures.length === 0) {
    const evaluated = await db
      .selectFrom('algorithm_evaluations')
      .select('id')
      .where('version_id', '=', versionId)
      .executeTakeFirst();
    if (!evaluated) {
      throw new Refusal(422, 'no-samples', 'There is no sample picture in which boxes could be seen.', {
        got: 'a package without samples, and no evaluation',
        expected: 'samples in the package, or an evaluation on a labelled set',
      });
    }
  }
  await db
    .insertInto('algorithm_sample_checks')
    .values({ version_id: versionId, good, note, checked_by: by })
    .execute();
  return (await readSampleCheck(db, versionId))!;
}

/** The last one; null: nobody said anything yet. */
export async function readSampleCheck(db: Kysely<Schema>, versionId: string): Promise<SampleCheck | null> {
  const row = await db
    .selectFrom('algorithm_sample_checks')
    .selectAll()
    .where('version_id', '=', versionId)
    .orderBy('n', 'desc')
    .executeTakeFirst();
  return row ? { good: row.good, note: row.note, by: row.checked_by, at: row.at.toISOString() } : null;
}
