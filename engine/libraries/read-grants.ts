import { type Kysely, type Selectable, sql } from 'kysely';
import type { LibraryEntry, LibraryGrant, LibraryUsePage } from '../contract/library.ts';
import type { LibraryGrantsTable } from '../store/camera-tables.ts';
import type { Schema } from '../store/schema.ts';

function toGrant(row: Selectable<LibraryGrantsTable>): LibraryGrant {
  const nowMs = Date.now();
  const { starts_at, ends_at, revoked_at } = row;
  const state = revoked_at
    ? 'revoked'
    : ends_at && ends_at.getTime() <= nowMs
      ? 'ended'
      : starts_at && starts_at.getTime() > nowMs
        ? 'waiting'
        : 'holds';
  return {
    id: row.id,
    libraryId: row.library_id,
    toDivision: row.to_division,
    toDepartment: row.to_department,
    acts: row.acts,
    startsAt: starts_at?.toISOString() ?? null,
    endsAt: ends_at?.toISOString() ?? null,
    reason: row.reason,
    grantedAt: row.granted_at.toISOString(),
    grantedBy: row.granted_by,
    revokedAt: revoked_at?.toISOString() ?? null,
    revokedBy: row.revoked_by,
    revokeReason: row.revoke_reason,
    state,
  };
}

export async function readGrant(db: Kysely<Schema>, id: string): Promise<LibraryGrant> {
  return toGrant(await db.selectFrom('library_grants').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

/** All that was ever granted of a library, newest first. */
export async function listGrants(db: Kysely<Schema>, libraryId: string): Promise<LibraryGrant[]> {
  const rows = await db
    .selectFrom('library_grants')
    .selectAll()
    .where('library_id', '=', libraryId)
    .orderBy('granted_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toGrant);
}

/** What was done to a library and by whom, newest first. */
export async function readLibraryHistory(db: Kysely<Schema>, libraryId: string): Promise<LibraryEntry[]> {
  const revisions = await db
    .selectFrom('library_revisions')
    .select(['revision', 'at', 'by'])
    .select(sql<string | null>`body ->> 'name'`.as('name'))
    .where('library_id', '=', libraryId)
    .execute();
  const entries: LibraryEntry[] = revisions.map(({ revision, at, by, name }) => ({
    at: at.toISOString(),
    by,
    revision,
    ...(name === null ? { kind: 'deleted' as const } : { kind: 'saved' as const, name }),
  }));
  for (const grant of await listGrants(db, libraryId)) {
    const { grantedAt, grantedBy, revokedAt, revokedBy } = grant;
    entries.push({ kind: 'granted', at: grantedAt, by: grantedBy, grant });
    if (revokedAt !== null) entries.push({ kind: 'revoked', at: revokedAt, by: revokedBy ?? '', grant });
  }
  return entries.sort((a, b) => b.at.localeCompare(a.at));
}

/** Who of other departments used a library's cameras, newest first. */
export async function readUses(
  db: Kysely<Schema>,
  libraryId: string,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<LibraryUsePage> {
  let query = db
    .selectFrom('library_uses')
    .select(['n', 'at', 'act', 'by', 'division', 'department', 'cameras'])
    .select(['camera_id as cameraId', 'camera_name as cameraName'])
    .where('library_id', '=', libraryId)
    .orderBy('n', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('n', '<', before);
  const rows = await query.execute();
  const items = rows.slice(0, limit).map(({ at, ...use }) => ({ ...use, at: at.toISOString() }));
  return { items, next: rows.length > limit ? (items.at(-1)?.n ?? null) : null };
}
