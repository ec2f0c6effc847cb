import { type Kysely, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { CameraImport, ImportRow, RowOutcome } from '../contract/camera-import.ts';
import { notVisible } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

/** @throws Refusal 404 `not-found`. */
export async function readImport(
  db: Kysely<Schema>,
  account: Account | null,
  id: string,
  progress: CameraImport['progress'],
): Promise<CameraImport> {
  const row = await db
    .selectFrom('camera_imports')
    .selectAll()
    .where('id', '=', id)
    .where(visibleTo(account))
    .executeTakeFirst();
  if (!row) throw notVisible('import', id);
  const counted = await db
    .selectFrom('camera_import_rows')
    .select(['outcome', sql<number>`count(*)`.as('count')])
    .where('import_id', '=', id)
    .groupBy('outcome')
    .execute();
  const counts = { added: 0, changed: 0, same: 0, refused: 0 };
  for (const { outcome, count } of counted) counts[outcome] = count;
  const under = row.state === 'reading' || row.state === 'applying';
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const total = row.state === 'applying' ? rows : null;
  return {
    id,
    at: row.at.toISOString(),
    by: row.by,
    fileName: row.file_name,
    format: row.format,
    crs: row.crs,
    state: row.state,
    counts,
    columns: row.columns,
    problem: row.problem,
    progress: under && progress ? { ...progress, total } : null,
    appliedAt: row.applied_at?.toISOString() ?? null,
  };
}

/** A page of an import's rows, in the order of the file. @throws Refusal 404 `not-found`. */
export async function readImportRows(
  db: Kysely<Schema>,
  account: Account | null,
  id: string,
  { outcome, after, limit }: { outcome: RowOutcome | undefined; after: number; limit: number },
): Promise<{ items: ImportRow[]; next: number | null }> {
  await readImport(db, account, id, null);
  let rows = db
    .selectFrom('camera_import_rows')
    .select(['n', 'line', 'outcome', 'camera_id', 'name', 'reasons', 'changes'])
    .where('import_id', '=', id)
    .where('n', '>', after)
    .orderBy('n')
    .limit(limit + 1);
  if (outcome !== undefined) rows = rows.where('outcome', '=', outcome);
  const found = await rows.execute();
  const items = found.slice(0, limit).map(({ camera_id, ...row }) => ({ ...row, cameraId: camera_id }));
  return { items, next: found.length > limit ? (items.at(-1)?.n ?? null) : null };
}
