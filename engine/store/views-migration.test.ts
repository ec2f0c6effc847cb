import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { CameraConfig } from '#config/camera.ts';
import { drawingOf } from '../cameras/view-fingerprints.ts';
import { openTestStore } from './store-for-tests.ts';

const FOLDER = join(import.meta.dirname, 'migrations');
const OURS = '0009-views.sql';

test('a camera stored with zones of its own keeps them, its calibration and its fingerprint as its only view', async () => {
  const { store, remove } = await openTestStore('embedded');
  const zones = [{ kind: 'no-parking', name: '消防通道', polygon: [0, 1, 2].map((i) => [i / 4, (i % 2) / 2]) }];
  const calibration = [0, 1, 2, 3].map((i) => ({ xy: [i / 4, i / 5], lngLat: [116, 37] }));
  const rest = { name: '路口', source: { kind: 'url', url: 'rtsp://192.0.2.1/' }, lngLat: [116, 37], algorithms: [] };
  const old = { ...rest, id: 'old', viewId: 'gate', zones, calibration };
  await store.db.connection().execute(async (db) => {
    const run = (text: string) => sql.raw(text).execute(db);
    await run('create schema before; set search_path to before');
    const names = readdirSync(FOLDER).sort();
    for (const name of names.filter((one) => one < OURS)) await run(readFileSync(join(FOLDER, name), 'utf8'));
    const insert = (id: string, body: object) =>
      sql`
      insert into cameras (id, body, revision, division, department)
      values (${id}, ${JSON.stringify(body)}, 1, '371400', '城管')`.execute(db);
    await insert('old', old);
    await insert('bare', { ...rest, id: 'bare', viewId: 'default', zones: [] });
    await sql`insert into camera_states (id, state) values ('old', 'playing'), ('bare', 'playing')`.execute(db);
    await sql`update camera_states set fault_code = 'view-moved', fault_since = now() where id = 'bare'`.execute(db);
    await sql`
      insert into camera_revisions (camera_id, revision, by, body)
      values ('old', 1, 'x', ${JSON.stringify(old)}), ('old', 2, 'x', null)`.execute(db);
    const drawing = drawingOf(CameraConfig.shape.views.unwrap().element.parse({ id: 'gate', zones, calibration }));
    await sql`insert into view_fingerprints (camera_id, drawing, fingerprint) values ('old', ${drawing}, 'A')`.execute(
      db,
    );

    await run(readFileSync(join(FOLDER, OURS), 'utf8'));

    const { rows } = await sql<{ body: { views: [never] } }>`select body from cameras order by id desc`.execute(db);
    const [kept, bare] = rows.map(({ body }) => CameraConfig.parse(body));
    expect(kept?.views).toEqual([{ id: 'gate', zones, calibration }]);
    expect(bare?.views).toEqual([{ id: 'default', zones: [] }]);
    const revisions = await sql<{ body: object | null }>`select body from camera_revisions order by revision`.execute(
      db,
    );
    expect(revisions.rows.map(({ body }) => body)).toEqual([rows[0]!.body, null]);
    const fingerprints = await sql`select camera_id, view_id, drawing, fingerprint from view_fingerprints`.execute(db);
    expect(fingerprints.rows).toEqual([{ camera_id: 'old', view_id: 'gate', drawing, fingerprint: 'A' }]);
    expect(drawingOf(kept!.views[0]!)).toBe(drawing);
    const states = await sql`select id, current_view_id from camera_states order by id`.execute(db);
    expect(states.rows).toEqual([
      { id: 'bare', current_view_id: null },
      { id: 'old', current_view_id: 'gate' },
    ]);
    await run('drop schema before cascade; reset search_path');
  });
  await remove();
});
