import { type Kysely, type SqlBool, sql } from 'kysely';
import type { RuleName } from '#config/rule.ts';
import { visibleTo } from '../accounts/visible-to.ts';
import { mayContinue, sharedPlace } from '../alerts/overlap.ts';
import type { Account } from '../contract/account.ts';
import type { Box, ClassGroup } from '../contract/observation.ts';
import type { RolloutComparison, ShadowAlert } from '../contract/rollout.ts';
import type { Schema } from '../store/schema.ts';

/** Between the onsets of one thing for two versions may lie so much: one sees it a little later, or loses it for a while. */
const APART_MS = 30_000;
const MOST_COMPARED = 5000;

interface Raised {
  id: string;
  camera_id: string;
  camera_name: string;
  view_id: string;
  rule: RuleName;
  /** null: that of the rule. */
  algorithm: string | null;
  class_group: ClassGroup;
  boxes: Box[];
  confidence: number;
  started_at: Date;
  raised_at: Date;
  last_seen_at: Date;
  ended_at: Date | null;
}

/** A version in the shadow, and where it has looked since when. */
interface ComparedVersion {
  versionId: string;
  algorithm: string;
  since: Date;
  /** Absent: it still does. */
  until?: Date;
  cameraIds: readonly string[];
}

/** Which of what a version in the shadow would have raised was raised by the one that counts too. */
interface Compared {
  /** The alert of each shadow alert that has one. */
  alertOf: Map<string, string>;
  byOld: readonly Raised[];
  byNew: readonly Raised[];
}

/**
 * Compares what a version would have raised from `since` until `until` at these cameras with the alerts that were. An alert
 * that stood before it began to look counts where the version was there long enough to raise it.
 */
export async function compareShadow(
  db: Kysely<Schema>,
  account: Account | null,
  { versionId, algorithm, since, until, cameraIds }: ComparedVersion,
): Promise<Compared> {
  const columns = [
    ...([
      'id',
      'camera_id',
      'camera_name',
      'view_id',
      'rule',
      'algorithm',
      'class_group',
      'boxes',
      'confidence',
    ] as const),
    ...(['started_at', 'raised_at', 'last_seen_at', 'ended_at', 'dwell_ms'] as const),
  ] as const;
  if (cameraIds.length === 0) return { alertOf: new Map(), byOld: [], byNew: [] };
  // Of the same cameras on both sides: some may be looked at by the new one no more.
  const byNew = await db
    .selectFrom('shadow_alerts')
    .select(columns)
    .where('version_id', '=', versionId)
    .where('camera_id', 'in', cameraIds)
    .where('raised_at', '>=', since)
    .where(visibleTo(account))
    .orderBy('raised_at')
    .limit(MOST_COMPARED)
    .execute();
  const stood = await db
    .selectFrom('alerts')
    .select(columns)
    .where('camera_id', 'in', cameraIds)
    .where(sql<SqlBool>`model ->> 'name' = ${algorithm}`)
    .where((of) => of.or([of('ended_at', 'is', null), of('ended_at', '>=', since)]))
    .$if(until !== undefined, (query) => query.where('raised_at', '<=', until!))
    .where(visibleTo(account))
    .orderBy('raised_at')
    .limit(MOST_COMPARED)
    .execute();
  const ofKind = new Map<string, Raised[]>();
  for (const alert of stood) {
    const others = ofKind.get(kindOf(alert));
    if (others) others.push(alert);
    else ofKind.set(kindOf(alert), [alert]);
  }
  const alertOf = new Map<string, string>();
  for (const one of byNew) {
    const same = ofKind.get(kindOf(one))?.find((other) => isSame(one, other));
    if (same) alertOf.set(one.id, same.id);
  }
  const found = new Set(alertOf.values());
  const lookedUntilMs = until?.getTime() ?? Date.now();
  const byOld = stood.filter((alert) => {
    const seenMs = Math.min(alert.last_seen_at.getTime(), until?.getTime() ?? Infinity) - since.getTime();
    return found.has(alert.id) || (seenMs > alert.dwell_ms + APART_MS && hasLooked(alert, lookedUntilMs));
  });
  return { alertOf, byOld, byNew };
}

/** The dwell of the new version ends as late as it began to look: until then it is not said to have missed a thing. */
function hasLooked({ raised_at }: Raised, untilMs: number): boolean {
  return untilMs - raised_at.getTime() > APART_MS;
}

/** What two must agree in before their places are compared. */
function kindOf({ camera_id, view_id, rule, algorithm, class_group }: Raised): string {
  return `${camera_id} ${view_id} ${algorithm ?? rule} ${class_group}`;
}

function isSame(a: Raised, b: Raised): boolean {
  return mayContinue(sharedPlace(a.class_group, a.boxes, b.boxes), a.class_group) && overlapsInTime(a, b);
}

function overlapsInTime(a: Raised, b: Raised): boolean {
  const endOf = ({ ended_at }: Raised) => ended_at?.getTime() ?? Number.POSITIVE_INFINITY;
  return a.started_at.getTime() <= endOf(b) + APART_MS && b.started_at.getTime() <= endOf(a) + APART_MS;
}

/** By camera and rule. */
export function linesOf({ alertOf, byOld, byNew }: Compared): RolloutComparison[] {
  const lines = new Map<string, RolloutComparison & { old: number[]; new: number[] }>();
  const lineOf = ({ camera_id: cameraId, camera_name: cameraName, rule }: Raised) => {
    const key = `${cameraId} ${rule}`;
    const line = lines.get(key) ?? {
      ...{ cameraId, cameraName, rule, both: 0, onlyOld: 0, onlyNew: 0, oldScore: null, newScore: null },
      ...{ old: [], new: [] },
    };
    lines.set(key, line);
    return line;
  };
  const found = new Set(alertOf.values());
  for (const alert of byOld) {
    const line = lineOf(alert);
    line.old.push(alert.confidence);
    if (found.has(alert.id)) line.both++;
    else line.onlyOld++;
  }
  for (const one of byNew) {
    const line = lineOf(one);
    line.new.push(one.confidence);
    if (!alertOf.has(one.id)) line.onlyNew++;
  }
  return [...lines.values()]
    .map(({ old, new: fresh, ...line }) => ({ ...line, oldScore: mean(old), newScore: mean(fresh) }))
    .sort((a, b) => a.cameraName.localeCompare(b.cameraName) || a.rule.localeCompare(b.rule));
}

function mean(scores: readonly number[]): number | null {
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The latest first. */
export async function readShadowAlerts(
  db: Kysely<Schema>,
  account: Account | null,
  versionId: string,
  alertOf: ReadonlyMap<string, string>,
  limit: number,
): Promise<ShadowAlert[]> {
  const rows = await db
    .selectFrom('shadow_alerts')
    .selectAll()
    .where('version_id', '=', versionId)
    .where(visibleTo(account))
    .orderBy('raised_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    versionId,
    cameraId: row.camera_id,
    cameraName: row.camera_name,
    viewId: row.view_id,
    rule: row.rule,
    classGroup: row.class_group,
    boxes: row.boxes,
    confidence: row.confidence,
    model: row.model,
    startedAt: row.started_at.toISOString(),
    raisedAt: row.raised_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    alertId: alertOf.get(row.id) ?? null,
    hasPicture: row.picture !== null,
  }));
}
