import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { SAMPLING_OF_RULE } from '#config/sampling.ts';
import { nameOf } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import { type AlgorithmBench, streamsPerCore } from '../contract/algorithm-bench.ts';
import type { ProofJob } from '../contract/proof-job.ts';
import type { Schema } from '../store/schema.ts';
import { BenchResult } from './bench/request.ts';
import type { ProofJobs } from './proof-jobs.ts';
import { runApart } from './run-apart.ts';
import { preparedOf, samplesOf, versionFolder } from './version-files.ts';
import { readVersion } from './versions.ts';

const MAIN = fileURLToPath(new URL('./bench/main.ts', import.meta.url));

interface Options {
  db: Kysely<Schema>;
  /** Where uploads and versions lie. */
  folder: string;
  jobs: ProofJobs;
}

/** Every pace that a rule of this engine asks for, the fastest first. */
const PACES_MS = [
  ...new Set(
    Object.values(SAMPLING_OF_RULE).flatMap(({ atMostEveryMs, atLeastEveryMs, whileInView }) => [
      ...(whileInView ? [whileInView.everyMs] : []),
      atMostEveryMs,
      atLeastEveryMs,
    ]),
  ),
].sort((a, b) => a - b);

/** Measures what a version takes on this host and writes it down. @throws Refusal 404 `not-found`, 409 `too-many-jobs` */
export async function benchVersion({ db, folder, jobs }: Options, by: Account, versionId: string): Promise<ProofJob> {
  const at = await versionFolder(db, versionId);
  return jobs.add(by, 'bench', versionId, async ({ tell, signal }) => {
    const pictures = await samplesOf(join(folder, at));
    const request = { prepared: preparedOf(join(folder, at)), pictures };
    const taken = await runApart({ main: MAIN, request, answer: BenchResult, tell, signal });
    const processors = cpus();
    await db
      .insertInto('algorithm_benches')
      .values({
        version_id: versionId,
        host_cpu: processors[0]?.model.trim() || 'unknown',
        cores: processors.length,
        ms_p50: taken.msP50,
        ms_p95: taken.msP95,
        load_ms: taken.loadMs,
        rss_bytes: taken.rssBytes,
        pictures: taken.pictures,
        on_samples: taken.onSamples,
        benched_by: nameOf(by),
      })
      .execute();
    return null;
  });
}

/** What was measured of a version, the newest first. @throws Refusal 404 `not-found` */
export async function readBenches(db: Kysely<Schema>, versionId: string): Promise<AlgorithmBench[]> {
  await readVersion(db, versionId);
  const rows = await db
    .selectFrom('algorithm_benches')
    .selectAll()
    .where('version_id', '=', versionId)
    .orderBy('n', 'desc')
    .execute();
  return rows.map((row) => ({
    versionId,
    at: row.at.toISOString(),
    by: row.benched_by,
    hostCpu: row.host_cpu,
    cores: row.cores,
    msP50: row.ms_p50,
    msP95: row.ms_p95,
    loadMs: row.load_ms,
    rssBytes: Number(row.rss_bytes),
    pictures: row.pictures,
    onSamples: row.on_samples,
    streamsPerCore: PACES_MS.map((everyMs) => ({ everyMs, streams: streamsPerCore(row.ms_p95, everyMs) })),
  }));
}
