import { type Kysely, sql } from 'kysely';
import { SAMPLING_OF_RULE } from '#config/sampling.ts';
import type { Account } from '../contract/account.ts';
import type { AlgorithmBudget, BindingForecast } from '../contract/algorithm-budget.ts';
import type { AlgorithmDefinition, AlgorithmRun, BindingQuestion } from '../contract/algorithm-definition.ts';
import type { Schema } from '../store/schema.ts';
import { camerasInReach } from './bind.ts';
import { type AlgorithmSite, readDefinition, readDefinitions, readVisible } from './definitions.ts';
import { assertWithinShare } from './share.ts';

/** What the analysis took of late, as the shards tell it; the engine's `Load` fits. */
export interface MeasuredLoad {
  cores: number;
  measuredMs: number;
  usedCores: number | null;
  cameras: ReadonlyMap<string, { looked: number; dropped: number; overMs: number }>;
}

/** A period this much longer than wanted is told; below it is the rhythm of the keys. */
const STRETCHED_FROM = 1.5;

/** How often an algorithm wants to look, at least. */
function wantedPeriodMs({ rule, samplePeriodMs }: Pick<AlgorithmRun, 'rule' | 'samplePeriodMs'>): number {
  return samplePeriodMs ?? SAMPLING_OF_RULE[rule].atLeastEveryMs;
}

export async function readBudget(
  db: Kysely<Schema>,
  site: AlgorithmSite,
  load: MeasuredLoad,
  account: Account | null,
): Promise<AlgorithmBudget> {
  const known = await readVisible(db, site, account);
  const definitions = await readDefinitions(db, site, null);
  const watchers = await readWatched(db);
  const runnable = definitions.filter(({ state }) => state === 'runnable');
  // The host is everybody's; what runs on it is named to those with whom it is shared.
  const sampling = runnable.flatMap(({ id, runs }) => {
    if (!known.has(id)) return [];
    const cameras = watchers.filter((one) => one.algorithms.includes(id));
    if (cameras.length === 0 || runs === null) return [];
    const periodsMs = cameras.flatMap((camera) => periodOf(load, camera.id) ?? []).sort((a, b) => a - b);
    return [
      {
        algorithm: id,
        cameras: cameras.length,
        wantedPeriodMs: wantedPeriodMs(runs),
        achievedPeriodMs: periodsMs[periodsMs.length >> 1] ?? null,
        slowestPeriodMs: periodsMs.at(-1) ?? null,
      },
    ];
  });
  const { looked, dropped, cameras: seen } = sums(load);
  const { cores, usedCores, measuredMs } = load;
  return {
    catalogued: definitions.length,
    runnable: runnable.length,
    bound: sum(runnable.map(({ cameras }) => cameras)),
    cameras: watchers.length,
    cores,
    usedCores,
    coresPerCamera: usedCores === null || seen === 0 ? null : usedCores / seen,
    measuredMs,
    droppedShare: looked + dropped === 0 ? null : dropped / (looked + dropped),
    sampling,
    stretched: sampling
      .filter((one) => one.achievedPeriodMs !== null && one.achievedPeriodMs > STRETCHED_FROM * one.wantedPeriodMs)
      .map(({ algorithm }) => algorithm),
  };
}

/**
 * What it would cost to bind an algorithm so. A camera that is watched with the same model costs nothing more: its
 * pictures are decoded and looked at once. One that is not costs what the cameras here cost now; a model that does not
 * run here, what its bench says of an inference, without decoding.
 * @throws Refusal 404 `not-found`, 422 `beyond-share`
 */
export async function forecast(
  db: Kysely<Schema>,
  account: Account,
  {
    algorithm,
    reach,
    site,
    load,
  }: { algorithm: string; reach: BindingQuestion; site: AlgorithmSite; load: MeasuredLoad },
): Promise<BindingForecast> {
  const definition = await readDefinition(db, site, account, algorithm);
  await assertWithinShare(db, definition.share, reach);
  const cameras = await camerasInReach(db, account, reach);
  const already = cameras.filter(({ bound, own }) => bound.includes(algorithm) || own.includes(algorithm));
  const opened = cameras.filter(({ analysed }) => !analysed);
  const { each, basis } = await costOf(db, definition, site, load);
  const counted = definition.runs?.model === site.model ? opened.length : cameras.length - already.length;
  const addedCores = counted === 0 ? 0 : each === null ? null : each * counted;
  const { cores, usedCores } = load;
  // Nothing runs yet: that is known to cost nothing.
  const usedNow = usedCores ?? (load.cameras.size === 0 && (await readWatched(db)).length === 0 ? 0 : null);
  const neededCores = addedCores === null || usedNow === null ? null : usedNow + addedCores;
  return {
    cameras: cameras.length,
    already: already.length,
    opened: opened.length,
    basis: counted === 0 ? 'measured' : basis,
    addedCores,
    neededCores,
    cores,
    stretch: neededCores === null ? null : Math.max(1, neededCores / cores),
  };
}

/** What one more camera costs, in cores. */
async function costOf(
  db: Kysely<Schema>,
  { runs }: AlgorithmDefinition,
  site: AlgorithmSite,
  load: MeasuredLoad,
): Promise<{ each: number | null; basis: BindingForecast['basis'] }> {
  if (runs === null) return { each: null, basis: 'nothing' };
  const seen = sums(load).cameras;
  if (runs.model === site.model && load.usedCores !== null && seen > 0)
    return { each: load.usedCores / seen, basis: 'measured' };
  const benchMs = await readBenchMs(db, runs.model);
  return benchMs === null ? { each: null, basis: 'nothing' } : { each: benchMs / wantedPeriodMs(runs), basis: 'bench' };
}

/** What an inference of a model's newest version took when it was benched, in the middle; null: it never was. */
async function readBenchMs(db: Kysely<Schema>, model: string): Promise<number | null> {
  const there = await sql<{ is: boolean }>`select to_regclass('algorithm_benches') is not null as is`.execute(db);
  if (!there.rows[0]?.is) return null;
  const { rows } = await sql<{ ms: number }>`
    select b.ms_p50::float8 as ms from algorithm_benches b join algorithm_versions v on v.id = b.version_id
    where v.algorithm = ${model} order by v.at desc limit 1`.execute(db);
  return rows[0]?.ms ?? null;
}

/** The cameras that are analysed, each with the algorithms that watch it. */
async function readWatched(db: Kysely<Schema>): Promise<{ id: string; algorithms: string[] }[]> {
  const { rows } = await sql<{ id: string; algorithms: string[] }>`
    select id, bound_algorithms || array(select jsonb_path_query(body, '$.algorithms[*].rule') #>> '{}') as algorithms
    from cameras where analysed`.execute(db);
  return rows;
}

function periodOf({ cameras }: MeasuredLoad, id: string): number | null {
  const seen = cameras.get(id);
  return seen && seen.looked > 0 ? seen.overMs / seen.looked : null;
}

/** Of the cameras whose pictures were looked at. */
function sums({ cameras }: MeasuredLoad): { looked: number; dropped: number; cameras: number } {
  const seen = [...cameras.values()].filter(({ looked }) => looked > 0);
  return {
    looked: sum(seen.map(({ looked }) => looked)),
    dropped: sum(seen.map(({ dropped }) => dropped)),
    cameras: seen.length,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
