import { type Kysely, sql, type Transaction } from 'kysely';
import { ulid } from 'ulid';
import { coveringDivision } from '../accounts/visible-to.ts';
import type { OutageKind } from '../contract/outage.ts';
import { recordChange } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import type { FoundOutage, LostCamera, LostTogether } from './find-outages.ts';

/** Cameras in service that were seen before and were lost since. */
export async function readLost(db: Kysely<Schema>, since: Date): Promise<LostCamera[]> {
  const { rows } = await sql<LostCamera>`
    select c.id, p.host, p.subnet, c.division, c.department, c.county_code as "countyCode",
      c.county_name as "countyName", s.lost_at as "lostAt",
      (select o.id from outages o join outage_cameras m on m.outage_id = o.id
       where m.camera_id = c.id and o.ended_at is null limit 1) as "outageId"
    from camera_states s join cameras c on c.id = s.id join camera_probes p on p.camera_id = s.id
    where s.lost_at >= ${since} and s.first_seen_at is not null and not c.disabled`.execute(db);
  return rows;
}

const AT_PLACE: Record<OutageKind, (place: string) => ReturnType<typeof sql<boolean>>> = {
  host: (place) => sql<boolean>`p.host = ${place}`,
  subnet: (place) => sql<boolean>`p.subnet = ${place}`,
  area: (place) => {
    const slash = place.indexOf('/');
    return sql<boolean>`c.division = ${place.slice(0, slash)} and c.department = ${place.slice(slash + 1)}`;
  },
};

/** How many cameras in service and seen before a place has. */
export async function countAtPlace(db: Kysely<Schema>, { kind, place }: LostTogether): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from cameras c join camera_probes p on p.camera_id = c.id join camera_states s on s.id = c.id
    where ${AT_PLACE[kind](place)} and s.first_seen_at is not null and not c.disabled`.execute(db);
  return rows[0]!.count;
}

/** Raises an outage, or widens the one that it goes on with. */
export async function writeOutage(db: Kysely<Schema>, found: FoundOutage, now: Date): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const [first, ...others] = found.outageIds;
    const id = first ?? ulid();
    const startedAt = new Date(Math.min(...found.cameras.map(({ lostAt }) => lostAt.getTime())));
    const { kind, place } = found;
    if (first === undefined) {
      const nobody = { division: '', department: null, county_code: null, county_name: null, cameras: 0 };
      await trx
        .insertInto('outages')
        .values({ id, kind, place, started_at: startedAt, ...nobody })
        .execute();
    }
    await sql`
      insert into outage_cameras (outage_id, camera_id)
      select ${id}, unnest(${found.fresh.map((camera) => camera.id)}::text[])
      union select ${id}, camera_id from outage_cameras where outage_id = any(${others}::text[])
      on conflict do nothing`.execute(trx);
    const scopes = await readScopes(trx, id);
    const before = first === undefined ? null : await readScope(trx, first);
    const same = <T>(values: readonly T[]) => (new Set(values).size === 1 ? values[0]! : null);
    const county = same(scopes.map(({ county_code }) => county_code));
    const scope = {
      division: coveringDivision(scopes.map(({ division }) => division)),
      department: same(scopes.map(({ department }) => department)),
    };
    await trx
      .updateTable('outages')
      .set({ kind, place, ...scope, county_code: county, county_name: county && scopes[0]!.county_name })
      .set({ cameras: scopes.reduce((sum, { cameras }) => sum + cameras, 0) })
      .where('id', '=', id)
      .execute();
    const ended = await Promise.all(others.map((other) => endOne(trx, other, now)));
    const moved = before && (before.division !== scope.division || before.department !== scope.department);
    if (moved) await recordChange(trx, { kind: 'outage', entityId: id, scope: before });
    for (const [i, other] of others.entries())
      await recordChange(trx, { kind: 'outage', entityId: other, scope: ended[i]! });
    await recordChange(trx, { kind: 'outage', entityId: id, scope });
  });
}

async function readScopes(trx: Transaction<Schema>, outageId: string) {
  const { rows } = await sql<{
    division: string;
    department: string;
    county_code: string | null;
    county_name: string | null;
    cameras: number;
  }>`
    select division, department, county_code, county_name, count(*) as cameras
    from cameras join outage_cameras m on m.camera_id = cameras.id
    where m.outage_id = ${outageId} group by 1, 2, 3, 4`.execute(trx);
  return rows;
}

function readScope(trx: Transaction<Schema>, id: string) {
  return trx.selectFrom('outages').select(['division', 'department']).where('id', '=', id).executeTakeFirstOrThrow();
}

function endOne(trx: Transaction<Schema>, id: string, now: Date) {
  return trx
    .updateTable('outages')
    .set({ ended_at: now })
    .where('id', '=', id)
    .returning(['division', 'department'])
    .executeTakeFirstOrThrow();
}

/** How the cameras of each open outage are now. */
export async function readOpen(
  db: Kysely<Schema>,
): Promise<{ id: string; inService: number; back: number; lost: number }[]> {
  const { rows } = await sql<{ id: string; inService: number; back: number; lost: number }>`
    select o.id, count(c.id) as "inService", count(*) filter (where is_online(s.state)) as back,
      count(*) filter (where s.lost_at is not null) as lost
    from outages o join outage_cameras m on m.outage_id = o.id
      left join cameras c on c.id = m.camera_id and not c.disabled left join camera_states s on s.id = c.id
    where o.ended_at is null group by o.id order by o.id`.execute(db);
  return rows;
}

/** Ends an outage, or tells only that another number of its cameras is lost. */
export async function tellOutage(db: Kysely<Schema>, id: string, endedAt: Date | null): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const scope = endedAt ? await endOne(trx, id, endedAt) : await readScope(trx, id);
    await recordChange(trx, { kind: 'outage', entityId: id, scope });
  });
}
