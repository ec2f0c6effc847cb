import { type Kysely, sql } from 'kysely';
import { inSight, type Sight } from '../accounts/sight.ts';
import { POINTS_FROM_ZOOM } from '../contract/camera-map.ts';
import type { Schema } from '../store/schema.ts';
import type { TilePoint } from './encode-tile.ts';
import { boxOf, type TileAddress } from './tile-address.ts';

/** Cells along a tile's side within which cameras are one cluster: 64 pixels of a tile drawn at 512. */
const CELLS = 8;

/** The cameras of a tile that the viewer may see: each of them, or clusters below {@link POINTS_FROM_ZOOM}. */
export function readTile(db: Kysely<Schema>, sight: Sight, address: TileAddress): Promise<TilePoint[]> {
  return address.z < POINTS_FROM_ZOOM ? readClusters(db, sight, address) : readPoints(db, sight, address);
}

/** A tile owns its west and north edge: what lies on an edge is in one tile only. */
function within(address: TileAddress) {
  const { west, north, east, south } = boxOf(address);
  return sql<boolean>`point(mercator_x, mercator_y) <@ box(point(${west}, ${north}), point(${east}, ${south}))
    and mercator_x < ${east} and mercator_y < ${south}`;
}

async function readPoints(db: Kysely<Schema>, sight: Sight, address: TileAddress): Promise<TilePoint[]> {
  const rows = await db
    .selectFrom('cameras')
    .innerJoin('camera_states', 'camera_states.id', 'cameras.id')
    .select(['cameras.id', 'mercator_x', 'mercator_y', 'camera_states.state'])
    .select(sql<string>`body ->> 'name'`.as('name'))
    .select(sql<number | null>`(body ->> 'headingDeg')::double precision`.as('headingDeg'))
    .select(sql<number | null>`(body ->> 'fovDeg')::double precision`.as('fovDeg'))
    .select('cameras.analysed')
    .where(inSight(sight))
    .where(within(address))
    .orderBy('cameras.id')
    .execute();
  return rows.map(({ id, name, state, analysed, headingDeg, fovDeg, mercator_x, mercator_y }) => ({
    mercatorX: mercator_x,
    mercatorY: mercator_y,
    tags: {
      id,
      name,
      state,
      analysed,
      ...(headingDeg !== null && { headingDeg }),
      ...(fovDeg !== null && { fovDeg }),
    },
  }));
}

async function readClusters(db: Kysely<Schema>, sight: Sight, address: TileAddress): Promise<TilePoint[]> {
  const cellsPerSquare = CELLS * 2 ** address.z;
  const rows = await db
    .selectFrom('cameras')
    .innerJoin('camera_states', 'camera_states.id', 'cameras.id')
    .select(sql<number>`avg(mercator_x)`.as('mercatorX'))
    .select(sql<number>`avg(mercator_y)`.as('mercatorY'))
    .select(sql<number>`count(*)::int`.as('cameras'))
    .select(sql<number>`(count(*) filter (where camera_states.state = 'offline'))::int`.as('offline'))
    .where(inSight(sight))
    .where(within(address))
    .groupBy(sql`floor(mercator_x * ${cellsPerSquare}::double precision)`)
    .groupBy(sql`floor(mercator_y * ${cellsPerSquare}::double precision)`)
    .execute();
  return rows.map(({ mercatorX, mercatorY, cameras, offline }) => ({
    mercatorX,
    mercatorY,
    tags: { cameras, offline },
  }));
}
