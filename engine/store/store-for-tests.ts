import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { ulid } from 'ulid';
import { openStore, type Store } from './open-store.ts';

const EXTERNAL_URL = process.env.TEST_DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/test';

/** A store of its own for a test file, and what removes it. */
export interface TestStore {
  store: Store;
  /** The external database's URL; the embedded one has none. */
  databaseUrl: string | null;
  dataDir: string;
  remove(): Promise<void>;
}

/** The kinds of PostgreSQL that tests can run on here: the embedded one, and a server of this machine if one answers. */
export async function kindsHere(): Promise<Store['kind'][]> {
  try {
    await onServer('select 1');
    return ['embedded', 'external'];
  } catch {
    console.warn(
      `no PostgreSQL answers at TEST_DATABASE_URL (${new URL(EXTERNAL_URL).host}): tested on the embedded one only`,
    );
    return ['embedded'];
  }
}

/** Opens an empty store: its own embedded server, or a new database on the external one. */
export async function openTestStore(kind: Store['kind']): Promise<TestStore> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'chengnao-store-'));
  // Not by Node: it keeps nobody's ownership.
  const template = process.env.CHENGNAO_STORE_TEMPLATE;
  if (kind === 'embedded' && template) await promisify(execFile)('cp', ['-a', `${template}/.`, dataDir]);
  const database = kind === 'external' ? await createTestDatabase() : null;
  const store = await openStore({ dataDir, ...(database && { databaseUrl: database.url }) });
  return {
    store,
    databaseUrl: database?.url ?? null,
    dataDir,
    async remove() {
      await store.close();
      await database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A new database on the external server; `encoding` other than UTF8 is for the test that such a one is refused. */
export async function createTestDatabase(encoding = 'UTF8'): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `chengnao_test_${ulid().toLowerCase()}`;
  const locale = encoding === 'UTF8' ? '' : "lc_collate 'C' lc_ctype 'C'";
  await onServer(`create database ${name} template template0 encoding '${encoding}' ${locale}`);
  const url = new URL(EXTERNAL_URL);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await onServer(`drop database if exists ${name} with (force)`);
    },
  };
}

async function onServer(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: EXTERNAL_URL, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}
