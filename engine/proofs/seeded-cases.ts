import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';

const UNITS = 12;
const COUNTIES = [
  ...['371402', '371403', '371422', '371423', '371424', '371425'],
  ...['371426', '371427', '371428', '371471', '371481', '371482'],
];

/** An instant as the wire has it. */
const told = (at: RawBuilder<unknown>) => sql`to_char((${at}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Fills a store with made-up units, cases and their entries over the last year, the same each time but for the day: all
 * closed but the newest `open`. All of it is marked as test data.
 */
export function seedCases(store: Kysely<Schema>, { cases, open }: { cases: number; open: number }): Promise<void> {
  // What triggers would note of each row, one after the other, is written with it.
  return store.connection().execute(async (db) => {
    await sql`set session_replication_role = replica`.execute(db);
    try {
      await seed(db, cases, open);
    } finally {
      await sql`set session_replication_role = default`.execute(db);
    }
  });
}

async function seed(db: Kysely<Schema>, cases: number, open: number): Promise<void> {
  await sql`insert into units (id, name, division, department)
    select 'test-' || i, '测试数据·' || i || '中队', (${COUNTIES}::text[])[i], '城管' from generate_series(1, ${UNITS}::int) i
    on conflict do nothing`.execute(db);
  await sql`create temporary table seeded on commit preserve rows as
    select i, 'test-' || lpad(i::text, 8, '0') as id,
      now() - (${cases}::float8 - i) / ${cases} * interval '365 days' as at,
      1 + i % ${UNITS} as u, (i::bigint * 7919 % 100)::int as lot, i > ${cases - open} as is_open,
      point(115.8 + (i::bigint * 7919 % 10007) / 10007.0 * 1.6, 36.7 + (i::bigint * 104729 % 10009) / 10009.0 * 1.2) as place
    from generate_series(1, ${cases}::int) i`.execute(db);
  await sql`insert into cases (id, seq, state, outcome, rule, severity, codeset, code, opened_at, closed_at, unit_id, camera_name,
      lng_lat, county_code, county_name, division, department, late, clock, first_unit_id, sent_unit_id, was_handled, returns, reworks)
    select id, 0, case when not is_open then 'closed' when lot < 50 then 'assigned' else 'opened' end,
      case when is_open then null when lot < 4 then 'voided' when lot < 10 then 'unhandled' else 'handled' end,
      (array['illegal-parking', 'exposed-garbage', 'street-vendor'])[1 + i % 3], (array['critical', 'major', 'minor', 'info'])[1 + lot % 4],
      (array['CJ/T 214', 'CJ/T 214', 'CJ/T 214'])[1 + i % 3], (array['05-05', '01-02', '05-01'])[1 + i % 3], at,
      case when is_open then null else at + (1 + lot % 7) * interval '1 hour' end,
      case when is_open and lot >= 50 then null else 'test-' || u end, '测试路口' || i % 3000, place,
      (${COUNTIES}::text[])[u], '测试区' || u, (${COUNTIES}::text[])[u], '城管',
      case when lot % 10 = 3 then array['handle'] when lot % 20 = 7 then array['dispatch'] else '{}' end,
      case when is_open then jsonb_build_object('stage', case when lot < 50 then 'handle' else 'dispatch' end,
        'limit', jsonb_build_object('amount', 2, 'unit', 'urgent-hours'), 'phase', 'running',
        'yellowAt', ${told(sql`now() + (lot % 40 - 30) * interval '1 min'`)}, 'dueAt', ${told(sql`now() + (lot % 40 - 20) * interval '1 min'`)},
        'leftMs', 60000 * (lot % 40 - 20)) end,
      case when case when is_open then lot < 50 else lot >= 10 end then 'test-' || u end,
      case when case when is_open then lot < 50 else lot >= 10 end then 'test-' || u end, not is_open and lot >= 10,
      (not is_open and lot >= 10 and lot % 25 = 11)::int, (not is_open and lot >= 10 and lot % 20 = 13)::int
    from seeded`.execute(db);
  await sql`insert into case_entries (case_id, kind, at, by, unit_id, unit_name, note)
    select s.id, e.kind, s.at + e.after, '测试数据', case when e.kind = 'opened' then null else 'test-' || s.u end,
      case when e.kind = 'opened' then null else '测试数据·' || s.u || '中队' end, ''
    from seeded s cross join lateral (values ('opened', interval '0', true), ('assigned', interval '5 min', case when is_open then lot < 50 else lot >= 10 end),
      ('returned', interval '9 min', not is_open and lot >= 10 and lot % 25 = 11), ('assigned', interval '12 min', not is_open and lot >= 10 and lot % 25 = 11),
      ('started', interval '20 min', not is_open and lot >= 10), ('handled', interval '50 min', not is_open and lot >= 10),
      ('rework', interval '55 min', not is_open and lot >= 10 and lot % 20 = 13), ('handled', interval '58 min', not is_open and lot >= 10 and lot % 20 = 13),
      ('closed', interval '1 hour', not is_open)) as e (kind, after, is_there)
    where e.is_there order by s.i, e.after`.execute(db);
  await sql`drop table seeded`.execute(db);
  await sql`analyze`.execute(db);
}
