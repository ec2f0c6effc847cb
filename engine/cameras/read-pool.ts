import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { inSight, readSight, type Sight } from '../accounts/sight.ts';
import type { Account } from '../contract/account.ts';
import type { CameraState } from '../contract/camera.ts';
import type { CameraHealth } from '../contract/camera-health.ts';
import type { PoolCounts, PoolLine, PoolPage } from '../contract/camera-pool.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { HEALTH } from './health-of.ts';

/** What is wanted of the pool; what is absent lets everything through. */
export interface PoolFilter {
  /** Anywhere in name, id, GB id, address or the pinyin initials of the name. */
  text?: string | undefined;
  department?: string | undefined;
  /** A GB/T 2260 code of a county, or "none": outside all of them. */
  county?: string | undefined;
  state?: CameraState | undefined;
  health?: CameraHealth | undefined;
  /** The id of an outage: the cameras that failed in it. */
  outage?: string | undefined;
  tag?: string | undefined;
  inspection?: boolean | undefined;
  analysed?: boolean | undefined;
  /** The id of a topic library that the account may see. */
  library?: string | undefined;
}

type Live = { lastFrameAtMs(cameraId: string): number | null };

function lets(sight: Sight, filter: PoolFilter): RawBuilder<SqlBool> {
  const wanted: RawBuilder<SqlBool>[] = [inSight(sight)()];
  const { text, department, county, state, health, outage, tag, inspection, analysed, library } = filter;
  // A search by Chinese words is of one or two characters: no index of trigrams serves it, and strpos reads on faster than like.
  if (text) wanted.push(sql`strpos(cameras.search, ${text.toLowerCase()}) > 0`);
  if (department !== undefined) wanted.push(sql`cameras.department = ${department}`);
  if (county !== undefined)
    wanted.push(county === 'none' ? sql`cameras.county_code is null` : sql`cameras.county_code = ${county}`);
  if (state !== undefined) wanted.push(sql`camera_states.state = ${state}`);
  if (health !== undefined) wanted.push(sql`${HEALTH} = ${health}`);
  if (outage !== undefined)
    wanted.push(sql`cameras.id in (select camera_id from outage_cameras where outage_id = ${outage})`);
  if (tag !== undefined) wanted.push(sql`cameras.tags ? ${tag}`);
  if (inspection !== undefined) wanted.push(sql`cameras.inspection = ${inspection}`);
  if (analysed !== undefined) wanted.push(sql`cameras.analysed = ${analysed}`);
  if (library !== undefined)
    wanted.push(sql`cameras.id in (select camera_id from library_cameras where library_id = ${library})`);
  return sql.join(wanted, sql` and `);
}

/**
 * One page of the pool, by name. `after` is the `next` of the page before; it holds while cameras come and go.
 * @throws Refusal 400 `invalid-cursor`.
 */
export async function readPool(
  db: Kysely<Schema>,
  account: Account | null,
  filter: PoolFilter,
  { after, limit }: { after: string | undefined; limit: number },
  live: Live,
): Promise<PoolPage> {
  const condition = lets(await readSight(db, account), filter);
  const since = after === undefined ? null : readCursor(after);
  const asksState = filter.state !== undefined || filter.health !== undefined;
  const states = asksState ? sql`join camera_states on camera_states.id = cameras.id` : sql``;
  const further = since === null ? sql`true` : sql`(name, id) > (${since[0]}, ${since[1]})`;
  // One look at each camera finds the page and counts the rest; only the page's own rows are read whole.
  const { rows: looked } = await sql<{ total: number; ids: string[] }>`
    with hit as materialized (
      select cameras.id, cameras.name from cameras ${states} where ${condition})
    select (select count(*) from hit) as total,
      array(select id from hit where ${further} order by name, id limit ${limit + 1}) as ids`.execute(db);
  const { total, ids } = looked[0]!;
  const rows = await db
    .selectFrom('cameras')
    .innerJoin('camera_states', 'camera_states.id', 'cameras.id')
    .where(sql<SqlBool>`cameras.id = any (${ids})`)
    .select(['cameras.id', 'cameras.name', 'gb_id', 'department', 'county_code', 'county_name', 'address'])
    .select(['analysed', 'inspection', 'tags', 'lng', 'lat', 'camera_states.state', 'code', 'since'])
    .orderBy('cameras.name')
    .orderBy('cameras.id')
    .execute();
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const items = shown.map((row): PoolLine => {
    const lastFrameAtMs = live.lastFrameAtMs(row.id);
    return {
      id: row.id,
      name: row.name,
      gbId: row.gb_id,
      department: row.department,
      county: row.county_code === null ? null : { code: row.county_code, name: row.county_name ?? row.county_code },
      address: row.address,
      state: row.state,
      stateCode: row.code,
      stateSince: row.since.toISOString(),
      analysed: row.analysed,
      inspection: row.inspection,
      tags: row.tags,
      lngLat: [row.lng, row.lat],
      lastFrameAt: lastFrameAtMs === null ? null : new Date(lastFrameAtMs).toISOString(),
    };
  });
  return { items, total, next: last ? cursorOf(last.name, last.id) : null };
}

function cursorOf(name: string, id: string): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url');
}

function readCursor(cursor: string): [name: string, id: string] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(read) && typeof read[0] === 'string' && typeof read[1] === 'string') return [read[0], read[1]];
  } catch {
    // Told below: whatever it is, it is none of ours.
  }
  throw new Refusal(400, 'invalid-cursor', 'That is no place in the list.', {
    got: cursor.slice(0, 80),
    expected: 'the "next" of the page before',
  });
}

/** How many cameras the filter lets through: all, and by state, county and department. */
export async function countPool(db: Kysely<Schema>, account: Account | null, filter: PoolFilter): Promise<PoolCounts> {
  const rows = await db
    .selectFrom('cameras')
    .innerJoin('camera_states', 'camera_states.id', 'cameras.id')
    .where(lets(await readSight(db, account), filter))
    .select(['state', 'county_code', 'county_name', 'department'])
    .select([
      sql<number>`count(*)`.as('count'),
      sql<number>`count(*) filter (where analysed)`.as('analysed'),
      sql<number>`count(*) filter (where inspection)`.as('inspection'),
    ])
    .groupBy(['state', 'county_code', 'county_name', 'department'])
    .execute();
  const states = new Map<CameraState, number>();
  const departments = new Map<string, number>();
  const counties = new Map<string | null, PoolCounts['byCounty'][number]>();
  const sum = { total: 0, analysed: 0, inspection: 0 };
  for (const { state, county_code, county_name, department, count, analysed, inspection } of rows) {
    sum.total += count;
    sum.analysed += analysed;
    sum.inspection += inspection;
    states.set(state, (states.get(state) ?? 0) + count);
    departments.set(department, (departments.get(department) ?? 0) + count);
    const county = county_code === null ? null : { code: county_code, name: county_name ?? county_code };
    counties.set(county_code, { county, count: (counties.get(county_code)?.count ?? 0) + count });
  }
  return {
    ...sum,
    byState: [...states].map(([state, count]) => ({ state, count })),
    byCounty: [...counties.values()].sort((a, b) => (a.county?.code ?? '9').localeCompare(b.county?.code ?? '9')),
    byDepartment: [...departments]
      .map(([department, count]) => ({ department, count }))
      .sort((a, b) => b.count - a.count || a.department.localeCompare(b.department)),
  };
}
