import type { Kysely } from 'kysely';
import { readAlerts } from '../alerts/read-alerts.ts';
import { readSuppressions } from '../alerts/suppressions.ts';
import { readNews } from '../algorithms/news.ts';
import { readCameras } from '../cameras/read-cameras.ts';
import { readCases } from '../cases/read-cases.ts';
import { readUnits } from '../cases/units.ts';
import type { Change, ChangeKind } from '../contract/change.ts';
import { readLibraryScopes } from '../libraries/read-libraries.ts';
import { readOutages } from '../outages/read-outages.ts';
import type { Scope } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { cameraOnWire } from './camera-on-wire.ts';
import type { LiveCameras } from './live.ts';

/** A thing as it is now, and whose it is. */
export interface Entity {
  wire: NonNullable<Change['entity']>;
  scope: Scope;
}

type ReadEntities = (db: Kysely<Schema>, ids: readonly string[], live: LiveCameras) => Promise<Entity[]>;

/** How the present state of what changed is read, whoever may see it: one line for each kind. */
export const ENTITIES: Record<ChangeKind, ReadEntities> = {
  camera: async (db, ids, live) =>
    (await readCameras(db, ids)).map((found) => ({ wire: cameraOnWire(found, live), scope: found })),
  alert: async (db, ids) => (await readAlerts(db, null, ids)).map(({ alert, scope }) => ({ wire: alert, scope })),
  case: async (db, ids) => (await readCases(db, null, ids)).map((found) => ({ wire: found.case, scope: found.scope })),
  // Its change says all there is to say: what it is made of is read by pages that show it.
  pool: async (_db, ids) => ids.map(poolPart),
  outage: async (db, ids) => (await readOutages(db, null, ids)).map(({ outage, scope }) => ({ wire: outage, scope })),
  library: async (db, ids) => (await readLibraryScopes(db, ids)).map(({ id, ...scope }) => ({ wire: { id }, scope })),
  algorithm: async (db, ids) =>
    (await readNews(db, ids)).map((wire) => ({ wire, scope: { division: '000000', department: null } })),
  // Told to those whose sight it is and nobody else: see change-batches.ts.
  sight: async (_db, ids) => ids.map(sightOf),
  // Told to the officers of its unit too: see change-batches.ts.
  field: async (_db, ids) => ids.map(fieldNews),
  unit: async (db, ids) => (await readUnits(db, null, ids)).map((unit) => ({ wire: unit, scope: unit })),
  suppression: async (db, ids) =>
    (await readSuppressions(db, null, ids)).map(({ suppression, scope }) => ({ wire: suppression, scope })),
};

/** "371402/城管"; "371402/" for accounts without a department */
function sightOf(id: string): Entity {
  const slash = id.indexOf('/');
  const scope = { division: id.slice(0, slash), department: id.slice(slash + 1) || null };
  return { wire: { id, ...scope }, scope };
}

/** "case/20261130-0001/patrol-1"; nobody's own: the change itself says whose it is */
function fieldNews(id: string): Entity {
  const [of, caseId, unitId] = id.split('/');
  const wire = { id, of: of === 'case' ? of : 'notice', caseId: caseId || null, unitId: unitId || null } as const;
  return { wire, scope: { division: '', department: null } };
}

/** "371402/城管" */
function poolPart(id: string): Entity {
  const slash = id.indexOf('/');
  const scope = { division: id.slice(0, slash), department: id.slice(slash + 1) };
  return { wire: { id, ...scope }, scope };
}
