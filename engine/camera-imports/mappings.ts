import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ColumnMapping } from '../contract/camera-import.ts';
import type { Schema } from '../store/schema.ts';

/** Files are headed alike when all their headings are the same, in the same order. */
function nameOf(headings: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(headings)).digest('hex');
}

/** What the account last said of a file that is headed alike; null: nothing. */
export async function recallMapping(
  db: Kysely<Schema>,
  accountId: string,
  headings: readonly string[],
): Promise<ColumnMapping | null> {
  const found = await db
    .selectFrom('camera_import_mappings')
    .select('mapping')
    .where('account_id', '=', accountId)
    .where('headings', '=', nameOf(headings))
    .executeTakeFirst();
  return found?.mapping ?? null;
}

/** Remembers what was said of a file's columns; an empty mapping forgets what was said before. */
export async function keepMapping(
  db: Kysely<Schema>,
  account_id: string,
  headings: readonly string[],
  mapping: ColumnMapping,
): Promise<void> {
  const name = nameOf(headings);
  await db
    .deleteFrom('camera_import_mappings')
    .where('account_id', '=', account_id)
    .where('headings', '=', name)
    .execute();
  if (Object.keys(mapping).length === 0) return;
  await db
    .insertInto('camera_import_mappings')
    .values({ account_id, headings: name, mapping: JSON.stringify(mapping) })
    .onConflict((held) =>
      held.columns(['account_id', 'headings']).doUpdateSet({ mapping: JSON.stringify(mapping), at: new Date() }),
    )
    .execute();
}
