import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, findFreePort, isAlive, saveAccess, serverEnvironment } from './cluster.ts';
import type { Address } from './connect.ts';

const READY_WITHIN_MS = 300_000;
const LARGEST_LOG_BYTES = 16_000_000;
const MOST_FAILED_STARTS = 8;
const WATCH_EVERY_MS = 500;
const STOP_WITHIN_MS = 60_000;

/** A running embedded server that this process looks after. */
export interface Postmaster {
  readonly pid: number;
  /** Whether it was already running, left behind by an engine that was killed. */
  readonly adopted: boolean;
  /** The address of a database on it. */
  address(database: string): Address;
  /** From here on a server that dies is started again, and one that this process leaves behind is told to stop. */
  watch(): void;
  /** Ends every session and stops the server with its data written out. */
  stop(): Promise<void>;
  /** Leaves the server to whoever works with it. */
  leave(): void;
}

/** Starts the cluster's server in a process group of its own, or takes over the one that is running. */
export async function runPostmaster(cluster: Cluster, say: (line: string) => void): Promise<Postmaster> {
  let running = await startOrAdopt(cluster);
  const adopted = !running.started;
  let watching: NodeJS.Timeout | null = null;
  let restarting: Promise<void> | null = null;
  let stopped = false;

  const restart = async (): Promise<void> => {
    say('store: the embedded PostgreSQL is gone; it is started again');
    try {
      running = await startOrAdopt(cluster, running.port);
      say('store: the embedded PostgreSQL is back');
    } catch (error) {
      say(`store: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const look = async (): Promise<void> => {
    if (stopped || restarting || isPostgres(running.pid)) return;
    restarting = restart().finally(() => {
      restarting = null;
    });
  };
  const onExit = (): void => {
    if (!stopped) signal(running.pid);
  };
  const unwatch = (): void => {
    stopped = true;
    if (watching) clearInterval(watching);
    process.off('exit', onExit);
  };

  return {
    get pid() {
      return running.pid;
    },
    adopted,
    address: (database) => ({
      config: {
        host: '127.0.0.1',
        port: running.port,
        user: cluster.access.user,
        password: cluster.access.password,
        database,
      },
      what: `the database in ${cluster.folder}`,
    }),
    watch() {
      watching = setInterval(() => void look(), WATCH_EVERY_MS);
      watching.unref();
      process.on('exit', onExit);
    },
    leave: unwatch,
    async stop() {
      unwatch();
      await restarting;
      await stopServer(cluster, running.pid, say);
    },
  };
}

interface Running {
  pid: number;
  port: number;
  started: boolean;
}

async function startOrAdopt(cluster: Cluster, fixedPort?: number): Promise<Running> {
  const giveUpAtMs = performance.now() + READY_WITHIN_MS;
  let child: ChildProcess | null = null;
  let failures = 0;
  let probeError = '';
  for (;;) {
    const noted = await readPidFile(cluster.dataFolder);
    const alive = noted !== null && isPostgres(noted.pid);
    if (alive && noted.port !== null && noted.status !== 'stopping') {
      const answer = await probe(cluster, noted.port);
      if (answer === null) {
        if (noted.port !== cluster.access.port) {
          cluster.access.port = noted.port;
          await saveAccess(cluster.folder, cluster.access);
        }
        return { pid: noted.pid, port: noted.port, started: child?.pid === noted.pid };
      }
      probeError = answer;
    }
    if (child && (child.exitCode !== null || child.signalCode !== null)) {
      child = null;
      failures += 1;
      if (failures >= MOST_FAILED_STARTS) {
        throw new Error(
          `the embedded PostgreSQL does not start in ${cluster.folder}: ${await tailOf(cluster.logPath)}`,
        );
      }
      await sleep(250 * failures);
    } else if (!alive && !child) {
      // A process that took over the number of one that crashed would keep the server from starting.
      if (noted && isAlive(noted.pid)) await rm(path.join(cluster.dataFolder, 'postmaster.pid'), { force: true });
      const port = fixedPort ?? (await findFreePort(cluster.access.port));
      child = await spawnServer(cluster, port);
    }
    if (performance.now() > giveUpAtMs) {
      throw new Error(
        `the embedded PostgreSQL in ${cluster.folder} does not answer after ${READY_WITHIN_MS / 1000} s` +
          `${probeError && ` (${probeError})`}: ${await tailOf(cluster.logPath)}`,
      );
    }
    await sleep(20);
  }
}

async function spawnServer(cluster: Cluster, port: number): Promise<ChildProcess> {
  const size = await stat(cluster.logPath).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LARGEST_LOG_BYTES) await rename(cluster.logPath, `${cluster.logPath}.old`);
  const log = await open(cluster.logPath, 'a', 0o600);
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=60',
    'timezone=UTC',
    'log_timezone=UTC',
  ];
  const args = ['-D', cluster.dataFolder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const child = spawn(cluster.binaries.postgres, args, {
    cwd: cluster.dataFolder,
    detached: true,
    env: serverEnvironment(),
    stdio: ['ignore', log.fd, log.fd],
    ...cluster.user,
  });
  child.on('error', () => undefined);
  child.unref();
  await log.close();
  return child;
}

/** @returns null when the server answers, else why it does not. */
async function probe(cluster: Cluster, port: number): Promise<string | null> {
  const { user, password } = cluster.access;
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function stopServer(cluster: Cluster, pid: number, say: (line: string) => void): Promise<void> {
  if (!isPostgres(pid)) return;
  signal(pid);
  const giveUpAtMs = performance.now() + STOP_WITHIN_MS;
  while (isPostgres(pid) && (await readPidFile(cluster.dataFolder))?.pid === pid) {
    if (performance.now() > giveUpAtMs) {
      say(
        `store: the embedded PostgreSQL (process ${pid}) is still stopping after ${STOP_WITHIN_MS / 1000} s; it is left to it`,
      );
      return;
    }
    await sleep(10);
  }
}

/** Asks for a fast shutdown: sessions end, data is written out. */
function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It is gone already.
  }
}

interface PidFile {
  pid: number;
  port: number | null;
  status: string;
}

/** postmaster.pid: its first line is the process, the fourth the port, the eighth the state. */
async function readPidFile(dataFolder: string): Promise<PidFile | null> {
  const text = await readFile(path.join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const port = Number(lines[3]);
  return { pid, port: Number.isInteger(port) && port > 0 ? port : null, status: lines[7] ?? '' };
}

/** Whether a process of that number lives and is a PostgreSQL server; a dead one that nobody reaped has no command. */
function isPostgres(pid: number): boolean {
  return isAlive(pid) && commandOf(pid).includes('postgres');
}

function commandOf(pid: number): string {
  const ps = (): string => spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  if (process.platform !== 'linux') return ps();
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function tailOf(logPath: string): Promise<string> {
  const text = await readFile(logPath, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-6).join(' | ') || 'it left no log';
}
