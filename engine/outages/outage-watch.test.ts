import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account } from '../contract/account.ts';
import { readChanges } from '../store/changes.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { OutageWatch } from './outage-watch.ts';
import { listOutages } from './read-outages.ts';

const RULE = { cameras: 10, share: 0.5, withinMs: 120_000 };
const MINUTE_MS = 60_000;

let kept: TestStore;
let clockMs = Date.parse('2026-11-29T02:00:00Z');
const db = () => kept.store.db;
beforeAll(async () => {
  kept = await openTestStore('embedded');
});
afterAll(() => kept.remove());
beforeEach(async () => {
  await sql`delete from cameras`.execute(db());
  await sql`delete from outages`.execute(db());
  clockMs += 60 * MINUTE_MS;
});

function watch(): OutageWatch {
  return new OutageWatch({
    db: db(),
    rule: RULE,
    nowMs: () => clockMs,
    say: (line) => {
      throw new Error(line);
    },
  });
}

/** Cameras of one subnet that were online for an hour. */
async function online(
  name: string,
  count: number,
  { subnet = '10.1.1', department = '公安', division = '371402' } = {},
) {
  await sql`
    insert into cameras (id, body, revision, division, department, county_code, county_name)
    select ${name} || i, jsonb_build_object('name', 'n', 'lngLat', '[116,37]'::jsonb, 'views', '[]'::jsonb), 1, ${division},
      ${department}, ${division}, '某区' from generate_series(1, ${count}) i`.execute(db());
  await sql`
    insert into camera_states (id, state, since)
    select ${name} || i, 'playing', ${new Date(clockMs - 3_600_000)} from generate_series(1, ${count}) i`.execute(db());
  await sql`
    insert into camera_probes (camera_id, host, endpoint, subnet, due_at)
    select ${name} || i, ${subnet} || '.' || i, ${subnet} || '.' || i || ':554', ${subnet} || '.0/24', now()
    from generate_series(1, ${count}) i`.execute(db());
}

async function become(state: string, name: string, from: number, to: number): Promise<void> {
  await sql`
    update camera_states set state = ${state}, since = ${new Date(clockMs)}
    where id in (select ${name} || i from generate_series(${from}::int, ${to}) i)`.execute(db());
}

const list = (state: 'open' | 'all' = 'open', account: Account | null = null) =>
  listOutages(db(), account, { state, limit: 10 });

test('a subnet that dies is one alarm, which counts who is back and ends by itself; a single one is none', async () => {
  await online('a', 24);
  await online('b', 60, { subnet: '10.1.2' });
  const one = watch();
  await become('offline', 'b', 1, 1);
  await one.look();
  expect(await list()).toEqual([]);

  const before = (await readChanges(db(), 0, 10_000)).at(-1)?.seq ?? 0;
  await become('offline', 'a', 1, 14);
  await one.look();
  const [outage] = await list();
  expect(outage).toMatchObject({ kind: 'subnet', cameras: 14, lost: 14, department: '公安', endedAt: null });
  expect(outage!.county).toEqual({ code: '371402', name: '某区' });
  clockMs += 30_000;
  await become('offline', 'a', 15, 24);
  await one.look();
  expect(await list()).toMatchObject([{ id: outage!.id, cameras: 24, lost: 24 }]);
  const changes = (await readChanges(db(), before, 100)).map(({ kind, entityId }) => `${kind} ${entityId}`);
  expect(changes).toEqual([`outage ${outage!.id}`, `outage ${outage!.id}`]);

  clockMs += 10 * MINUTE_MS;
  await become('playing', 'a', 1, 12);
  await one.look();
  await one.look();
  expect(await list()).toMatchObject([{ id: outage!.id, lost: 12 }]);
  await become('reachable', 'a', 13, 22);
  await one.look();
  expect(await list()).toEqual([]);
  expect(await list('all')).toMatchObject([{ id: outage!.id, endedAt: new Date(clockMs).toISOString(), lost: 2 }]);
  const last = (await readChanges(db(), before, 100)).slice(2);
  expect(last.map(({ kind }) => kind)).toEqual(['outage', 'outage']);
});

test('cameras that go one by one over hours, that were never seen, or are out of service, did not fail together', async () => {
  await online('slow', 20);
  const one = watch();
  for (let i = 1; i <= 20; i++) {
    clockMs += MINUTE_MS;
    await become('offline', 'slow', i, i);
    await one.look();
  }
  expect(await list()).toEqual([]);
  await online('gone', 20, { subnet: '10.1.3' });
  await become('disabled', 'gone', 1, 20);
  await sql`delete from camera_states where id like 'gone%'`.execute(db());
  await sql`insert into camera_states (id, state, since) select id, 'offline', ${new Date(clockMs)} from cameras
    where id like 'gone%'`.execute(db());
  await one.look();
  expect(await list()).toEqual([]);
});

test('an engine that starts anew neither raises what was lost long ago nor ends what is lost still', async () => {
  await online('old', 20);
  await become('offline', 'old', 1, 20);
  await watch().look();
  const [outage] = await list();
  clockMs += 60 * MINUTE_MS;
  await become('connecting', 'old', 1, 20);
  const anew = watch();
  await anew.look();
  expect(await list()).toMatchObject([{ id: outage!.id }]);
  await become('offline', 'old', 1, 20);
  await anew.look();
  expect(await list('all')).toMatchObject([{ id: outage!.id, endedAt: null }]);
  await sql`delete from cameras where id like 'old%'`.execute(db());
  await anew.look();
  expect(await list()).toEqual([]);
});

test('who does not see the place does not see its outage; cameras of two counties belong to the city', async () => {
  const account = (division: string, department: string | null) => ({ division, department }) as Account;
  await online('west', 10);
  await online('east', 10, { division: '371403', department: '城管' });
  await become('offline', 'west', 1, 10);
  await become('offline', 'east', 1, 10);
  await watch().look();
  const [outage] = await list('open', account('371400', null));
  expect(outage).toMatchObject({ cameras: 20, county: null, department: null });
  expect(await list('open', account('371402', null))).toEqual([]);
  expect(await list('open', account('371400', '公安'))).toEqual([]);
});
