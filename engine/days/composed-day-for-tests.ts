import { type Kysely, sql } from 'kysely';
import type { Schema } from '../store/schema.ts';

/** A day made up for tests: cameras, alerts and cases with seeded times, every row of it named "测试数据". */
interface ComposedDay {
  fromMs: number;
  toMs: number;
}

const SPAN_MS = 86_400_000;

/**
 * Writes a day's rows as the engine would have left them. Nothing of it goes through a desk, since a desk writes its own
 * time. `random` yields 0..1.
 */
export async function composeDay(db: Kysely<Schema>, fromMs: number, random: () => number): Promise<ComposedDay> {
  const toMs = fromMs + SPAN_MS;
  const within = (from = fromMs - SPAN_MS / 4, to = toMs - 60_000) => Math.floor(from + random() * (to - from));
  const at = (ms: number) => new Date(ms);
  for (let c = 0; c < 24; c++) {
    const id = `test-cam-${c}`;
    const body = cameraBody(id, c);
    const madeMs = c < 20 ? fromMs - SPAN_MS : within(fromMs);
    await db
      .insertInto('cameras')
      .values({
        id,
        body: JSON.stringify(body),
        revision: 1,
        division: c % 4 ? '371402' : '371403',
        department: '城管',
      })
      .execute();
    await db
      .insertInto('camera_states')
      .values({ id, state: 'playing', reason: null, since: at(madeMs) })
      .execute();
    await sql`delete from camera_state_changes where camera_id = ${id}`.execute(db);
    await db
      .insertInto('camera_revisions')
      .values({ camera_id: id, revision: 1, at: at(madeMs), by: '测试数据', body: JSON.stringify(body) })
      .execute();
    // One has no state recorded before the middle of the day.
    let stepMs = c === 3 ? fromMs + SPAN_MS / 2 : madeMs;
    for (let n = 0; n < 6 && stepMs < toMs; n++) {
      const state = n % 2 ? 'offline' : 'playing';
      await db
        .insertInto('camera_state_changes')
        .values({ camera_id: id, state, code: n % 2 ? 'silent' : null, at: at(stepMs) })
        .execute();
      stepMs += Math.floor(random() * 5 * 3_600_000);
    }
    // Every third had its fault before the day began, and has it until then, into the day, or all day.
    const faultMs = c % 3 === 0 && c < 20 ? fromMs - 1 - Math.floor(random() * 3_600_000) : within(fromMs);
    const lastedMs = Math.floor(random() * 7_200_000);
    await db
      .insertInto('camera_fault_changes')
      .values([
        { camera_id: id, code: 'covered', at: at(faultMs) },
        { camera_id: id, code: null, at: at(c === 6 ? toMs : faultMs + lastedMs) },
      ])
      .execute();
  }
  await moveAndDelete(db, within(fromMs), within(fromMs));
  for (let a = 0; a < 80; a++) await composeAlert(db, a, within(), random);
  for (let k = 0; k < 16; k++) await composeCase(db, k, within(fromMs), random);
  return { fromMs, toMs };
}

function cameraBody(id: string, c: number) {
  return {
    id,
    name: `测试数据 ${id}`,
    lngLat: [116.3 + c * 0.002, 37.43],
    views: [{ id: 'default', zones: [] }],
    algorithms: [{ rule: 'illegal-parking' }],
    decode: 'as-needed',
    regions: 'zones',
    department: '城管',
  };
}

/** One camera moves, and one is deleted, at an instant of the day. */
async function moveAndDelete(db: Kysely<Schema>, movedMs: number, deletedMs: number): Promise<void> {
  const moved = JSON.stringify({ ...cameraBody('test-cam-1', 1), lngLat: [116.4, 37.5] });
  await db.updateTable('cameras').set({ body: moved, revision: 2 }).where('id', '=', 'test-cam-1').execute();
  await db
    .insertInto('camera_revisions')
    .values([
      { camera_id: 'test-cam-1', revision: 2, at: new Date(movedMs), by: '测试数据', body: moved },
      { camera_id: 'test-cam-2', revision: 2, at: new Date(deletedMs), by: '测试数据', body: null },
    ])
    .execute();
  await db.deleteFrom('cameras').where('id', '=', 'test-cam-2').execute();
}

async function composeAlert(db: Kysely<Schema>, a: number, raisedMs: number, random: () => number): Promise<void> {
  const id = `test-alert-${String(a).padStart(3, '0')}`;
  const hour = () => 1 + Math.floor(random() * 3_600_000);
  const endedMs = a % 7 === 0 ? null : raisedMs + 2 * hour();
  const cameraId = `test-cam-${a % 20}`;
  await db
    .insertInto('alerts')
    .values({
      id,
      seq: a + 1,
      rule: 'illegal-parking',
      severity: a % 3 ? 'major' : 'critical',
      codeset: 'CJ/T 214',
      code: '05-05',
      presence: endedMs === null ? 'standing' : 'ended',
      camera_id: cameraId,
      camera_name: `测试数据 ${cameraId}`,
      view_id: 'default',
      class_group: 'vehicle',
      zone_kind: 'no-parking',
      zone_index: 0,
      dwell_ms: 60_000,
      started_at: new Date(raisedMs - 60_000),
      raised_at: new Date(raisedMs),
      last_seen_at: new Date(endedMs ?? raisedMs + 1000),
      ended_at: endedMs === null ? null : new Date(endedMs),
      lng_lat: `(${116.3 + (a % 20) * 0.002},37.43)`,
      error_m: 10,
      county_code: '371402',
      county_name: '德城区',
      confidence: 0.9,
      boxes: JSON.stringify([{ xyxy: [0.1, 0.1, 0.2, 0.2], class: 'car', score: 0.9 }]),
      model: JSON.stringify({ name: 'street', version: '1', sha256: '0'.repeat(64) }),
      division: a % 4 ? '371402' : '371403',
      department: '城管',
    })
    .execute();
  const steps: { presence: 'ended' | 'standing'; ms: number }[] = [];
  // Some were gone for a while and taken up again; of others the steps were not kept.
  if (endedMs !== null && a % 3 === 0) {
    const goneMs = raisedMs + Math.floor((endedMs - raisedMs) * random());
    const backMs = goneMs + Math.floor((endedMs - goneMs) * random());
    steps.push(
      { presence: 'ended', ms: goneMs },
      { presence: 'standing', ms: backMs },
      { presence: 'ended', ms: endedMs },
    );
  }
  for (const { presence, ms } of steps) {
    await db
      .insertInto('alert_presence_changes')
      .values({ alert_id: id, presence, at: new Date(ms) })
      .execute();
  }
  if (a % 5 === 0) await addEntry(db, id, 'acknowledged', raisedMs + hour());
  if (a % 9 === 0) await addEntry(db, id, 'false-alarm', raisedMs + hour());
}

async function addEntry(db: Kysely<Schema>, id: string, kind: 'acknowledged' | 'false-alarm', ms: number) {
  // Half a millisecond more: the database keeps finer times than the page.
  const at = sql<Date>`${new Date(ms)}::timestamptz + interval '400 microseconds'`;
  await db.insertInto('alert_entries').values({ alert_id: id, kind, at, by: '测试员', comment: '' }).execute();
}

async function composeCase(db: Kysely<Schema>, k: number, openedMs: number, random: () => number): Promise<void> {
  const id = `20260101-${String(k).padStart(4, '0')}`;
  const step = () => 1 + Math.floor(random() * 3_600_000);
  const kinds = (['opened', 'assigned', 'started', 'handled', 'closed'] as const).slice(0, 1 + (k % 5));
  let ms = openedMs;
  const entries = kinds.map((kind) => {
    const entry = { kind, ms };
    ms += step();
    return entry;
  });
  const closedMs = entries.find(({ kind }) => kind === 'closed')?.ms ?? null;
  await db
    .insertInto('units')
    .values({ id: `unit-${k}`, name: `测试队${k}`, division: '371402', department: '城管' })
    .execute();
  await db
    .insertInto('cases')
    .values({
      id,
      seq: 100 + k,
      state: kinds.at(-1)!,
      rule: 'illegal-parking',
      severity: 'major',
      codeset: 'CJ/T 214',
      code: '05-05',
      opened_at: new Date(openedMs),
      closed_at: closedMs === null ? null : new Date(closedMs),
      unit_id: kinds.length > 1 ? `unit-${k}` : null,
      camera_name: '测试数据',
      lng_lat: '(116.3,37.43)',
      division: '371402',
      department: '城管',
    })
    .execute();
  for (const { kind, ms: atMs } of entries) {
    const unit = kind === 'opened' ? null : `unit-${k}`;
    await db
      .insertInto('case_entries')
      .values({ case_id: id, kind, at: new Date(atMs), by: '测试员', unit_id: unit, unit_name: unit, note: '' })
      .execute();
  }
  const alertIds = [k, k + 20].map((n) => `test-alert-${String(n).padStart(3, '0')}`);
  await db
    .insertInto('case_alerts')
    .values(alertIds.map((alert_id) => ({ case_id: id, alert_id })))
    .execute();
}
