import { type Kysely, sql } from 'kysely';
import { inSight, type Sight } from '../accounts/sight.ts';
import type { CountyCount, MapCamera } from '../contract/camera-map.ts';
import type { Schema } from '../store/schema.ts';

/** How many cameras each county holds that the viewer may see, by its code; those outside of all counties last. */
export function countCameras(db: Kysely<Schema>, sight: Sight): Promise<CountyCount[]> {
  return db
    .selectFrom('cameras')
    .innerJoin('camera_states', 'camera_states.id', 'cameras.id')
    .select('county_code as code')
    .select(sql<number>`count(*)::int`.as('cameras'))
    .select(sql<number>`(count(*) filter (where camera_states.state = 'offline'))::int`.as('offline'))
    .where(inSight(sight))
    .groupBy('county_code')
    .orderBy('county_code')
    .execute();
}

/** Each camera that the viewer may see, by id. */
export async function listEach(db: Kysely<Schema>, sight: Sight): Promise<MapCamera[]> {
  const rows = await db
    .selectFrom('cameras')
    .innerJoin('camera_states', 'camera_states.id', 'cameras.id')
    .select(['cameras.id', 'lng', 'lat', 'camera_states.state'])
    .where(inSight(sight))
    .orderBy('cameras.id')
    .execute();
  return rows.map(({ id, lng, lat, state }) => ({ id, lngLat: [lng, lat], state }));
}

/** The seq of the last change of any camera, of many at once, or of who sees them; 0 before the first. */
export async function lastCameraSeq(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select coalesce(max(last.seq), 0) as seq
    from unnest(array['camera', 'pool', 'library', 'sight']) as of (kind),
      lateral (select max(seq) as seq from changes where changes.kind = of.kind) last`.execute(db);
  return rows[0]!.seq;
}
