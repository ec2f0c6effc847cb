import type { Kysely } from 'kysely';
import type { AlgorithmModel } from '../contract/algorithm-definition.ts';
import type { Schema } from '../store/schema.ts';
import { type AlgorithmSite, readRunningModels, type SiteModel } from './definitions.ts';

/** The site's own model, and those that were uploaded with the labels of their newest version, by name. */
export async function readModels(
  db: Kysely<Schema>,
  site: AlgorithmSite,
  siteModel: SiteModel,
): Promise<AlgorithmModel[]> {
  const running = await readRunningModels(db, site);
  const rows = await db
    .selectFrom('algorithm_versions')
    .select(['algorithm', 'inspection'])
    .distinctOn('algorithm')
    .orderBy('algorithm')
    .orderBy('at', 'desc')
    .execute();
  const uploaded = rows.filter(({ algorithm }) => algorithm !== siteModel.name);
  return [
    { name: siteModel.name, labels: siteModel.labels && [...siteModel.labels], runs: true },
    ...uploaded.map(({ algorithm, inspection }) => ({
      name: algorithm,
      labels: inspection.labels,
      runs: running.has(algorithm),
    })),
  ];
}
