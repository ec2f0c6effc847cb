import { type Kysely, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Outage } from '../contract/outage.ts';
import type { Scope } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';

function select(db: Kysely<Schema>, account: Account | null) {
  return db
    .selectFrom('outages')
    .select(['id', 'kind', 'started_at', 'ended_at', 'cameras', 'county_code', 'county_name', 'division', 'department'])
    .select(
      sql<number>`(select count(*) from outage_cameras m join camera_states s on s.id = m.camera_id
        where m.outage_id = outages.id and s.lost_at is not null)`.as('lost'),
    )
    .where(visibleTo(account, 'outages'));
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

function toWire(row: Row): Outage {
  return {
    id: row.id,
    kind: row.kind,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    cameras: row.cameras,
    lost: row.lost,
    county: row.county_code === null ? null : { code: row.county_code, name: row.county_name ?? row.county_code },
    department: row.department,
  };
}

/** Those of the ids that are there and visible, each with whose it is. */
export async function readOutages(
  db: Kysely<Schema>,
  account: Account | null,
  ids: readonly string[],
): Promise<{ outage: Outage; scope: Scope }[]> {
  if (ids.length === 0) return [];
  const rows = await select(db, account).where('id', 'in', ids).execute();
  return rows.map((row) => ({ outage: toWire(row), scope: { division: row.division, department: row.department } }));
}

/** Open ones, or also those that are over, newest first. */
export async function listOutages(
  db: Kysely<Schema>,
  account: Account | null,
  { state, limit }: { state: 'open' | 'all'; limit: number },
): Promise<Outage[]> {
  let query = select(db, account).orderBy('started_at', 'desc').orderBy('id').limit(limit);
  if (state === 'open') query = query.where('ended_at', 'is', null);
  return (await query.execute()).map(toWire);
}
