import { type Kysely, sql } from 'kysely';
import type { RuleName } from '#config/rule.ts';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Verdict } from '../contract/alert.ts';
import { LEAST_JUDGED, type VerdictCurve, WANTED_PRECISION } from '../contract/verdict-curve.ts';
import type { Schema } from '../store/schema.ts';

const MOST_POINTS = 60;

/** A verdict and how sure the model was. */
export interface Judged {
  score: number;
  verdict: Exclude<Verdict, 'none'>;
}

interface Row extends Judged {
  cameraId: string;
  cameraName: string;
  rule: RuleName;
  algorithm: string;
}

/** One curve for each rule and model over all cameras that the account sees, then one for each camera; the most judged first. */
export async function readVerdictCurves(db: Kysely<Schema>, account: Account | null): Promise<VerdictCurve[]> {
  const named = sql<string>`model->>'name'`;
  const rows: Row[] = await db
    .selectFrom('alerts')
    .select(['camera_id as cameraId', 'camera_name as cameraName', 'rule', 'confidence as score'])
    .select(named.as('algorithm'))
    .select(sql<Row['verdict']>`verdict`.as('verdict'))
    .where('verdict', '!=', 'none')
    .where(visibleTo(account))
    .execute();
  const raised = await db
    .selectFrom('alerts')
    .select(['camera_id as cameraId', 'rule'])
    .select([named.as('algorithm'), sql<number>`count(*)::int`.as('count')])
    .where(visibleTo(account))
    .groupBy(['camera_id', 'rule', named])
    .execute();
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    for (const camera of [null, row.cameraId]) {
      const key = JSON.stringify([camera, row.rule, row.algorithm]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  }
  return [...groups.values()]
    .map((group, i) => ({ group, key: [...groups.keys()][i]! }))
    .map(({ group, key }) => {
      const [cameraId, rule, algorithm] = JSON.parse(key) as [string | null, RuleName, string];
      const ofThis = raised.filter(
        (one) => one.rule === rule && one.algorithm === algorithm && (cameraId === null || one.cameraId === cameraId),
      );
      return {
        cameraId,
        cameraName: cameraId === null ? null : group.at(-1)!.cameraName,
        rule,
        algorithm,
        raised: ofThis.reduce((sum, { count }) => sum + count, 0),
        ...curveOf(group),
      };
    })
    .sort((a, b) => Number(a.cameraId !== null) - Number(b.cameraId !== null) || b.judged - a.judged);
}

/**
 * Precision and what is kept at every score that was judged. The suggestion is the lowest threshold with the wanted precision
 * that still rests on enough verdicts.
 */
export function curveOf(
  judged: readonly Judged[],
): Omit<VerdictCurve, 'cameraId' | 'cameraName' | 'rule' | 'algorithm' | 'raised'> {
  const surest = judged.toSorted((a, b) => b.score - a.score);
  const confirmed = count(judged, 'confirmed');
  const points: VerdictCurve['points'] = [];
  let right = 0;
  surest.forEach(({ score, verdict }, i) => {
    right += Number(verdict === 'confirmed');
    // Alerts that are equally sure stand or fall together.
    if (surest[i + 1]?.score === score) return;
    points.push({
      threshold: score,
      judged: i + 1,
      precision: right / (i + 1),
      kept: confirmed === 0 ? 0 : right / confirmed,
    });
  });
  points.reverse();
  const suggestion =
    judged.length < LEAST_JUDGED
      ? null
      : (points.find((point) => point.judged >= LEAST_JUDGED / 2 && point.precision >= WANTED_PRECISION) ?? null);
  return {
    judged: judged.length,
    confirmed,
    falseOnes: count(judged, 'false'),
    wrongClass: count(judged, 'wrong-class'),
    points: thinned(points),
    suggestion,
    leastJudged: LEAST_JUDGED,
    wantedPrecision: WANTED_PRECISION,
  };
}

const count = (judged: readonly Judged[], wanted: Verdict) => judged.filter(({ verdict }) => verdict === wanted).length;

function thinned<T>(points: readonly T[]): T[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => i % Math.max(1, step) === 0);
}
