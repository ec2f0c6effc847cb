import { type Kysely, type SqlBool, sql } from 'kysely';
import { fullBefore } from '../algorithms/stages.ts';
import type { Schema } from '../store/schema.ts';
import { compareShadow, linesOf } from './compare.ts';
import type { LastMinute } from './minute.ts';
import type { StandingVersion } from './standing.ts';

/** From so many on a figure counts. */
const LEAST_LOOKS = 20;
const LEAST_JUDGED = 5;
const LEAST_EXTRA = 5;
/** Rates are taken over this time at least: what it raises in its first minute is no rate. */
const LEAST_HOURS = 1 / 6;
const HOUR_MS = 3_600_000;
/** So long one in full is watched, where there is one before it to go back to. */
const WATCHED_IN_FULL_MS = 24 * HOUR_MS;

/** A limit that a version has passed: what was measured, and what it may be. */
export interface Breach {
  limit: keyof StandingVersion['limits'];
  got: number;
  expected: number;
  of: number;
}

/** The first limit that a version has passed; null: none, or it is not on trial any more. */
export async function breachOf(
  db: Kysely<Schema>,
  version: StandingVersion,
  minute: LastMinute,
  cameraIds: readonly string[],
): Promise<Breach | null> {
  const { id, algorithm, stage, since, limits } = version;
  if (stage === 'full') {
    if (Date.now() - since.getTime() > WATCHED_IN_FULL_MS) return null;
    if ((await fullBefore(db, algorithm, id)) === null) return null;
  }
  const { looks, lookMs } = minute;
  if (lookMs !== null && looks >= LEAST_LOOKS && lookMs > limits.lookMs)
    return { limit: 'lookMs', got: Math.round(lookMs), expected: limits.lookMs, of: looks };
  const deaths = await deathsSince(db, id, new Date(Math.max(since.getTime(), Date.now() - HOUR_MS)));
  if (deaths >= limits.deathsPerHour)
    return { limit: 'deathsPerHour', got: deaths, expected: limits.deathsPerHour, of: deaths };
  if (stage !== 'shadow') {
    const { judged, false: called } = await verdictsOf(db, id, since);
    const share = called / judged;
    if (judged >= LEAST_JUDGED && share > limits.falseShare)
      return { limit: 'falseShare', got: round(share), expected: limits.falseShare, of: judged };
    return null;
  }
  if (cameraIds.length === 0) return null;
  const lines = linesOf(await compareShadow(db, null, { versionId: id, algorithm, since, cameraIds }));
  const extra = lines.reduce((sum, { onlyNew }) => sum + onlyNew, 0);
  const hours = Math.max(LEAST_HOURS, (Date.now() - since.getTime()) / HOUR_MS);
  const rate = extra / (hours * cameraIds.length);
  if (extra < LEAST_EXTRA || rate <= limits.extraPerCameraHour) return null;
  return { limit: 'extraPerCameraHour', got: round(rate), expected: limits.extraPerCameraHour, of: extra };
}

const round = (figure: number) => Math.round(100 * figure) / 100;

async function deathsSince(db: Kysely<Schema>, versionId: string, since: Date): Promise<number> {
  const { count } = await db
    .selectFrom('algorithm_deaths')
    .select((of) => of.fn.countAll<string>().as('count'))
    .where('version_id', '=', versionId)
    .where('at', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The alerts that name a version, how many of them were judged, and how many of those called false. */
export async function verdictsOf(db: Kysely<Schema>, versionId: string, since: Date) {
  const row = await db
    .selectFrom('alerts')
    .select([
      sql<number>`count(*)::int`.as('raised'),
      sql<number>`(count(*) filter (where verdict <> 'none'))::int`.as('judged'),
      sql<number>`(count(*) filter (where verdict = 'false'))::int`.as('false'),
    ])
    .where(sql<SqlBool>`model ->> 'versionId' = ${versionId}`)
    .where('raised_at', '>=', since)
    .executeTakeFirstOrThrow();
  return row;
}

const SAID: Record<Breach['limit'], (breach: Breach) => string> = {
  lookMs: ({ got, expected, of }) =>
    `${of} 次推理平均 ${got} ms，上限 ${expected} ms · ${of} looks took ${got} ms each, the limit is ${expected} ms`,
  deathsPerHour: ({ got, expected }) =>
    `一小时内进程终止 ${got} 次，上限 ${expected} 次 · its process ended ${got} times in an hour, the limit is ${expected}`,
  falseShare: ({ got, expected, of }) =>
    `${of} 条已研判告警中误报 ${Math.round(100 * got)}%，上限 ${Math.round(100 * expected)}% · of ${of} judged alerts ${Math.round(100 * got)} % were false, the limit is ${Math.round(100 * expected)} %`,
  extraPerCameraHour: ({ got, expected, of }) =>
    `仅本版本告警 ${of} 条，每路每小时 ${got} 条，上限 ${expected} 条 · it alone would have raised ${of}, ${got} a camera and hour, the limit is ${expected}`,
};

/** Why a version was taken back, in the words of both languages: it is on record for good. */
export const sayBreach = (breach: Breach): string => SAID[breach.limit](breach);
