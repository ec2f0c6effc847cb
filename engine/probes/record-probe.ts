import { type Kysely, sql, type Transaction } from 'kysely';
import type { CameraFault, CameraState } from '../contract/camera.ts';
import type { Schema } from '../store/schema.ts';
import type { DueProbe } from './due-probes.ts';

/** What is now known of a camera that was asked, and when it is asked again. */
interface ProbeResult {
  /** null: it stays as it is until another try has told. */
  told: { state: CameraState; code: CameraFault | null; reason: string | null } | null;
  askedAtMs: number;
  dueAtMs: number;
  misses: number;
  held: boolean;
}

/** Writes what one camera answered, unless it was changed while it was asked. */
export async function recordProbe(db: Kysely<Schema>, probe: DueProbe, result: ProbeResult): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const asked = new Date(result.askedAtMs);
    const { rows } = await sql`
      update camera_probes p set asked_at = ${asked}, due_at = ${new Date(result.dueAtMs)}, misses = ${result.misses},
        held = ${result.held}
      from cameras c where c.id = p.camera_id and p.camera_id = ${probe.cameraId} and not c.analysed and not c.disabled
        and c.body -> 'source' = ${JSON.stringify(probe.source)}::jsonb
      returning p.camera_id`.execute(trx);
    if (rows.length > 0 && result.told) await tell(trx, [probe.cameraId], result.told, asked);
  });
}

/**
 * Nobody answers at a host and port: that is so for each of its streams, which are not all waited for. They are asked again
 * a whole period later, or as soon as one of them answers.
 */
export async function recordDeadEndpoint(
  db: Kysely<Schema>,
  endpoint: string,
  told: NonNullable<ProbeResult['told']>,
  { askedAtMs, dueAtMs }: { askedAtMs: number; dueAtMs: number },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const asked = new Date(askedAtMs);
    const { rows } = await sql<{ camera_id: string }>`
      update camera_probes p set asked_at = ${asked}, due_at = ${new Date(dueAtMs)}, misses = greatest(misses, 2)
      from cameras c join camera_states s on s.id = c.id
      where c.id = p.camera_id and p.endpoint = ${endpoint} and not p.held and not c.analysed and not c.disabled
        and (p.due_at <= ${asked} or s.state <> 'offline')
      returning p.camera_id`.execute(trx);
    await tell(
      trx,
      rows.map(({ camera_id }) => camera_id),
      told,
      asked,
    );
  });
}

async function tell(
  trx: Transaction<Schema>,
  ids: readonly string[],
  { state, code, reason }: NonNullable<ProbeResult['told']>,
  at: Date,
): Promise<void> {
  // The change comes last: from then on nobody else records one.
  await sql`
    with told as (
      update camera_states set state = ${state}, code = ${code}, reason = ${reason}, since = ${at}
      where id = any(${[...ids]}::text[])
        and (state, code, reason) is distinct from (${state}::text, ${code}::text, ${reason}::text)
      returning id)
    select record_change('camera', c.id, c.division, c.department) from cameras c join told on told.id = c.id
    order by c.id`.execute(trx);
}

/**
 * One camera was lost or is back: its neighbours, on its host and in its subnet, are asked now and not in their turn, so
 * that a whole site is known within a minute or two. Not those that were asked just now or refused who asks.
 */
export async function hurryNeighbours(
  db: Kysely<Schema>,
  { endpoint, subnet }: DueProbe,
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  await sql`
    update camera_probes p set due_at = ${now} from camera_states s
    where s.id = p.camera_id and (p.endpoint = ${endpoint} or p.subnet = ${subnet}) and not p.held
      and p.due_at > ${now} and p.asked_at < ${new Date(nowMs - JUST_NOW_MS)} and s.code is distinct from 'forbidden'`.execute(
    db,
  );
}

/** Less than the first retry of who is lost, so that the first one back finds its neighbours. */
const JUST_NOW_MS = 30_000;

/** An administrator wants it to be asked now, though it refused: its password may have been changed on its side. */
export async function askAgain(db: Kysely<Schema>, cameraId: string): Promise<void> {
  await db
    .updateTable('camera_probes')
    .set({ held: false, misses: 0, due_at: new Date() })
    .where('camera_id', '=', cameraId)
    .execute();
}
