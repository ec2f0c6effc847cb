import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from './open-store.ts';

/**
 * Makes the data folder of an empty store with all migrations before the first test, and removes it after the last. A test file
 * copies it (`CHENGNAO_STORE_TEMPLATE`), which is six times as fast as making one.
 */
export default async function makeTemplate(): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'chengnao-store-template-'));
  const store = await openStore({ dataDir });
  await store.close();
  process.env.CHENGNAO_STORE_TEMPLATE = dataDir;
  return () => rm(dataDir, { recursive: true, force: true });
}
