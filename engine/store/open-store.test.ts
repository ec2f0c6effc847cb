import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore, type Store } from './open-store.ts';
import { createTestDatabase, kindsHere } from './store-for-tests.ts';

const kinds = await kindsHere();
const OPEN_STORE = path.join(import.meta.dirname, 'open-store.ts');

/** Another engine: opens the store in a process of its own and says so, then runs until it is killed. */
async function startEngine(dataDir: string, work = ''): Promise<ChildProcess & { lines: string[] }> {
  const program = `
    import { openStore } from ${JSON.stringify(OPEN_STORE)};
    const store = await openStore({ dataDir: ${JSON.stringify(dataDir)} });
    console.log('open');
    ${work}
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
  await expect.poll(() => lines[0], { timeout: 20_000, interval: 20 }).toBe('open');
  return Object.assign(child, { lines });
}

function exited(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(null);
    else child.once('exit', resolve);
  });
}

async function postmasterPid(dataDir: string): Promise<number | null> {
  const text = await readFile(path.join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').catch(() => null);
  return text === null ? null : Number(text.split('\n')[0]);
}

/** Whether a process runs; one that ended and that nobody has reaped yet does not. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

describe('the embedded server', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'chengnao-store-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  test('started under LC_ALL=C it keeps UTF-8, and Chinese text is found', async () => {
    const before = process.env.LC_ALL;
    process.env.LC_ALL = 'C';
    try {
      const store = await openStore({ dataDir });
      const { rows } = await sql<{ encoding: string; locale: string; found: boolean; zone: string; fsync: string }>`
        select current_setting('server_encoding') as encoding, datlocale as locale,
               '德州市德城区湖滨中路' ilike '%湖滨%' and 'ÄÖ' ilike 'äö' as found,
               current_setting('timezone') as zone, current_setting('fsync') as fsync
        from pg_database where datname = current_database()`.execute(store.db);
      expect(rows[0]).toEqual({ encoding: 'UTF8', locale: 'C.UTF-8', found: true, zone: 'UTC', fsync: 'on' });
      await store.close();
    } finally {
      if (before === undefined) delete process.env.LC_ALL;
      else process.env.LC_ALL = before;
    }
  });

  test('its password lies in a file that only this user can read', async () => {
    const found = await stat(path.join(dataDir, 'postgres', 'access.json'));
    expect(found.mode & 0o777).toBe(0o600);
  });

  test('a second engine on the same data is refused, and told who has it', async () => {
    const store = await openStore({ dataDir });
    const said: string[] = [];
    const second = openStore({ dataDir, say: (line) => said.push(line) });
    await expect(second).rejects.toThrow(new RegExp(`in use by "chengnao engine ${process.pid}@`));
    expect(said.join()).not.toContain('took over');
    await expect(sql`select 1`.execute(store.db)).resolves.toBeDefined();
    await store.close();
    expect(await postmasterPid(dataDir)).toBeNull();
  });

  test('of two that start at once on an empty folder one gets it', async () => {
    const empty = await mkdtemp(path.join(tmpdir(), 'chengnao-store-'));
    await mkdir(path.join(empty, 'postgres.999999999-00000000.new'), { recursive: true });
    const opened = await Promise.allSettled([openStore({ dataDir: empty }), openStore({ dataDir: empty })]);
    const stores = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const reasons = opened.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(reasons.join()).toContain('in use by "chengnao engine');
    expect(stores).toHaveLength(1);
    await sql`select 1`.execute(stores[0]!.db);
    await stores[0]!.close();
    expect(await readdir(empty)).toEqual(['postgres']);
    await rm(empty, { recursive: true });
  });

  test('the next start takes over a server that a killed engine left running, with all its rows', async () => {
    const engine = await startEngine(
      dataDir,
      `await store.db.insertInto('units').values({ id: 'u1', name: '一队', division: '371402', department: '城管' }).execute();
       console.log('written');`,
    );
    await expect.poll(() => engine.lines.at(-1), { timeout: 5000 }).toBe('written');
    const pid = (await postmasterPid(dataDir))!;
    engine.kill('SIGKILL');
    await exited(engine);
    expect(lives(pid)).toBe(true);

    const said: string[] = [];
    const store = await openStore({ dataDir, say: (line) => said.push(line) });
    expect(await postmasterPid(dataDir)).toBe(pid);
    expect(said.join()).toContain(`took over the PostgreSQL that was left running (process ${pid})`);
    expect(await store.db.selectFrom('units').select('name').execute()).toEqual([{ name: '一队' }]);
    await store.close();
    await expect.poll(() => lives(pid)).toBe(false);
  });

  test('it runs in a process group of its own, and stops with an engine that gets SIGTERM', async () => {
    const engine = await startEngine(dataDir);
    const pid = (await postmasterPid(dataDir))!;
    if (process.platform === 'linux') {
      const groupOf = async (of: number) => (await readFile(`/proc/${of}/stat`, 'utf8')).split(') ')[1]!.split(' ')[2];
      expect(await groupOf(pid)).toBe(String(pid));
    }
    engine.kill('SIGTERM');
    await exited(engine);
    expect(engine.signalCode).toBe('SIGTERM');
    expect(lives(pid)).toBe(false);
  });

  test('no acknowledged row is lost when PostgreSQL is killed, and the engine goes on by itself', async () => {
    const store = await openStore({ dataDir });
    const acknowledged: string[] = [];
    let writing = true;
    const writers = Array.from({ length: 4 }, (_, writer) =>
      (async () => {
        for (let n = 0; writing; n++) {
          const id = `w${writer}-${n}`;
          const unit = { id, name: id, division: '371402', department: '城管' };
          try {
            await store.db.insertInto('units').values(unit).execute();
            acknowledged.push(id);
          } catch {
            await sleep(20);
          }
        }
      })(),
    );
    for (let kill = 0; kill < 3; kill++) {
      const before = acknowledged.length;
      await expect.poll(() => acknowledged.length, { timeout: 15_000 }).toBeGreaterThan(before + 100);
      process.kill((await postmasterPid(dataDir))!, 'SIGKILL');
      await sleep(50);
    }
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length, { timeout: 15_000 }).toBeGreaterThan(before + 20);
    writing = false;
    await Promise.all(writers);
    const stored = new Set((await store.db.selectFrom('units').select('id').execute()).map((row) => row.id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    console.info(`${acknowledged.length} rows acknowledged over 3 kills of PostgreSQL, 0 lost`);
    // The lock went with its connection and was taken again.
    await expect.poll(() => locks(store), { timeout: 5000 }).toBe(1);
    await store.close();
  });

  test('a stale postmaster.pid whose number another process has now does not keep it from starting', async () => {
    await writeFile(
      path.join(dataDir, 'postgres', 'data', 'postmaster.pid'),
      `${process.pid}\n/nowhere\n1\n5432\n\n\n`,
    );
    const store = await openStore({ dataDir });
    expect(await postmasterPid(dataDir)).not.toBe(process.pid);
    await store.close();
  });

  test.skipIf(process.getuid?.() !== 0)('as root, a folder that the server’s user cannot reach is named', async () => {
    const closed = await mkdtemp(path.join(tmpdir(), 'chengnao-closed-'));
    await chmod(closed, 0o700);
    const inside = path.join(closed, 'data');
    await mkdir(inside);
    await expect(openStore({ dataDir: inside })).rejects.toThrow(
      new RegExp(`cannot reach the data folder .*${closed} is closed to it.*chmod o\\+x`),
    );
    await rm(closed, { recursive: true });
  });
});

async function locks(store: Store): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_stat_activity
    where application_name like 'chengnao engine%' and datname = current_database()`.execute(store.db);
  return rows[0]!.n;
}

describe.skipIf(!kinds.includes('external'))('an external server', () => {
  test('gets the same schema, and lets in one engine', async () => {
    const database = await createTestDatabase();
    const dataDir = await mkdtemp(path.join(tmpdir(), 'chengnao-store-'));
    const store = await openStore({ dataDir, databaseUrl: database.url });
    expect(store.kind).toBe('external');
    await expect(openStore({ dataDir, databaseUrl: database.url })).rejects.toThrow(/in use by "chengnao engine/);
    await store.close();
    const again = await openStore({ dataDir, databaseUrl: database.url });
    await again.close();
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  test('is refused when it does not keep text as UTF-8', async () => {
    const database = await createTestDatabase('SQL_ASCII');
    await expect(openStore({ dataDir: tmpdir(), databaseUrl: database.url })).rejects.toThrow(
      /keeps text as SQL_ASCII; expected UTF8/,
    );
    await database.drop();
  });

  test('that a later version has written, or whose migration was edited, is refused', async () => {
    const database = await createTestDatabase();
    const store = await openStore({ dataDir: tmpdir(), databaseUrl: database.url });
    await sql`insert into migrations (name, sha256) values ('9999-later.sql', 'x')`.execute(store.db);
    await store.close();
    const open = () => openStore({ dataDir: tmpdir(), databaseUrl: database.url });
    await expect(open()).rejects.toThrow('written by a later version: it has the migration 9999-later.sql');
    await database.drop();
  });

  test('that does not answer is named without its password', async () => {
    const failed = openStore({ dataDir: tmpdir(), databaseUrl: 'postgres://engine:secret@127.0.0.1:9/city' });
    await expect(failed).rejects.toThrow(/127\.0\.0\.1:9/);
    await expect(failed).rejects.not.toThrow(/secret/);
  });
});
