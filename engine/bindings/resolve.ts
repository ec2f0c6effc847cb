import { type Kysely, sql } from 'kysely';
import type { LookedAt } from '#config/camera.ts';
import { type RuleName, ShippedRule, type ZoneKind } from '#config/rule.ts';
import type { BoundDays, DefinitionBody } from '../contract/algorithm-definition.ts';
import type { Schema } from '../store/schema.ts';
import { type AlgorithmSite, readBodies, readRunningModels, stateOf } from './definitions.ts';

/** A rule as a shard is told it: an algorithm's definition with the hours of its binding. */
export interface ResolvedRule {
  rule: RuleName;
  dwellMs: number;
  threshold?: number;
  hours?: string[];
  /** Absent: a shipped rule itself. */
  algorithm?: string;
  /** Absent: the site's model. */
  model?: string;
  classes?: string[];
  zoneKind?: ZoneKind | null;
  movesAbout?: boolean;
  samplePeriodMs?: number;
  regions?: LookedAt;
  calendar?: { on: BoundDays; holidays: string[]; workdays: string[] };
}

interface Reaching {
  camera_id: string;
  algorithm: string;
  hours: string[] | null;
  days: BoundDays | null;
}

/**
 * The rules that bindings give to cameras, those of all or of the ids. Where several bindings of one algorithm reach a
 * camera, the nearest counts: one that names it before a library's before a division's, the newest of equals. An algorithm
 * whose model does not run gives none.
 */
export async function readBoundRules(
  db: Kysely<Schema>,
  site: AlgorithmSite,
  cameraIds: readonly string[] | null,
): Promise<Map<string, ResolvedRule[]>> {
  const { rows } = await sql<Reaching>`
    select camera_id, algorithm, hours, days from counting_bindings
    where ${cameraIds}::text[] is null or camera_id = any (${cameraIds}::text[])
    order by camera_id, algorithm`.execute(db);
  const rulesOf = new Map<string, ResolvedRule[]>();
  if (rows.length === 0) return rulesOf;
  const [bodies, running] = [await readBodies(db, site), await readRunningModels(db, site)];
  for (const { camera_id, algorithm, hours, days } of rows) {
    const body = bodies.get(algorithm)?.body;
    if (!body || stateOf(body, running) !== 'runnable') continue;
    const rule = resolved(algorithm, body, { hours, days }, site);
    if (rule) rulesOf.set(camera_id, [...(rulesOf.get(camera_id) ?? []), rule]);
  }
  return rulesOf;
}

function resolved(
  id: string,
  { runs }: DefinitionBody,
  { hours, days }: Pick<Reaching, 'hours' | 'days'>,
  { model, rules, caseClocks }: AlgorithmSite,
): ResolvedRule | null {
  if (runs === null) return null;
  const shipped = ShippedRule.safeParse(id);
  const own = shipped.success ? rules[shipped.data] : null;
  const { holidays, workdays } = caseClocks;
  const when = hours ?? own?.hours;
  return {
    rule: runs.rule,
    dwellMs: runs.dwellMs,
    ...(runs.threshold !== null && { threshold: runs.threshold }),
    ...(when && { hours: when }),
    ...(days && { calendar: { on: days, holidays, workdays } }),
    ...(own === null && {
      algorithm: id,
      zoneKind: runs.zoneKind,
      movesAbout: runs.movesAbout,
      ...(runs.model !== model && { model: runs.model }),
      ...(runs.classes.length > 0 && { classes: runs.classes }),
      ...(runs.samplePeriodMs !== null && { samplePeriodMs: runs.samplePeriodMs }),
      ...(runs.regions !== 'zones' && { regions: runs.regions }),
    }),
  };
}
