import path from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { openCluster } from './cluster.ts';
import { type Address, assertServer, connectClient, openPool } from './connect.ts';
import { takeEngineLock } from './engine-lock.ts';
import { migrate } from './migrate.ts';
import { findBinaries, findServerUser } from './postgres-binaries.ts';
import { type Postmaster, runPostmaster } from './postmaster.ts';
import type { Schema } from './schema.ts';

const DATABASE_NAME = 'chengnao';
const CREATE_LOCK = 70_226_371_404;

/** Where everything is kept that outlives the process. */
export interface Store {
  readonly db: Kysely<Schema>;
  readonly kind: 'embedded' | 'external';
  /** The folder of the alerts' pictures, `<dataDir>/evidence`; paths in the database are relative to it. */
  readonly evidenceDir: string;
  /** A connection of one's own, outside the pool; whoever opens it ends it. */
  connect(applicationName: string): Promise<pg.Client>;
  /** Takes one line for the log. */
  say(line: string): void;
  /** Ends all queries and lets go of the database; the embedded server is stopped. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The embedded server lives in `<dataDir>/postgres`. */
  dataDir: string;
  /** postgres://… of an own server, version 15 or later; absent or empty: the embedded one. */
  databaseUrl?: string;
  say?: (line: string) => void;
  /** Another engine took the database while the connection to it was lost: this one must stop writing. */
  onLost?: (reason: string) => void;
}

/**
 * Starts the embedded PostgreSQL, takes over the one that a killed engine left running, or connects to an external
 * server; then brings the schema up to date. Only one engine at a time has a database.
 * @throws Error with a sentence for the operator: what was found and what was expected.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const say = options.say ?? (() => undefined);
  const onLost = options.onLost ?? ((reason: string) => say(`store: ${reason}`));
  const evidenceDir = path.resolve(options.dataDir, 'evidence');
  const context: Context = { evidenceDir, say, onLost };
  if (options.databaseUrl) return openExternal(options.databaseUrl, context);
  const folder = path.resolve(options.dataDir, 'postgres');
  const cluster = await openCluster(folder, await findBinaries(), findServerUser());
  const postmaster = await runPostmaster(cluster, say);
  return openEmbedded(postmaster, context);
}

interface Context {
  evidenceDir: string;
  say: (line: string) => void;
  onLost: (reason: string) => void;
}

async function openEmbedded(postmaster: Postmaster, context: Context): Promise<Store> {
  await createDatabase(postmaster.address('postgres'));
  const address = postmaster.address(DATABASE_NAME);
  // Whoever gets the lock looks after the server, even if another process started it.
  const lock = await takeEngineLock(address, context.onLost);
  postmaster.watch();
  if (postmaster.adopted)
    context.say(`store: took over the PostgreSQL that was left running (process ${postmaster.pid})`);
  const letGo = async (): Promise<void> => {
    await lock.release();
    await postmaster.stop();
  };
  try {
    const store = await openOn(address, 'embedded', context, letGo);
    stopWithSignals(store);
    return store;
  } catch (error) {
    await letGo();
    throw error;
  }
}

async function openExternal(databaseUrl: string, context: Context): Promise<Store> {
  const address: Address = { config: { connectionString: databaseUrl }, what: describe(databaseUrl) };
  const lock = await takeEngineLock(address, context.onLost).catch((cause: Error) => {
    throw new Error(`DATABASE_URL: ${cause.message}`, { cause });
  });
  try {
    return await openOn(address, 'external', context, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openOn(
  address: Address,
  kind: Store['kind'],
  { evidenceDir, say }: Context,
  letGo: () => Promise<void>,
): Promise<Store> {
  const client = await connectClient(address, 'chengnao migrations');
  try {
    await assertServer(client, address, kind === 'embedded');
    for (const name of await migrate(client)) say(`store: applied migration ${name}`);
  } finally {
    await client.end().catch(() => undefined);
  }
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: openPool(address, say) }) });
  let closing: Promise<void> | null = null;
  return {
    db,
    kind,
    evidenceDir,
    say,
    connect: (applicationName) => connectClient(address, applicationName),
    close: () => {
      closing ??= db.destroy().finally(letGo);
      return closing;
    },
  };
}

async function createDatabase(address: Address): Promise<void> {
  const client = await connectClient(address, 'chengnao set-up');
  try {
    // Freed with the connection; two engines that start at once make one database.
    await client.query('select pg_advisory_lock($1)', [CREATE_LOCK]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`create database ${DATABASE_NAME} template template0`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The server and database of a URL, without user and password. */
function describe(databaseUrl: string): string {
  try {
    const { host, pathname } = new URL(databaseUrl);
    return `the database ${host}${pathname}`;
  } catch {
    return 'the database of DATABASE_URL';
  }
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Where nobody else answers a signal, the embedded server is stopped before the signal has its way. */
function stopWithSignals(store: Store): void {
  for (const name of SIGNALS) {
    const onSignal = (): void => {
      if (process.listenerCount(name) > 1) return;
      void store.close().finally(() => {
        process.off(name, onSignal);
        process.kill(process.pid, name);
      });
    };
    process.on(name, onSignal);
    const close = store.close;
    store.close = () => {
      process.off(name, onSignal);
      return close();
    };
  }
}
