import type { Alert, Suppression } from '#engine/contract/alert.ts';
import { type Camera, hasRules } from '#engine/contract/camera.ts';
import type { Case, Unit } from '#engine/contract/case.ts';
import type { Change, ChangeBatch } from '#engine/contract/change.ts';
import type { Outage } from '#engine/contract/outage.ts';
import type { AlgorithmNews } from '#engine/contract/rollout.ts';
import { isActive } from './alert-order.ts';

/** What this page knows of the city, and up to which change it knows it. Never changed in place. */
export interface City {
  readonly lastSeq: number;
  /** The last change by which many cameras of the pool changed at once; 0: none that we heard of. */
  readonly poolSeq: number;
  /** The last change by which a single camera changed, of the wall or not; 0: none that we heard of. */
  readonly cameraSeq: number;
  /** The last change of the work in the field: photos, messages, notices; 0: none that we heard of. */
  readonly fieldSeq: number;
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly cases: ReadonlyMap<string, Case>;
  readonly cameras: ReadonlyMap<string, Camera>;
  readonly units: ReadonlyMap<string, Unit>;
  readonly suppressions: ReadonlyMap<string, Suppression>;
  /** Places whose cameras are lost together now. */
  readonly outages: ReadonlyMap<string, Outage>;
  /** The last change by which a version of an algorithm was moved; 0: none that we heard of. */
  readonly algorithmSeq: number;
  /** Versions that the system took out of use, as we heard of it. */
  readonly algorithmNews: ReadonlyMap<string, AlgorithmNews>;
}

export const EMPTY_CITY: City = {
  lastSeq: 0,
  poolSeq: 0,
  cameraSeq: 0,
  fieldSeq: 0,
  alerts: new Map(),
  cases: new Map(),
  cameras: new Map(),
  units: new Map(),
  suppressions: new Map(),
  outages: new Map(),
  algorithmSeq: 0,
  algorithmNews: new Map(),
};

/** How long an alert that needs nobody any more, or a closed case, stays in the page's memory. */
export const KEPT_AFTER_END_MS = 30 * 60_000;

/** `applied`: the city has moved on; `known`: nothing new in it; `hole`: changes between are missing, ask for them. */
export type Applied = { outcome: 'applied' | 'known' | 'hole'; city: City };

/**
 * Takes in a batch of changes. A batch that ends where we are was seen before; one that begins after it would skip
 * changes and is left alone; one that overlaps is taken from where we are.
 */
export function applyBatch(city: City, batch: ChangeBatch): Applied {
  if (batch.toSeq <= city.lastSeq) return { outcome: 'known', city };
  if (batch.fromSeq > city.lastSeq) return { outcome: 'hole', city };
  let next = city;
  for (const change of batch.items) if (change.seq > city.lastSeq) next = applyChange(next, change);
  return { outcome: 'applied', city: { ...next, lastSeq: batch.toSeq } };
}

/** Takes in one change, whatever its seq; an alert or case that is older than the one we hold is left alone. */
export function applyChange(city: City, change: Change): City {
  const { entityId } = change;
  switch (change.kind) {
    case 'alert':
      if (change.entity && isOlder(change.entity, city.alerts.get(entityId))) return city;
      return { ...city, alerts: put(city.alerts, entityId, change.entity) };
    case 'case':
      if (change.entity && isOlder(change.entity, city.cases.get(entityId))) return city;
      return { ...city, cases: put(city.cases, entityId, change.entity) };
    case 'camera':
      return {
        ...city,
        cameraSeq: change.seq,
        cameras: put(city.cameras, entityId, belongsOnWall(city, change.entity)),
      };
    case 'pool':
    case 'library':
    case 'sight':
      return { ...city, poolSeq: change.seq };
    case 'field':
      return { ...city, fieldSeq: change.seq };
    case 'outage':
      return { ...city, outages: put(city.outages, entityId, change.entity?.endedAt === null ? change.entity : null) };
    case 'algorithm': {
      const news = change.entity?.by === 'system' ? change.entity : null;
      return { ...city, algorithmSeq: change.seq, algorithmNews: put(city.algorithmNews, entityId, news) };
    }
    case 'unit':
      return { ...city, units: put(city.units, entityId, change.entity) };
    case 'suppression':
      return { ...city, suppressions: put(city.suppressions, entityId, change.entity) };
  }
}

/**
 * A camera that is only registered, or out of service, is no part of what is live, unless an alert that we hold was raised at
 * it, or one of an open case, whose alerts may be over and forgotten. The map draws it from the pool.
 */
function belongsOnWall(city: City, camera: Camera | null): Camera | null {
  if (camera === null || (hasRules(camera) && !camera.disabled)) return camera;
  for (const { cameraId } of city.alerts.values()) if (cameraId === camera.id) return camera;
  for (const { state, cameraIds } of city.cases.values())
    if (state !== 'closed' && cameraIds.includes(camera.id)) return camera;
  return null;
}

/** Forgets what needs nobody any more, so that a wall may stand for months. Returns the same city if nothing goes. */
export function forgetPast(city: City, nowMs: number): City {
  const past = (at: string | null) => at !== null && nowMs - Date.parse(at) > KEPT_AFTER_END_MS;
  const alerts = keep(city.alerts, (alert) => isActive(alert) || !past(alert.endedAt));
  const cases = keep(city.cases, (one) => !past(one.closedAt));
  const nothingGoes = alerts === city.alerts && cases === city.cases;
  return nothingGoes ? city : { ...city, alerts, cases };
}

const isOlder = (incoming: { seq: number }, held: { seq: number } | undefined): boolean =>
  held !== undefined && incoming.seq < held.seq;

function put<T>(held: ReadonlyMap<string, T>, id: string, entity: T | null): ReadonlyMap<string, T> {
  if (entity === null && !held.has(id)) return held;
  const next = new Map(held);
  if (entity === null) next.delete(id);
  else next.set(id, entity);
  return next;
}

function keep<T>(held: ReadonlyMap<string, T>, wanted: (entity: T) => boolean): ReadonlyMap<string, T> {
  let next: Map<string, T> | null = null;
  for (const [id, entity] of held) {
    if (wanted(entity)) continue;
    next ??= new Map(held);
    next.delete(id);
  }
  return next ?? held;
}
