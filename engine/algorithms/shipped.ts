import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { type AlgorithmPackage, readPackage } from '#models/package.ts';
import type { Inspection } from '../contract/inspection.ts';
import type { Schema } from '../store/schema.ts';
import { runShipped, SYSTEM } from './stages.ts';
import { UNREAD } from './unread.ts';
import { addVersion, type NewVersion } from './versions.ts';

/** Where the packages that come with the engine lie, and where versions are kept. */
interface Shelves {
  modelsFolder: string;
  versionsFolder: string;
  say(line: string): void;
}

/**
 * Registers the packages that come with the engine: versions like any other, kept beside those that were uploaded, so that
 * one can be gone back to when a later engine brings another. The first of its package runs in full at once. So does a
 * later one while no person has moved a version of it; otherwise it is validated, and stays so until somebody moves it.
 */
export async function registerShipped(db: Kysely<Schema>, shelves: Shelves): Promise<void> {
  for (const entry of await readdir(shelves.modelsFolder, { withFileTypes: true })) {
    const folder = join(shelves.modelsFolder, entry.name);
    const isPackage = entry.isDirectory() && (await stat(join(folder, 'manifest.json')).catch(() => null)) !== null;
    if (!isPackage) continue;
    await registerOne(db, await readPackage(folder), shelves).catch((error) =>
      shelves.say(`${folder} is not registered: ${error instanceof Error ? error.message : error}`),
    );
  }
}

async function registerOne(db: Kysely<Schema>, pkg: AlgorithmPackage, { versionsFolder, say }: Shelves): Promise<void> {
  const { name, version } = pkg.identity;
  const sha256 = await hashOf(pkg);
  const known = await db
    .selectFrom('algorithm_versions')
    .select(['version', 'sha256'])
    .where('algorithm', '=', name)
    .execute();
  if (known.some((one) => one.sha256 === sha256)) return;
  if (known.some((one) => one.version === version)) {
    say(`models/${name} is not what was registered as ${name} ${version}, which is used: it needs a new number`);
    return;
  }
  const folder = `shipped-${name}-${sha256.slice(0, 16)}`;
  await keep(pkg, join(versionsFolder, folder));
  const bytes = (await stat(join(pkg.folder, pkg.manifest.onnx.file))).size;
  const added: NewVersion = {
    fileName: `models/${name}`,
    inspection: inspectionOf(pkg, sha256, bytes),
    folder,
    by: SYSTEM,
  };
  const isTheirs = known.length > 0 && (await wasMovedByHand(db, name));
  const id = await addVersion(db, added, (trx, added) =>
    runShipped(trx, added, 'it came with the engine', isTheirs ? 'validated' : 'full'),
  );
  say(`${name} ${version}, which came with the engine, is registered as ${id}${isTheirs ? ', validated' : ''}.`);
}

/** Of all that makes the package: its manifest says as much of what it sees as its graph. */
async function hashOf({ folder, manifest }: AlgorithmPackage): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['manifest.json', manifest.labelsFile, manifest.onnx.file])
    hash.update(await readFile(join(folder, file)));
  return hash.digest('hex');
}

/** As uploads are kept: what was brought under `package`, what the engine runs under `prepared`. Half a copy is none. */
async function keep({ folder, manifest }: AlgorithmPackage, kept: string): Promise<void> {
  const part = `${kept}.part`;
  await rm(part, { recursive: true, force: true });
  const prepared = join(part, 'inspected', 'prepared');
  await mkdir(prepared, { recursive: true, mode: 0o700 });
  for (const file of ['manifest.json', manifest.labelsFile, manifest.onnx.file])
    await cp(join(folder, file), join(prepared, file));
  await cp(folder, join(part, 'inspected', 'package'), { recursive: true });
  await rm(kept, { recursive: true, force: true });
  await rename(part, kept);
}

async function wasMovedByHand(db: Kysely<Schema>, algorithm: string): Promise<boolean> {
  const moved = await db
    .selectFrom('algorithm_moves')
    .innerJoin('algorithm_versions', 'algorithm_versions.id', 'algorithm_moves.version_id')
    .select('n')
    .where('algorithm', '=', algorithm)
    .where('moved_by', '!=', SYSTEM)
    .executeTakeFirst();
  return moved !== undefined;
}

/** It was opened, run and measured as it was made: what is noted is what it says of itself. */
function inspectionOf({ manifest, labels }: AlgorithmPackage, sha256: string, bytes: number): Inspection {
  return { ...UNREAD, accepted: true, kind: 'package', bytes, sha256, manifest, labels };
}
