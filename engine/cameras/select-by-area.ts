import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { inSight, readSight } from '../accounts/sight.ts';
import type { Viewer } from '../accounts/visible-to.ts';
import type { CameraState } from '../contract/camera.ts';
import type { AreaCameras, Facing } from '../contract/camera-area.ts';
import type { Schema } from '../store/schema.ts';
import { type AreaOutline, boxAround, type DrawnArea, outlineOf } from './area-outline.ts';

/** Where the register does not say it. */
const FIELD_OF_VIEW_DEG = 60;
const RANGE_M = 300;
/** A camera that stands at the place itself sees it, as far as positions of a register tell. */
const AT_THE_PLACE_M = 5;

interface AreaRow {
  id: string;
  name: string;
  department: string;
  county_code: string | null;
  county_name: string | null;
  state: CameraState;
  lng: number;
  lat: number;
  has_stream: boolean;
  heading_deg: number | null;
  distance_m: number;
  facing: Facing;
  total: number;
  towards: number;
  unknown: number;
  away: number;
}

/**
 * The cameras of an area that the viewer may see, its own and granted ones, in the order in which somebody would look at them.
 *
 * Each is told what its registered heading says of the aim: `towards` when the bearing from the camera to the aim differs
 * from its heading by at most half of its field of view (60° where none is registered) and the aim is within its range
 * (300 m where none is registered), or when it stands within 5 m of the aim; `unknown` when no heading is registered,
 * unless it sees all around; `away` otherwise. Ordered by that, then by the distance to the aim in metres, then by id: so
 * a camera that looks at the place comes before a nearer one that looks away. The aim is a circle's centre, the centroid
 * of a polygon, or the nearest point of a corridor's line.
 * @throws Refusal as {@link outlineOf}
 */
export async function selectByArea(
  db: Kysely<Schema>,
  viewer: Viewer | null,
  area: DrawnArea,
  limit: number,
): Promise<AreaCameras> {
  const outline = outlineOf(area);
  const here = inMetres(outline);
  const sight = await readSight(db, viewer);
  const { rows } = await sql<AreaRow>`
    with placed as (
      select cameras.id, cameras.name, department, county_code, county_name, camera_states.state, lng, lat,
        body ? 'source' as has_stream,
        (body ->> 'headingDeg')::double precision as heading_deg,
        coalesce((body ->> 'fovDeg')::double precision, ${FIELD_OF_VIEW_DEG}) as fov_deg,
        coalesce((body ->> 'rangeM')::double precision, ${RANGE_M}) as range_m,
        ${here} as here, aim.at as aim
      from cameras join camera_states on camera_states.id = cameras.id
      cross join lateral (${aimOf(outline)}) aim
      where ${inSight(sight)()} and ${within(outline)}
    ), turned as (
      select *, here <-> aim as distance_m, degrees(atan2(aim[0] - here[0], aim[1] - here[1])) - heading_deg as off_deg
      from placed
    ), told as (
      select *, case
        when distance_m <= ${AT_THE_PLACE_M} then 'towards'
        when fov_deg >= 360 and distance_m <= range_m then 'towards'
        when heading_deg is null and fov_deg < 360 then 'unknown'
        when abs(off_deg - 360 * floor((off_deg + 180) / 360)) <= fov_deg / 2 and distance_m <= range_m then 'towards'
        else 'away' end as facing
      from turned
    )
    select id, name, department, county_code, county_name, state, lng, lat, has_stream, heading_deg, distance_m, facing,
      (count(*) over ())::int as total,
      (count(*) filter (where facing = 'towards') over ())::int as towards,
      (count(*) filter (where facing = 'unknown') over ())::int as unknown,
      (count(*) filter (where facing = 'away') over ())::int as away
    from told
    order by array_position(array['towards', 'unknown', 'away'], facing), distance_m, id
    limit ${limit}`.execute(db);
  const { total = 0, towards = 0, unknown = 0, away = 0 } = rows[0] ?? {};
  return {
    aim: outline.aim?.lngLat ?? null,
    total,
    byFacing: { towards, unknown, away },
    items: rows.map((row) => ({
      id: row.id,
      name: row.name,
      department: row.department,
      county: row.county_code === null ? null : { code: row.county_code, name: row.county_name ?? row.county_code },
      state: row.state,
      lngLat: [row.lng, row.lat],
      hasStream: row.has_stream,
      headingDeg: row.heading_deg,
      distanceM: Math.round(row.distance_m),
      facing: row.facing,
    })),
  };
}

/**
 * A camera's place in metres east and north of the area's first point. PostgreSQL takes for equal what differs by less than
 * 1e-6: on the Mercator square those are 32 m.
 */
function inMetres({ points, sideM }: AreaOutline): RawBuilder<unknown> {
  const { x, y } = points[0]!;
  const side = sql`${sideM}::double precision`;
  return sql`point((mercator_x - ${x}) * ${side}, (${y} - mercator_y) * ${side})`;
}

/** The box goes by the index; what is in it is then looked at closely. */
function within(outline: AreaOutline): RawBuilder<SqlBool> {
  const { shape, points, reachM, sideM } = outline;
  const [least, most] = boxAround(points);
  // A hair wider: an area of no width is still a box, and rounding loses nobody.
  const more = (reachM * 1.001 + 0.01) / sideM;
  const box = sql`box(point(${least.x - more}, ${least.y - more}), point(${most.x + more}, ${most.y + more}))`;
  const near = sql`point(mercator_x, mercator_y) <@ ${box}`;
  const here = inMetres(outline);
  if (shape === 'polygon') return sql`${near} and ${here} <@ ${inText(outline, points, '(', ')')}::polygon`;
  if (shape === 'circle') return sql`${near} and ${here} <-> point(0, 0) <= ${reachM}`;
  return sql`${near} and ${here} <-> ${inText(outline, points, '[', ']')}::path <= ${reachM}`;
}

function aimOf(outline: AreaOutline): RawBuilder<unknown> {
  const { aim, points } = outline;
  if (aim) return sql`select ${inText(outline, [aim.at], '', '')}::point as at`;
  const here = inMetres(outline);
  const sides = points.slice(1).map((to, i) => inText(outline, [points[i]!, to], '[', ']'));
  return sql`select ${here} ## side as at from unnest(array[${sql.join(sides)}]::lseg[]) side
    order by ${here} <-> side limit 1`;
}

function inText({ points, sideM }: AreaOutline, places: AreaOutline['points'], opened: string, closed: string): string {
  const { x, y } = points[0]!;
  return opened + places.map((at) => `(${(at.x - x) * sideM},${(y - at.y) * sideM})`).join(',') + closed;
}
