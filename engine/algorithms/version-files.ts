import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { notVisible } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

const PICTURE = /\.(jpe?g|png|webp)$/i;

/** Where a version's files lie, below the folder of uploads. @throws Refusal 404 `not-found` */
export async function versionFolder(db: Kysely<Schema>, id: string): Promise<string> {
  const row = await db.selectFrom('algorithm_versions').select('folder').where('id', '=', id).executeTakeFirst();
  if (!row) throw notVisible('version of an algorithm', id);
  return row.folder;
}

/** What the engine would run of it: manifest, labels, graph. */
export const preparedOf = (versionFolder: string): string => join(versionFolder, 'inspected', 'prepared');

/** The sample pictures of its package; a bare graph has none. */
export async function samplesOf(versionFolder: string): Promise<string[]> {
  const folder = join(versionFolder, 'inspected', 'package', 'samples');
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => PICTURE.test(name))
    .sort()
    .map((name) => join(folder, name));
}
