import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Address, connectClient } from './connect.ts';

const ENGINE_LOCK = 70_226_371_403;
const PATIENCE_MS = 1500;
const RETRY_EVERY_MS = 250;

/** That this engine, and no other, works on the database. */
export interface EngineLock {
  release(): Promise<void>;
}

/**
 * Takes the database for this engine: a session lock on a connection of its own, which the server frees by itself when
 * this process dies. Lost with its connection, the lock is taken again; if another engine has it by then, `onLost` hears.
 * @throws Error that names the engine that holds it.
 */
export async function takeEngineLock(address: Address, onLost: (reason: string) => void): Promise<EngineLock> {
  let client = await take(address, PATIENCE_MS);
  let released = false;
  const watch = (watched: pg.Client): void => {
    watched.on('end', () => void retake());
  };
  const retake = async (): Promise<void> => {
    while (!released) {
      try {
        const next = await take(address, PATIENCE_MS);
        if (released) return void (await next.end().catch(() => undefined));
        client = next;
        watch(client);
        return;
      } catch (error) {
        if (error instanceof HeldError) return onLost(error.message);
        await sleep(RETRY_EVERY_MS, undefined, { ref: false });
      }
    }
  };
  watch(client);
  return {
    async release() {
      released = true;
      await client.end().catch(() => undefined);
    },
  };
}

class HeldError extends Error {}

async function take(address: Address, patienceMs: number): Promise<pg.Client> {
  const name = `chengnao engine ${process.pid}@${hostname()}`;
  const client = await connectClient(address, name.slice(0, 63));
  try {
    await client.query('set tcp_keepalives_idle = 10').catch(() => undefined);
    await client.query('set tcp_keepalives_interval = 5').catch(() => undefined);
    await client.query('set tcp_keepalives_count = 3').catch(() => undefined);
    const giveUpAtMs = performance.now() + patienceMs;
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
        ENGINE_LOCK,
      ]);
      if (rows[0]!.taken) return client;
      if (performance.now() > giveUpAtMs) throw new HeldError(await heldBy(client, address));
      await sleep(RETRY_EVERY_MS);
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function heldBy(client: pg.Client, address: Address): Promise<string> {
  const { rows } = await client.query<{ holder: string; address: string | null; since: Date }>(
    `select a.application_name as holder, host(a.client_addr) as address, a.backend_start as since
     from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::bigint << 32) + l.objid::bigint = $1`,
    [ENGINE_LOCK],
  );
  const holder = rows[0];
  const who = holder
    ? `"${holder.holder}" (process@machine), connected from ${holder.address ?? 'this machine'} since ${holder.since.toISOString()}`
    : 'another engine';
  return `${address.what} is in use by ${who}; expected to be its only engine. Stop that one, or give this one a data folder of its own.`;
}
