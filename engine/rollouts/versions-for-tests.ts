import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { runShipped } from '../algorithms/stages.ts';
import { UNREAD } from '../algorithms/unread.ts';
import { addVersion } from '../algorithms/versions.ts';
import type { Schema } from '../store/schema.ts';

export const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

interface MadeVersion {
  version: string;
  /** What of the manifest of models/street is another. */
  manifest?: Record<string, unknown>;
  /** In place of its graph. */
  graph?: Buffer;
}

/** A version of the shipped street package under another number, validated; for tests. @returns its id */
export async function addStreet(db: Kysely<Schema>, versionsFolder: string, made: MadeVersion): Promise<string> {
  const folder = `made-${made.version}`;
  const prepared = join(versionsFolder, folder, 'inspected', 'prepared');
  await mkdir(prepared, { recursive: true });
  const street = join(MODELS, 'street');
  await cp(join(street, 'labels.txt'), join(prepared, 'labels.txt'));
  const graph = made.graph ?? (await readFile(join(street, 'street.onnx')));
  await writeFile(join(prepared, 'street.onnx'), graph);
  const own = JSON.parse(await readFile(join(street, 'manifest.json'), 'utf8'));
  const manifest = { ...own, ...made.manifest, version: made.version, onnx: { file: 'street.onnx' } };
  await writeFile(join(prepared, 'manifest.json'), JSON.stringify(manifest));
  const inspection = { ...UNREAD, accepted: true, bytes: graph.length, sha256: 'b'.repeat(64), manifest };
  return addVersion(db, { fileName: 'street.onnx', inspection, folder, by: 'test' }, (trx, id) =>
    runShipped(trx, id, 'a test', 'validated'),
  );
}
