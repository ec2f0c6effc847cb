import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql, type Transaction } from 'kysely';
import { ulid } from 'ulid';
import { type CameraConfig, isAnalysed } from '#config/camera.ts';
import { recordUse } from '../accounts/record-use.ts';
import { refusedCamera } from '../accounts/sight.ts';
import { assertSees, nameOf, seesScope } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { CameraFault, CameraPatch, CameraState, NewCamera, PictureFaultCode } from '../contract/camera.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import { recordChange, type Scope } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { checkCamera } from './check-camera.ts';
import { checkDrawings } from './check-drawings.ts';
import type { Counties } from './counties.ts';
import { initialsOf } from './pinyin.ts';
import { readCamera, readOwnCamera } from './read-cameras.ts';
import type { StoredCamera } from './stored-camera.ts';
import { followDrawings } from './view-fingerprints.ts';

/** Where the site is: its own division, and the counties within. */
export interface SiteArea {
  division: string;
  counties: Counties;
}

/** What a camera's row says beside its settings; a camera outside all counties belongs to the city itself. */
export function rowOf(config: Pick<CameraConfig, 'name' | 'lngLat' | 'department'>, area: SiteArea) {
  const county = area.counties.of(config.lngLat);
  return {
    county_code: county?.code ?? null,
    county_name: county?.name ?? null,
    division: county?.code ?? area.division,
    department: config.department,
    initials: initialsOf(config.name),
  };
}

/**
 * Makes a camera; without an id it is given one.
 * @param by the account that does it (which must see the camera's division and department), or the engine's part.
 * @throws Refusal 409 `camera-exists`, 422 of `checkCamera` and `checkDrawings`, 403 `outside-your-scope`.
 */
export async function createCamera(
  db: Kysely<Schema>,
  camera: NewCamera,
  by: Account | string,
  area: SiteArea,
): Promise<StoredCamera> {
  const config = checkCamera({ ...camera, id: camera.id ?? `camera-${ulid().toLowerCase()}` });
  checkDrawings(config);
  const place = rowOf(config, area);
  assertSees(by, place);
  return db.transaction().execute(async (trx) => {
    // A camera that was deleted and made anew goes on counting its revisions.
    const { last } = await trx
      .selectFrom('camera_revisions')
      .select(sql<number>`coalesce(max(revision), 0)`.as('last'))
      .where('camera_id', '=', config.id)
      .executeTakeFirstOrThrow();
    const made = await trx
      .insertInto('cameras')
      .values({ id: config.id, body: JSON.stringify(config), revision: last + 1, ...place })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 0n) {
      throw new Refusal(409, 'camera-exists', `There is a camera "${config.id}" already.`, {
        got: config.id,
        expected: 'an id that no other camera has',
      });
    }
    await trx
      .insertInto('camera_states')
      .values({ id: config.id, state: firstState(config), reason: null })
      .execute();
    await addRevision(trx, config.id, last + 1, nameOf(by), config);
    const stored = await present(trx, config.id);
    await recordChange(trx, { kind: 'camera', entityId: config.id, scope: place });
    return stored;
  });
}

/** What a department may set at a camera that is granted to it for analysis. */
const OF_ANALYSIS: ReadonlySet<string> = new Set(['views', 'algorithms', 'decode', 'samplePeriodMs', 'regions']);

/**
 * Changes what the patch names and keeps the rest; null takes a setting back. A patch that changes nothing makes no revision.
 * @param by an account changes only what is its own, and cannot move a camera to where it sees none; of a camera that is
 * granted to it for analysis it sets what analysis needs, which is recorded.
 * @throws Refusal 404 `not-found`, 403 `outside-your-scope`, `not-granted`, 409 `camera-changed`, 422 as `createCamera`.
 */
export async function patchCamera(
  db: Kysely<Schema>,
  id: string,
  { revision, ...patch }: CameraPatch,
  by: Account | string,
  area: SiteArea,
): Promise<StoredCamera> {
  return db.transaction().execute(async (trx) => {
    const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const isOfAnalysis = Object.keys(named).every((key) => OF_ANALYSIS.has(key));
    const before = await lockCamera(trx, id, by, isOfAnalysis ? 'analyse' : null);
    if (revision !== undefined && revision !== before.revision) throw changedMeanwhile(before, revision);
    const after = Object.entries({ ...before.config, ...named }).filter(([, value]) => value !== null);
    const config = checkCamera(Object.fromEntries(after));
    checkDrawings(config, before.config);
    if (isDeepStrictEqual(config, before.config)) return before;
    const place = rowOf(config, area);
    if (!isOfAnalysis) assertSees(by, place);
    await replaceBody(trx, config, before.revision + 1, nameOf(by), area);
    const stored = await present(trx, id);
    await recordMove(trx, id, before, place);
    return stored;
  });
}

function changedMeanwhile({ id, revision }: StoredCamera, wanted: number): Refusal {
  return new Refusal(409, 'camera-changed', `The camera "${id}" has been changed since.`, {
    got: wanted,
    expected: revision,
  });
}

/** Writes a camera's new settings as its next revision; the change is the caller's to record. */
export async function replaceBody(
  trx: Transaction<Schema>,
  config: CameraConfig,
  revision: number,
  by: string,
  area: SiteArea,
): Promise<void> {
  await trx
    .updateTable('cameras')
    .set({ body: JSON.stringify(config), revision, ...rowOf(config, area) })
    .where('id', '=', config.id)
    .execute();
  await followDrawings(trx, config);
  await addRevision(trx, config.id, revision, by, config);
}

/** A camera that moved to another division or department changes for those who saw it, and for those who see it now. */
export async function recordMove(trx: Transaction<Schema>, id: string, before: Scope, after: Scope): Promise<void> {
  const moved = before.division !== after.division || before.department !== after.department;
  const { division, department } = before;
  if (moved) await recordChange(trx, { kind: 'camera', entityId: id, scope: { division, department } });
  await recordChange(trx, { kind: 'camera', entityId: id, scope: after });
}

/** Deletes a camera; its revisions, alerts and evidence stay. @throws Refusal 404 `not-found`. */
export async function deleteCamera(db: Kysely<Schema>, id: string, by: Account | string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const before = await lockCamera(trx, id, by);
    await addRevision(trx, id, before.revision + 1, nameOf(by), null);
    await trx.deleteFrom('cameras').where('id', '=', id).execute();
    const { division, department } = before;
    await recordChange(trx, { kind: 'camera', entityId: id, scope: { division, department } });
  });
}

/** Notes whether pictures arrive. Nothing is written, and nobody told, when it is as it was. */
export async function setCameraState(
  db: Kysely<Schema>,
  id: string,
  state: CameraState,
  reason: string | null,
  code: CameraFault | null = null,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('camera_states')
      .from('cameras')
      .set({ state, code, reason, since: new Date() })
      .whereRef('cameras.id', '=', 'camera_states.id')
      .where('camera_states.id', '=', id)
      // What a shard still says of a camera that was taken out of service meanwhile is of no account.
      .where('camera_states.state', '<>', 'disabled')
      .where(
        sql<boolean>`(camera_states.state, camera_states.code, camera_states.reason)
          is distinct from (${state}::text, ${code}::text, ${reason}::text)`,
      )
      .returning(['cameras.division', 'cameras.department'])
      .executeTakeFirst();
    if (row) await recordChange(trx, { kind: 'camera', entityId: id, scope: row });
  });
}

/** Notes what is wrong with a camera's picture. A fault that is known already keeps its time, and nobody is told. */
export async function setPictureFault(
  db: Kysely<Schema>,
  id: string,
  fault: { code: PictureFaultCode; since: Date } | null,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('camera_states')
      .from('cameras')
      .set({ fault_code: fault?.code ?? null, fault_since: fault?.since ?? null })
      .whereRef('cameras.id', '=', 'camera_states.id')
      .where('camera_states.id', '=', id)
      .where(sql<boolean>`camera_states.fault_code is distinct from ${fault?.code ?? null}::text`)
      .returning(['cameras.division', 'cameras.department'])
      .executeTakeFirst();
    if (row) await recordChange(trx, { kind: 'camera', entityId: id, scope: row });
  });
}

/** Notes which of its views a camera shows; null: none of them. Nothing is written when it is as it was. */
export async function setCurrentView(db: Kysely<Schema>, id: string, viewId: string | null): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('camera_states')
      .from('cameras')
      .set({ current_view_id: viewId })
      .whereRef('cameras.id', '=', 'camera_states.id')
      .where('camera_states.id', '=', id)
      .where(sql<boolean>`camera_states.current_view_id is distinct from ${viewId}::text`)
      .returning(['cameras.division', 'cameras.department'])
      .executeTakeFirst();
    if (row) await recordChange(trx, { kind: 'camera', entityId: id, scope: row });
  });
}

/** What a camera's state is before anything is seen of it. */
export function firstState(config: CameraConfig): CameraState {
  if (config.disabled) return 'disabled';
  return isAnalysed(config) ? 'connecting' : 'unknown';
}

/** At the engine's start no camera plays yet, whatever was true when it stopped. What those answered that are only asked stays. */
export async function resetCameraStates(db: Kysely<Schema>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`
      with reset as (
        update camera_states set state = 'connecting', code = null, reason = null, since = now()
        from cameras where cameras.id = camera_states.id and analysed
          and (state, code, reason) is distinct from ('connecting', null::text, null::text)
        returning camera_states.id)
      select record_change('camera', cameras.id, division, department) from cameras join reset using (id)`.execute(trx);
  });
}

/**
 * Locks a camera of the account's own, or with `analyse` one that is granted to it for that: what follows is recorded.
 * @throws Refusal 404 `not-found`, 403 `not-granted`.
 */
export async function lockCamera(
  trx: Transaction<Schema>,
  id: string,
  by: Account | string,
  act: 'analyse' | null = null,
): Promise<StoredCamera> {
  await trx.selectFrom('cameras').select('id').where('id', '=', id).forUpdate().execute();
  const account = typeof by === 'string' ? null : by;
  const found = await (act === null ? readOwnCamera(trx, account, id) : readCamera(trx, account, id, act));
  if (found && account && !seesScope(account, found)) await recordUse(trx, account, 'analyse', id);
  if (found) return found;
  throw account ? await refusedCamera(trx, account, id, act) : notVisible('camera', id);
}

export async function present(trx: Transaction<Schema>, id: string): Promise<StoredCamera> {
  const found = await readCamera(trx, null, id);
  if (!found) throw new Error(`camera ${id} is gone within its own transaction`);
  return found;
}

export async function addRevision(
  trx: Transaction<Schema>,
  id: string,
  revision: number,
  by: string,
  config: CameraConfig | null,
  acceptedViewId: string | null = null,
): Promise<void> {
  const body = config === null ? null : JSON.stringify(config);
  await trx
    .insertInto('camera_revisions')
    .values({ camera_id: id, revision, by, body, accepted_view_id: acceptedViewId })
    .execute();
}
