import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChangeFeed } from './change-feed.ts';
import { lastSeq, readChanges, recordChange } from './changes.ts';
import { kindsHere, openTestStore, type TestStore } from './store-for-tests.ts';

const SCOPE = { division: '371402', department: '城管' };

describe.each(await kindsHere())('changes on the %s server', (kind) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore(kind);
  });
  afterAll(() => opened.remove());

  function record(entityId: string, fail = false): Promise<number> {
    return opened.store.db.transaction().execute(async (trx) => {
      const seq = await recordChange(trx, { kind: 'unit', entityId, scope: SCOPE });
      if (fail) throw new Error('rolled back');
      return seq;
    });
  }

  test('a reader who asks for what comes after the last seq never misses a change of 20 parallel writers', async () => {
    const from = await lastSeq(opened.store.db);
    const written: number[] = [];
    let writing = true;
    const read: number[] = [];
    const reader = (async () => {
      let after = from;
      for (let last = false; ; ) {
        const rows = await readChanges(opened.store.db, after, 7);
        read.push(...rows.map((row) => row.seq));
        after = rows.at(-1)?.seq ?? after;
        if (last && rows.length === 0) return;
        last = !writing;
      }
    })();
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let n = 0; n < 25; n++) {
        const fail = n % 5 === 4;
        const done = record(`${writer}-${n}`, fail);
        if (fail) await expect(done).rejects.toThrow('rolled back');
        else written.push(await done);
      }
    });
    await Promise.all(writers);
    writing = false;
    await reader;
    expect(read).toEqual([...written].sort((a, b) => a - b));
    expect(read).toHaveLength(400);
  });

  test('a change carries its scope, and the time in UTC as a Date', async () => {
    const seq = await record('陵城一队');
    const [row] = await readChanges(opened.store.db, seq - 1, 1);
    expect(row).toMatchObject({ seq, kind: 'unit', entityId: '陵城一队', scope: SCOPE });
    expect(Math.abs(row!.at.getTime() - Date.now())).toBeLessThan(60_000);
  });

  test('counts and int8 read as numbers, and one beyond exact numbers is an error', async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from changes`.execute(opened.store.db);
    expect(typeof rows[0]!.n).toBe('number');
    await expect(sql`select 9007199254740993::bigint as n`.execute(opened.store.db)).rejects.toThrow(
      '9007199254740993',
    );
  });

  test('the feed tells of a change at once, and of those made while its connection was broken', async () => {
    const feed = new ChangeFeed(opened.store);
    const told: number[] = [];
    const off = feed.on((seq) => told.push(seq));
    await expect.poll(() => listeners()).toBe(1);
    const first = await record('one');
    await expect.poll(() => told.at(-1), { timeout: 1000, interval: 5 }).toBe(first);

    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'chengnao changes'`.execute(opened.store.db);
    const second = await record('two');
    await expect.poll(() => told.at(-1), { timeout: 5000, interval: 20 }).toBe(second);

    const third = await record('three');
    await expect.poll(() => told.at(-1), { timeout: 1000, interval: 5 }).toBe(third);
    off();
    await record('four');
    await sleep(50);
    expect(told.at(-1)).toBe(third);
    await feed.close();
    expect(await listeners()).toBe(0);
  });

  async function listeners(): Promise<number> {
    const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
      where datname = current_database() and application_name = 'chengnao changes' and query ilike '%max(seq)%'`.execute(
      opened.store.db,
    );
    return rows[0]!.n;
  }
});
