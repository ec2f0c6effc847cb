import { type Kysely, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { initialsOf } from './pinyin.ts';

/** Lets go of steps older than `keepMs`, but for the last of each camera: it tells how the kept time began. */
export async function pruneStateHistory(db: Kysely<Schema>, keepMs: number): Promise<number> {
  let gone = 0;
  for (const name of ['camera_state_changes', 'camera_fault_changes']) {
    const table = sql.table(name);
    const result = await sql`
      delete from ${table} old where old.at < now() - ${keepMs} * interval '1 millisecond'
        and exists (
          select from ${table} later where later.camera_id = old.camera_id and later.n > old.n
            and later.at < now() - ${keepMs} * interval '1 millisecond')`.execute(db);
    gone += Number(result.numAffectedRows ?? 0n);
  }
  return gone;
}

const AT_ONCE = 1000;

/** Gives the initials to cameras that were written before there were any. */
export async function fillInitials(db: Kysely<Schema>): Promise<void> {
  for (;;) {
    const rows = await db
      .selectFrom('cameras')
      .select(['id', 'name'])
      .where('initials', 'is', null)
      .limit(AT_ONCE)
      .execute();
    if (rows.length === 0) return;
    await sql`
      update cameras set initials = given.initials
      from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ name }) => initialsOf(name))}::text[])
        as given (id, initials)
      where cameras.id = given.id`.execute(db);
  }
}
