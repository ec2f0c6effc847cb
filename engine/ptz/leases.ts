import { type Kysely, sql, type Transaction } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { StoredCamera } from '../cameras/stored-camera.ts';
import type { Account } from '../contract/account.ts';
import type { PtzAct, PtzUse } from '../contract/ptz.ts';
import { Refusal } from '../contract/refusal.ts';
import { recordChange } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';

export interface Lease {
  cameraId: string;
  accountId: string;
  by: string;
  since: Date;
}

/** Whoever did it; an account fits. null: nobody, it came about by itself. */
export type Doer = Pick<Account, 'id' | 'displayName'> | null;

const MOST_USES = 200;
/** Who is named where nobody did it. */
const NOBODY = 'engine';

export async function readLeases(db: Kysely<Schema>): Promise<Lease[]> {
  const rows = await db.selectFrom('ptz_leases').selectAll().execute();
  return rows.map(({ camera_id, account_id, by, since }) => ({
    cameraId: camera_id,
    accountId: account_id,
    by,
    since,
  }));
}

/**
 * Takes a camera's lease, or goes on with the account's own.
 * @param takeOver why it is taken from who holds it; null: it is not.
 * @throws Refusal 409 `ptz-held`: another holds it.
 */
export async function takeLease(
  db: Kysely<Schema>,
  { id, config, division, department }: StoredCamera,
  account: Account,
  takeOver: string | null,
  at: Date,
): Promise<{ lease: Lease; isNew: boolean }> {
  return db.transaction().execute(async (trx) => {
    await trx.selectFrom('cameras').select('id').where('id', '=', id).forUpdate().execute();
    const held = (await readLeases(trx)).find(({ cameraId }) => cameraId === id);
    if (held?.accountId === account.id) return { lease: held, isNew: false };
    if (held && takeOver === null) throw heldByAnother(held);
    const lease: Lease = { cameraId: id, accountId: account.id, by: account.displayName, since: at };
    const row = { camera_id: id, account_id: account.id, by: account.displayName, since: at };
    await trx
      .insertInto('ptz_leases')
      .values(row)
      .onConflict((conflict) => conflict.column('camera_id').doUpdateSet(row))
      .execute();
    const camera = { id, name: config.name, division, department };
    if (held) await record(trx, camera, 'taken-over', account, `${held.by}: ${takeOver}`, at);
    else await record(trx, camera, 'taken', account, '', at);
    await recordChange(trx, { kind: 'camera', entityId: id, scope: camera });
    return { lease, isNew: true };
  });
}

/** @returns whether there was such a lease */
export async function endLease(
  db: Kysely<Schema>,
  { cameraId, accountId }: Lease,
  act: 'given-back' | 'ended',
  by: Doer,
  at: Date,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const camera = await trx
      .selectFrom('cameras')
      .select(['id', 'name', 'division', 'department'])
      .where('id', '=', cameraId)
      .forUpdate()
      .executeTakeFirst();
    const gone = await trx
      .deleteFrom('ptz_leases')
      .where('camera_id', '=', cameraId)
      .where('account_id', '=', accountId)
      .returning('by')
      .executeTakeFirst();
    if (!gone || !camera) return false;
    await record(trx, camera, act, by, act === 'ended' ? gone.by : '', at);
    await recordChange(trx, { kind: 'camera', entityId: cameraId, scope: camera });
    return true;
  });
}

/** Appends to the record of who turned what. */
export async function record(
  db: Kysely<Schema> | Transaction<Schema>,
  { id, name, division, department }: { id: string; name: string; division: string; department: string },
  act: PtzAct,
  by: Doer,
  detail: string,
  at: Date,
): Promise<void> {
  await db
    .insertInto('ptz_uses')
    .values({
      at,
      camera_id: id,
      camera_name: name,
      act,
      account_id: by?.id ?? null,
      by: by?.displayName ?? NOBODY,
      detail,
      division,
      department,
    })
    .execute();
}

/** The latest first. */
export async function readUses(db: Kysely<Schema>, account: Account, cameraId: string | null): Promise<PtzUse[]> {
  const rows = await db
    .selectFrom('ptz_uses')
    .selectAll()
    .where(visibleTo(account))
    .where((where) => (cameraId === null ? sql<boolean>`true` : where('camera_id', '=', cameraId)))
    .orderBy('n', 'desc')
    .limit(MOST_USES)
    .execute();
  return rows.map(({ n, at, camera_id, camera_name, act, by, detail }) => ({
    n,
    at: at.toISOString(),
    cameraId: camera_id,
    cameraName: camera_name,
    act,
    by,
    detail,
  }));
}

export function heldByAnother({ by, since }: Pick<Lease, 'by' | 'since'>): Refusal {
  return new Refusal(409, 'ptz-held', `${by} turns this camera now.`, {
    got: { by, since: since.toISOString() },
    expected: 'a camera that nobody else turns',
  });
}
