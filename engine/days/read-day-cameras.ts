import { type Kysely, sql } from 'kysely';
import type { CameraConfig } from '#config/camera.ts';
import { inSight, readSight } from '../accounts/sight.ts';
import { seesScope, visibleTo } from '../accounts/visible-to.ts';
import { rowOf, type SiteArea } from '../cameras/write-cameras.ts';
import type { Account } from '../contract/account.ts';
import type { CameraFault, CameraState, County, PictureFaultCode } from '../contract/camera.ts';
import type { DayCamera } from '../contract/day.ts';
import type { Schema } from '../store/schema.ts';

type Span = { fromMs: number; untilMs: number };
type Life = Pick<CameraConfig, 'id' | 'name' | 'lngLat' | 'department'> & {
  atMs: number;
  gone: boolean;
  analysed: boolean;
};

/**
 * The cameras that were analysed on a day, changed their state on it, or had an alert of the account's own, each with its
 * steps: those that the account may see now, by its scope or by a grant. One that was deleted since belongs to whoever would
 * see it if it were still there.
 */
export async function readDayCameras(
  db: Kysely<Schema>,
  account: Account | null,
  span: Span,
  area: SiteArea,
): Promise<DayCamera[]> {
  const seen = await visibleCounties(db, account);
  const cameras = new Map<string, DayCamera>();
  for (const { id, atMs, gone, ...as } of await readLives(db, account, span)) {
    let camera = cameras.get(id);
    if (!camera) {
      camera = { id, lives: [], states: [], faults: [] };
      cameras.set(id, camera);
    }
    const county = seen.get(id) ?? null;
    camera.lives.push({ atMs, as: gone ? null : { ...as, county } });
  }
  for (const camera of cameras.values()) if (!seen.has(camera.id)) settleDeleted(cameras, camera, account, area);
  const ids = [...cameras.keys()];
  for (const { id, atMs, state, code } of await readStates(db, span, ids)) {
    const { states } = cameras.get(id)!;
    states.push({ atMs: Math.max(atMs, states.at(-1)?.atMs ?? atMs), state, code });
  }
  for (const { id, atMs, code } of await readFaults(db, span, ids)) {
    const { faults } = cameras.get(id)!;
    faults.push({ atMs: Math.max(atMs, faults.at(-1)?.atMs ?? atMs), code });
  }
  return [...cameras.values()];
}

/** The county of each camera that the account may see now. */
async function visibleCounties(db: Kysely<Schema>, account: Account | null): Promise<Map<string, County | null>> {
  const rows = await db
    .selectFrom('cameras')
    .select(['id', 'county_code', 'county_name'])
    .where(inSight(await readSight(db, account)))
    .execute();
  return new Map(
    rows.map(({ id, county_code: code, county_name: name }) => [
      id,
      code === null ? null : { code, name: name ?? code },
    ]),
  );
}

/** A camera that is not among the visible ones is deleted, or another's: the latter goes. */
function settleDeleted(
  cameras: Map<string, DayCamera>,
  camera: DayCamera,
  account: Account | null,
  area: SiteArea,
): void {
  const last = camera.lives.findLast(({ as }) => as !== null)?.as;
  const isDeleted = camera.lives.at(-1)?.as === null;
  const place = last && rowOf(last, area);
  if (!isDeleted || !place || !seesScope(account, place)) {
    cameras.delete(camera.id);
    return;
  }
  for (const { as } of camera.lives) if (as) as.county = area.counties.of(as.lngLat);
}

/**
 * What each camera that matters was when the day began, and became on it. Its source is not read. Alerts of others stay
 * with them, and so does what they would tell of a granted camera.
 */
async function readLives(db: Kysely<Schema>, account: Account | null, { fromMs, untilMs }: Span): Promise<Life[]> {
  const [from, until] = [new Date(fromMs), new Date(untilMs)];
  const own = visibleTo(account, 'alerts')();
  const { rows } = await sql<Life>`
    with held as (
      select distinct on (camera_id) camera_id, revision from camera_revisions
      where at <= ${from} order by camera_id, revision desc),
    steps as (
      select r.* from camera_revisions r left join held using (camera_id)
      where r.at <= ${until} and r.revision >= coalesce(held.revision, 0)),
    deleted as (
      select r.camera_id, max(r.at) as at from camera_revisions r
      where r.body is null and not exists (select from cameras c where c.id = r.camera_id)
      group by r.camera_id having max(r.at) > ${from}),
    wanted as (
      select camera_id from steps where jsonb_array_length(body -> 'algorithms') > 0
      union select camera_id from camera_state_changes where at between ${from} and ${until}
      union select camera_id from alerts where raised_at between ${from} and ${until} and ${own}
      union select camera_id from alerts where raised_at <= ${from} and (ended_at >= ${from} or ended_at is null) and ${own})
    select steps.camera_id as id, floor(extract(epoch from steps.at) * 1000)::bigint as "atMs", body is null as gone,
      body ->> 'name' as name, body -> 'lngLat' as "lngLat", body ->> 'department' as department,
      jsonb_array_length(body -> 'algorithms') > 0 as analysed
    from steps join wanted using (camera_id)
    union all
    select camera_id, floor(extract(epoch from at) * 1000)::bigint, true, null, null, null, null
    from deleted join wanted using (camera_id) where at > ${until}
    order by 1, 2`.execute(db);
  return rows;
}

/** When each camera was deleted last before the day: what was recorded of it until then is of another one. */
const lastDeleted = (from: Date, ids: readonly string[]) => sql`
  select wanted.id, gone.at from unnest(${[...ids]}::text[]) as wanted (id)
  left join (select camera_id, max(at) as at from camera_revisions where body is null and at <= ${from} group by 1) gone
    on gone.camera_id = wanted.id`;

/** The state in force when the day began, and those of the day. */
async function readStates(db: Kysely<Schema>, { fromMs, untilMs }: Span, ids: readonly string[]) {
  const [from, until] = [new Date(fromMs), new Date(untilMs)];
  const { rows } = await sql<{ id: string; atMs: number; state: CameraState; code: CameraFault | null }>`
    select s.camera_id as id, floor(extract(epoch from s.at) * 1000)::bigint as "atMs", s.state, s.code
    from (${lastDeleted(from, ids)}) as wanted (id, deleted_at)
    cross join lateral (
      (select * from camera_state_changes
        where camera_id = wanted.id and at <= ${from} and at >= coalesce(deleted_at, '-infinity')
        order by at desc, n desc limit 1)
      union all
      (select * from camera_state_changes where camera_id = wanted.id and at > ${from} and at <= ${until})) s
    order by s.camera_id, s.n`.execute(db);
  return rows;
}

/** What was wrong with each picture when the day began, and what became of it. A camera's steps are in the order of their times. */
async function readFaults(db: Kysely<Schema>, { fromMs, untilMs }: Span, ids: readonly string[]) {
  const [from, until] = [new Date(fromMs), new Date(untilMs)];
  const { rows } = await sql<{ id: string; atMs: number; code: PictureFaultCode | null }>`
    select s.camera_id as id, floor(extract(epoch from s.at) * 1000)::bigint as "atMs", s.code
    from (${lastDeleted(from, ids)}) as wanted (id, deleted_at)
    cross join lateral (
      (select * from camera_fault_changes
        where camera_id = wanted.id and at <= ${from} and at >= coalesce(deleted_at, '-infinity')
        order by at desc, n desc limit 1)
      union all
      (select * from camera_fault_changes where camera_id = wanted.id and at > ${from} and at <= ${until})) s
    order by s.camera_id, s.n`.execute(db);
  return rows;
}
