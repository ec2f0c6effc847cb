import pg from 'pg';

const INT8_OID = 20;
const LEAST_SERVER_VERSION = 150_000;

/** How a server is reached; `what` names it in messages, without a password. */
export interface Address {
  config: pg.ClientConfig;
  what: string;
}

/** int8 and count(*) are read as numbers everywhere; one that a number cannot hold is an error, never a rounded value. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? readInt8
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`int8 ${text} is beyond the whole numbers that are exact here`);
  return value;
}

function withDefaults(config: pg.ClientConfig, applicationName: string): pg.ClientConfig {
  return {
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...config,
    types,
    application_name: applicationName,
  };
}

/**
 * A connection of its own, for what lives as long as a session: a lock, LISTEN. One that breaks tells so by its 'end'
 * event and fails its queries; its 'error' event is heard here, so that it never ends the process.
 */
export async function connectClient(address: Address, applicationName: string): Promise<pg.Client> {
  const client = new pg.Client(withDefaults(address.config, applicationName));
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    await client.end().catch(() => undefined);
    throw cause;
  }
  await client.query("set time zone 'UTC'");
  return client;
}

/** The pool that all queries share. A connection that breaks while idle is replaced and told in one line. */
export function openPool(address: Address, say: (line: string) => void): pg.Pool {
  const pool = new pg.Pool({
    ...withDefaults(address.config, 'chengnao'),
    max: 12,
    idleTimeoutMillis: 60_000,
  });
  pool.on('connect', (client) => {
    // A connection that breaks while it is lent out fails the query in hand, or the next one.
    client.on('error', () => undefined);
    client.query("set time zone 'UTC'").catch(() => undefined);
  });
  pool.on('error', (error) => say(`store: an idle database connection broke: ${error.message}`));
  return pool;
}

/** Refuses a server that is too old or does not keep text as UTF-8. `asEmbedded` also wants a ctype that knows letters. */
export async function assertServer(client: pg.Client, address: Address, asEmbedded: boolean): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string; encoding: string; folds: boolean }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version,
            current_setting('server_encoding') as encoding`,
  );
  const server = rows[0]!;
  if (Number(server.number) < LEAST_SERVER_VERSION) {
    throw new Error(`${address.what} is PostgreSQL ${server.version}; expected version 15 or later`);
  }
  if (server.encoding !== 'UTF8') {
    throw new Error(
      `${address.what} keeps text as ${server.encoding}; expected UTF8, without which Chinese text cannot be searched. ` +
        "Create the database with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
    );
  }
  if (!asEmbedded) return;
  const { rows: letters } = await client.query<{ folds: boolean }>("select lower('Ä德') = 'ä德' as folds");
  if (!letters[0]!.folds) {
    throw new Error(`${address.what} has a ctype that knows only ASCII letters; expected C.UTF-8`);
  }
}
