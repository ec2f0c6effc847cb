// Scratch: 45,000 cameras, 30 days of history; measures the queries.
import { sql } from 'kysely';
import { openTestStore } from '/work/health/engine/store/store-for-tests.ts';
import { rollUpDays } from '/work/health/engine/online-rates/roll-up.ts';
import { readHealth, readRateRows } from '/work/health/engine/online-rates/read-rates.ts';
import { readDegrading, readDay } from '/work/health/engine/online-rates/read-lines.ts';
import { countPool, readPool } from '/work/health/engine/cameras/read-pool.ts';
import { takeIn, pickDue } from '/work/health/engine/probes/due-probes.ts';
import { OutageWatch } from '/work/health/engine/outages/outage-watch.ts';
import { listOutages } from '/work/health/engine/outages/read-outages.ts';
const kept = await openTestStore('embedded');
const db = kept.store.db;
const t = async (what: string, run: () => Promise<unknown>) => { const at = performance.now(); const r = await run(); console.log(what, Math.round(performance.now() - at), 'ms', typeof r === 'number' ? r : ''); return r; };
try {
  await t('cameras', () => sql`insert into cameras (id, body, revision, division, department, county_code, county_name)
    select 'c' || i, jsonb_build_object('name', 'n' || i, 'lngLat', '[116,37]'::jsonb, 'views', '[{"id":"default"}]'::jsonb, 'source', jsonb_build_object('kind','url','url','rtsp://10.' || i/60000 || '.' || (i/250) % 250 || '.' || i % 250 || '/x')), 1, '3714' || lpad((i % 11)::text, 2, '0'), 'd' || i % 5, '3714' || lpad((i % 11)::text, 2, '0'), 'x'
    from generate_series(1, 45000) i`.execute(db));
  await sql`alter table camera_states disable trigger all`.execute(db);
  await t('states', () => sql`insert into camera_states (id, state, since, first_seen_at) select id, 'reachable', now() - interval '31 days', now() - interval '31 days' from cameras`.execute(db));
  await sql`alter table camera_states enable trigger all`.execute(db);
  await t('history', () => sql`insert into camera_state_changes (camera_id, state, at)
    select 'c' || i, case when k % 2 = 0 then 'reachable' else 'offline' end, now() - interval '31 days' + (k * interval '12 hours') + (random() * interval '10 hours')
    from generate_series(1, 45000) i, generate_series(0, 61) k`.execute(db));
  await sql`analyze`.execute(db);
  const now = () => ({ timeZone: 'Asia/Shanghai', nowMs: Date.now() });
  const days = (await t('roll up', () => rollUpDays(db, { ...now(), keepMs: 400 * 86400000 }))) as string[];
  console.log(days.length, 'days');
  await sql`analyze`.execute(db);
  for (let i = 0; i < 3; i++) await t('health 30 days', () => readHealth(db, null, {}, { by: 'county', days: 30, ...now() }));
  await t('health one county', () => readHealth(db, null, { county: '371402' }, { by: 'county', days: 30, ...now() }));
  await t('csv rows', () => readRateRows(db, null, {}, { days: 30, ...now() }));
  for (let i = 0; i < 2; i++) await t('degrading', () => readDegrading(db, null, {}, { ...now(), limit: 500 }));
  await t('day', () => readDay(db, null, {}, { day: days.at(-3)!, ...now(), limit: 500 }));
  await t('today', () => readDay(db, null, {}, { day: undefined, ...now(), limit: 500 }));
  await t('pool by health', () => readPool(db, null, { health: 'offline' }, { after: undefined, limit: 100 }, { lastFrameAtMs: () => null }));
  await t('take in 45,000', () => takeIn(db, Date.now()));
  await t('take in none', () => takeIn(db, Date.now()));
  await t('pick of 45,000 due', () => pickDue(db, { nowMs: Date.now() + 1000, busyHosts: [], perHost: 50, limit: 50 }));
  await sql`update camera_probes set due_at = now() + random() * interval '30 min'`.execute(db);
  await t('pick of some due', () => pickDue(db, { nowMs: Date.now() + 1000, busyHosts: [], perHost: 50, limit: 50 }));
  const watch = new OutageWatch({ db, rule: { cameras: 10, share: 0.5, withinMs: 120000 }, nowMs: () => Date.now(), say: console.log });
  await t('look, nothing lost', () => watch.look());
  await t('20,000 lost', () => sql`update camera_states set state = 'offline', since = now() where substr(id, 2)::int <= 20000`.execute(db));
  await t('look, 20,000 lost', () => watch.look());
  console.log(JSON.stringify(await listOutages(db, null, { state: 'all', limit: 5 })));
  console.log('open', (await listOutages(db, null, { state: 'open', limit: 500 })).length);
} finally { await kept.remove(); }
