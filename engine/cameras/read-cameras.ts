import { type Kysely, type SqlBool, sql } from 'kysely';
import { inSight, readSight, type Sight } from '../accounts/sight.ts';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { GrantedAct } from '../contract/library.ts';
import type { Schema } from '../store/schema.ts';
import { type StoredCamera, toStoredCamera } from './stored-camera.ts';

const EVERYTHING: Sight = { viewer: null, libraryIds: [] };

function selectCameras(db: Kysely<Schema>, sight: Sight) {
  return db
    .selectFrom('cameras')
    .innerJoin('camera_states', 'camera_states.id', 'cameras.id')
    .leftJoin('ptz_leases', 'ptz_leases.camera_id', 'cameras.id')
    .selectAll('cameras')
    .select(['camera_states.state', 'camera_states.code', 'camera_states.reason', 'camera_states.since'])
    .select(['camera_states.fault_code', 'camera_states.fault_since', 'camera_states.current_view_id'])
    .select([
      'ptz_leases.account_id as lease_account_id',
      'ptz_leases.by as lease_by',
      'ptz_leases.since as lease_since',
    ])
    .where(inSight(sight));
}

/** null when there is none that the account may do it with; account null is the engine itself. */
export async function readCamera(
  db: Kysely<Schema>,
  account: Account | null,
  id: string,
  act: GrantedAct = 'see',
): Promise<StoredCamera | null> {
  const row = await selectCameras(db, await readSight(db, account, act))
    .where('cameras.id', '=', id)
    .executeTakeFirst();
  return row ? toStoredCamera(row) : null;
}

/** A camera of the account's own division and department: the one that it may change or remove. */
export async function readOwnCamera(
  db: Kysely<Schema>,
  account: Account | null,
  id: string,
): Promise<StoredCamera | null> {
  const own: Sight = { viewer: account, libraryIds: [] };
  const row = await selectCameras(db, own).where('cameras.id', '=', id).executeTakeFirst();
  return row ? toStoredCamera(row) : null;
}

/** Those of the ids that are there, in no order. */
export async function readCameras(db: Kysely<Schema>, ids: readonly string[]): Promise<StoredCamera[]> {
  if (ids.length === 0) return [];
  const rows = await selectCameras(db, EVERYTHING).where('cameras.id', 'in', ids).execute();
  return rows.map(toStoredCamera);
}

/** All that the account may see, by id. */
export async function listCameras(db: Kysely<Schema>, account: Account | null): Promise<StoredCamera[]> {
  const rows = await selectCameras(db, await readSight(db, account))
    .orderBy('cameras.id')
    .execute();
  return rows.map(toStoredCamera);
}

/** Those with rules, by id: what the engine opens. */
export async function listAnalysed(db: Kysely<Schema>): Promise<StoredCamera[]> {
  const rows = await selectCameras(db, EVERYTHING).where('cameras.analysed', '=', true).orderBy('cameras.id').execute();
  return rows.map(toStoredCamera);
}

/**
 * What a wall shows: the analysed cameras, and those that an alert or case is still open at. Alerts stay with the
 * department that owns the camera, and so does what they would tell of it.
 */
export async function listForWall(db: Kysely<Schema>, account: Account | null): Promise<StoredCamera[]> {
  const rows = await selectCameras(db, await readSight(db, account))
    .where(
      sql<SqlBool>`cameras.analysed or ${visibleTo(account, 'cameras')()} and cameras.id in (
        select camera_id from alerts where presence = 'standing' or handling = 'new'
        union select camera_id from alerts join cases on cases.id = alerts.case_id where cases.state <> 'closed')`,
    )
    .orderBy('cameras.id')
    .execute();
  return rows.map(toStoredCamera);
}

/** A step in a camera's life: who set it, when, and to what; config null: deleted. */
interface StoredRevision {
  revision: number;
  at: Date;
  by: string;
  config: StoredCamera['config'] | null;
  acceptedViewId: string | null;
}

/** Newest first. Holds sources: for the engine and its operators' tools, not for the wire. */
export async function listRevisions(db: Kysely<Schema>, id: string): Promise<StoredRevision[]> {
  const rows = await db
    .selectFrom('camera_revisions')
    .selectAll()
    .where('camera_id', '=', id)
    .orderBy('revision', 'desc')
    .execute();
  return rows.map(({ revision, at, by, body, accepted_view_id }) => ({
    revision,
    at,
    by,
    config: body,
    acceptedViewId: accepted_view_id,
  }));
}
