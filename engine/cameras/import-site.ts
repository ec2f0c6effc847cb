import { isDeepStrictEqual } from 'node:util';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { CameraConfig } from '#config/camera.ts';
import type { SiteConfig, UnitConfig } from '#config/site.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { checkCamera } from './check-camera.ts';
import { checkDrawings } from './check-drawings.ts';
import type { Counties } from './counties.ts';
import { firstState, recordMove, replaceBody, rowOf, type SiteArea } from './write-cameras.ts';

const ROWS_AT_ONCE = 500;

/** Which of the site's entries were new, which differed from what is stored, and which were as they stood; by id. */
interface Imported {
  created: string[];
  changed: string[];
  same: string[];
}

export interface SiteImport extends Imported {
  units: Imported;
}

/**
 * Brings a site's cameras and units into the database, all or nothing. What differs is overwritten, as a revision; what
 * the site does not name is left alone. With `dryRun` nothing is written and the same is answered.
 * @throws Refusal 422 `duplicate-id`, and those of `checkCamera` and `checkDrawings`.
 */
export async function importSite(
  db: Kysely<Schema>,
  site: Pick<SiteConfig, 'division' | 'cameras' | 'units'>,
  by: string,
  { counties, dryRun = false }: { counties: Counties; dryRun?: boolean },
): Promise<SiteImport> {
  const area: SiteArea = { division: site.division, counties };
  const cameras = site.cameras.map((camera) => checkCamera(camera));
  assertDistinct('camera', cameras);
  assertDistinct('unit', site.units);
  return db.transaction().execute(async (trx) => {
    const rows = await trx.selectFrom('cameras').selectAll().forUpdate().execute();
    const before = new Map(rows.map((row) => [row.id, row]));
    const done: Imported = { created: [], changed: [], same: [] };
    const created: CameraConfig[] = [];
    const changed: { config: CameraConfig; row: (typeof rows)[number] }[] = [];
    for (const config of cameras) {
      const row = before.get(config.id);
      checkDrawings(config, row?.body);
      if (!row) created.push(config);
      else if (isDeepStrictEqual(row.body, config)) done.same.push(config.id);
      else changed.push({ config, row });
    }
    done.created = created.map((config) => config.id);
    done.changed = changed.map(({ config }) => config.id);
    const units = await sortUnits(trx, site.units);
    if (!dryRun) {
      for (let from = 0; from < created.length; from += ROWS_AT_ONCE) {
        await insertCameras(trx, created.slice(from, from + ROWS_AT_ONCE), by, area);
      }
      for (const { config, row } of changed) await replaceBody(trx, config, row.revision + 1, by, area);
      const unitIds = new Set([...units.created, ...units.changed]);
      await writeUnits(
        trx,
        site.units.filter(({ id }) => unitIds.has(id)),
      );
      for (const { config, row } of changed) await recordMove(trx, config.id, row, rowOf(config, area));
      await sql`
        select record_change('camera', id, division, department) from cameras
        where id = any(${done.created}::text[])`.execute(trx);
      await sql`
        select record_change('unit', id, division, department) from units
        where id = any(${[...unitIds]}::text[])`.execute(trx);
    }
    return { ...done, units };
  });
}

async function insertCameras(
  trx: Transaction<Schema>,
  configs: readonly CameraConfig[],
  by: string,
  area: SiteArea,
): Promise<void> {
  const ids = configs.map((config) => config.id);
  const revisions = await trx
    .selectFrom('camera_revisions')
    .select(['camera_id', sql<number>`max(revision)`.as('last')])
    .where('camera_id', 'in', ids)
    .groupBy('camera_id')
    .execute();
  const lastOf = new Map(revisions.map(({ camera_id, last }) => [camera_id, last]));
  const rows = configs.map((config) => ({
    id: config.id,
    body: JSON.stringify(config),
    revision: (lastOf.get(config.id) ?? 0) + 1,
    ...rowOf(config, area),
  }));
  await trx.insertInto('cameras').values(rows).execute();
  await trx
    .insertInto('camera_states')
    .values(configs.map((config) => ({ id: config.id, state: firstState(config), reason: null })))
    .execute();
  await trx
    .insertInto('camera_revisions')
    .values(rows.map(({ id, revision, body }) => ({ camera_id: id, revision, by, body })))
    .execute();
}

async function sortUnits(trx: Transaction<Schema>, units: readonly UnitConfig[]): Promise<Imported> {
  const rows = await trx.selectFrom('units').selectAll().execute();
  const before = new Map(rows.map((row) => [row.id, row]));
  const done: Imported = { created: [], changed: [], same: [] };
  for (const unit of units) {
    const row = before.get(unit.id);
    if (!row) done.created.push(unit.id);
    else (isDeepStrictEqual(asWritten(row), rowOfUnit(unit)) ? done.same : done.changed).push(unit.id);
  }
  return done;
}

async function writeUnits(trx: Transaction<Schema>, units: readonly UnitConfig[]): Promise<void> {
  for (const config of units) {
    const unit = rowOfUnit(config);
    await trx
      .insertInto('units')
      .values(unit)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(unit))
      .execute();
  }
}

function asWritten({ lng_lat, working_hours, ...row }: Selectable<Schema['units']>) {
  return {
    ...row,
    lng_lat: lng_lat && `(${lng_lat.x},${lng_lat.y})`,
    working_hours: working_hours && JSON.stringify(working_hours),
  };
}

function rowOfUnit({ lngLat, workingHours, ...unit }: UnitConfig) {
  const working_hours = workingHours ? JSON.stringify(workingHours) : null;
  return { ...unit, lng_lat: lngLat ? `(${lngLat[0]},${lngLat[1]})` : null, working_hours };
}

function assertDistinct(what: string, entries: readonly { id: string }[]): void {
  const seen = new Set<string>();
  for (const { id } of entries) {
    if (seen.has(id)) {
      throw new Refusal(422, 'duplicate-id', `The site names the ${what} "${id}" twice.`, {
        got: id,
        expected: 'each id once',
      });
    }
    seen.add(id);
  }
}
