import { type Kysely, sql } from 'kysely';
import { type Viewer, visibleTo } from '../accounts/visible-to.ts';
import type { CountyCount } from '../contract/camera-map.ts';
import type { Schema } from '../store/schema.ts';

/** How many cameras each county holds that the viewer may see, by its code; those outside of all counties last. */
export function countCameras(db: Kysely<Schema>, viewer: Viewer | null): Promise<CountyCount[]> {
  return db
    .selectFrom('cameras')
    .innerJoin('camera_states', 'camera_states.id', 'cameras.id')
    .select('county_code as code')
    .select(sql<number>`count(*)::int`.as('cameras'))
    .select(sql<number>`(count(*) filter (where camera_states.state = 'offline'))::int`.as('offline'))
    .where(visibleTo(viewer, 'cameras'))
    .groupBy('county_code')
    .orderBy('county_code')
    .execute();
}

/** The seq of the last change of any camera; 0 before the first. */
export async function lastCameraSeq(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select coalesce(max(seq), 0) as seq from changes where kind = 'camera'`.execute(db);
  return rows[0]!.seq;
}
