import { type Kysely, sql } from 'kysely';
import type { CameraSource } from '#config/camera.ts';
import { hostOf } from '#streams/probe.ts';
import type { CameraState } from '../contract/camera.ts';
import type { Schema } from '../store/schema.ts';

/** A camera whose turn it is to be asked. */
export interface DueProbe {
  cameraId: string;
  source: CameraSource;
  host: string;
  endpoint: string;
  subnet: string | null;
  state: CameraState;
  /** How often in a row it did not answer. */
  misses: number;
}

const AT_ONCE = 1000;

/**
 * Notes where the streams of new cameras come from, and of those whose address or use was changed: they are due at once.
 * @returns how many
 */
export async function takeIn(db: Kysely<Schema>, nowMs: number): Promise<number> {
  for (let taken = 0; ; taken += AT_ONCE) {
    const rows = await db
      .selectFrom('cameras')
      .leftJoin('camera_probes', 'camera_probes.camera_id', 'cameras.id')
      .where('camera_probes.camera_id', 'is', null)
      .where(sql<boolean>`cameras.body ? 'source'`)
      .select(['cameras.id', sql<CameraSource>`cameras.body -> 'source'`.as('source')])
      .limit(AT_ONCE)
      .execute();
    if (rows.length === 0) return taken;
    const hosts = rows.map(({ source }) => hostOf(source));
    await sql`
      insert into camera_probes (camera_id, host, endpoint, subnet, due_at)
      select given.*, ${new Date(nowMs)}::timestamptz
      from unnest(${rows.map(({ id }) => id)}::text[], ${hosts.map(({ host }) => host)}::text[],
        ${hosts.map(({ endpoint }) => endpoint)}::text[], ${hosts.map(({ subnet }) => subnet)}::text[])
        as given (camera_id, host, endpoint, subnet)
      where exists (select from cameras where id = given.camera_id)
      on conflict do nothing`.execute(db);
    if (rows.length < AT_ONCE) return taken + rows.length;
  }
}

/** Those that have waited longest, at most `perHost` of a host, and none of a busy one. */
export async function pickDue(
  db: Kysely<Schema>,
  { nowMs, busyHosts, perHost, limit }: { nowMs: number; busyHosts: readonly string[]; perHost: number; limit: number },
): Promise<DueProbe[]> {
  const { rows } = await sql<DueProbe>`
    select camera_id as "cameraId", source, host, endpoint, subnet, state, misses from (
      select p.*, c.body -> 'source' as source, s.state,
        row_number() over (partition by p.host order by p.due_at, p.camera_id) as nth
      from camera_probes p join cameras c on c.id = p.camera_id join camera_states s on s.id = p.camera_id
      where not p.held and p.due_at <= ${new Date(nowMs)} and not c.analysed and not c.disabled
        and p.host <> all(${[...busyHosts]}::text[])) due
    where nth <= ${perHost} order by due_at, camera_id limit ${limit}`.execute(db);
  return rows;
}

/** How many cameras there are that nobody has open and that can be asked. */
export async function countAsked(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from camera_probes p join cameras c on c.id = p.camera_id
    where not p.held and not c.analysed and not c.disabled`.execute(db);
  return rows[0]!.count;
}
