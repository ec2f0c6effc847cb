import { type Kysely, sql } from 'kysely';
import type { Account } from '../contract/account.ts';
import type { LibraryUseAct } from '../contract/library.ts';
import type { Schema } from '../store/schema.ts';
import { readSight } from './sight.ts';

/** A page that cannot play video asks for a picture every two seconds: one line tells of so many minutes of them. */
const PICTURES_TOLD_EVERY_MS = 600_000;

/**
 * Records that an account used a camera of another department, once for each library that lets it. Nothing is recorded
 * of one's own cameras. Written before the use is answered.
 */
export async function recordUse(
  db: Kysely<Schema>,
  by: Account,
  act: Exclude<LibraryUseAct, 'export'>,
  cameraId: string,
): Promise<void> {
  const { libraryIds } = await readSight(db, by, act === 'picture' ? 'play' : act);
  if (libraryIds.length === 0) return;
  const { id, displayName, division, department } = by;
  await sql`
    insert into library_uses (library_id, act, by, account_id, division, department, camera_id, camera_name, cameras)
    select m.library_id, ${act}::text, ${displayName}::text, ${id}::text, ${division}::text, ${department}::text, c.id, c.name, 1
    from library_cameras m join cameras c on c.id = m.camera_id
    where c.id = ${cameraId} and m.library_id = any (${[...libraryIds]}::text[])
      and not (${act}::text = 'picture' and exists (
        select from library_uses u where u.account_id = ${id} and u.camera_id = c.id and u.act = 'picture'
          and u.library_id = m.library_id and u.at > now() - ${PICTURES_TOLD_EVERY_MS} * interval '1 millisecond'))
    order by m.library_id`.execute(db);
}

/** Records that an account exports these libraries, with how many cameras each. */
export async function recordExport(db: Kysely<Schema>, by: Account, libraryIds: readonly string[]): Promise<void> {
  if (libraryIds.length === 0) return;
  const { id, displayName, division, department } = by;
  await sql`
    insert into library_uses (library_id, act, by, account_id, division, department, cameras)
    select of.id, 'export', ${displayName}::text, ${id}::text, ${division}::text, ${department}::text,
      (select count(*) from library_cameras m where m.library_id = of.id)
    from unnest(${[...libraryIds]}::text[]) as of (id)`.execute(db);
}
