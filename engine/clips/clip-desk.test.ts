import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RuleSettings } from '#config/rule-settings.ts';
import { type Painting, paintedClip } from '#streams/fixtures/painted-clip.ts';
import { AlertDesk } from '../alerts/desk.ts';
import { clipPath } from '../alerts/evidence-files.ts';
import { readAlert } from '../alerts/read-alerts.ts';
import { area, HERE, makeCamera, WatchedScene } from '../alerts/scene-for-tests.ts';
import type { ClipCut } from '../analysis/messages.ts';
import { lastSeq, readChanges, recordAlerts } from '../store/changes.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { ClipDesk } from './clip-desk.ts';

const KEPT_MS = 30 * 86_400_000;
let own: TestStore;
let desk: ClipDesk;
const said: string[] = [];
const raised: string[] = [];

beforeAll(async () => {
  own = await openTestStore('embedded');
  desk = new ClipDesk({
    store: own.store,
    folder: join(own.dataDir, 'spool'),
    keptMs: KEPT_MS,
    say: (line) => said.push(line),
  });
  await desk.start();
});
afterAll(async () => {
  await desk.close();
  await own.remove();
});

/** An alert of a camera of its own, whose clip is wanted. */
async function raise(cameraId: string): Promise<string> {
  const alerts = new AlertDesk({
    store: own.store,
    evidenceDir: own.store.evidenceDir,
    counties: area.counties,
    settings: () => ({ rules: RuleSettings.parse({}), endAfterMs: 12_000 }),
    wantClip: ({ id }) => raised.push(id),
    log: () => undefined,
  });
  await makeCamera(own.store, cameraId);
  const scene = new WatchedScene(cameraId);
  await alerts.receive(scene.report([scene.vehicle(HERE)]));
  await alerts.close();
  return raised.at(-1)!;
}

/** What a shard hands over: two seconds of video. */
function cutOf(name: string, painting: Painting = {}): ClipCut {
  const clip = paintedClip({ frames: 40, keyIntervalFrames: 10, ...painting });
  const file = join(own.dataDir, `cut-${name}`);
  writeFileSync(file, Buffer.concat(clip.units.map((unit) => unit.data)));
  const units = clip.units.map(({ data, key, decodeAtMs, showAtMs }) => ({
    bytes: data.length,
    key,
    capturedAtMs: Date.now() - 20_000 + decodeAtMs,
    shownAtTicks: Math.round(showAtMs * 90),
    codec: clip.codec,
  }));
  const from = units[0]!.capturedAtMs;
  return {
    file,
    units,
    everyFrameFromMs: from + 500,
    cutShort: false,
    gaps: [{ fromMs: from + 100, toMs: from + 400 }],
  };
}

async function settled(id: string) {
  const clipOf = async () => (await readAlert(own.store.db, null, id))!.clip;
  await expect.poll(async () => (await clipOf())?.state, { timeout: 20_000 }).not.toBe('awaited');
  return (await clipOf())!;
}

test('while the row of its alert is being written a clip waits, and stands in nobody’s way', async () => {
  const id = await raise('c-busy');
  const saidBefore = said.length;
  await own.store.db.transaction().execute(async (trx) => {
    await trx.updateTable('alerts').set({ confidence: 0.5 }).where('id', '=', id).execute();
    desk.take(id, 'analysis-ended');
    await expect.poll(() => waitersForLocks(), { timeout: 10_000 }).toBe(1);
    // Were the clip's change numbered by now, this would wait for it, and it for this: PostgreSQL ends one after a second.
    await recordAlerts(trx, [id]);
  });
  expect(await settled(id)).toMatchObject({ state: 'missing', reason: 'analysis-ended' });
  expect(said.slice(saidBefore)).toEqual([]);
});

async function waitersForLocks(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    own.store.db,
  );
  return rows[0]!.n;
}

test('a clip is awaited from the raising on, and once it is cut it is a file, a row and a change', async () => {
  const id = await raise('c-1');
  expect((await readAlert(own.store.db, null, id))!.clip).toEqual({ state: 'awaited' });
  const before = await lastSeq(own.store.db);
  const cut = cutOf('c-1');
  desk.take(id, cut);
  const clip = await settled(id);
  expect(clip).toMatchObject({
    state: 'ready',
    codec: 'h264',
    widthPx: 320,
    heightPx: 192,
    cutShort: false,
    from: new Date(cut.units[0]!.capturedAtMs).toISOString(),
    everyFrameFrom: new Date(cut.everyFrameFromMs!).toISOString(),
    url: `/api/alerts/${id}/clip.mp4`,
  });
  expect(clip.state === 'ready' && clip.gaps.length).toBe(1);
  const file = join(own.store.evidenceDir, clipPath(id));
  const frames = execFileSync('ffprobe', [
    '-v',
    'error',
    '-count_frames',
    '-show_entries',
    'stream=nb_read_frames',
    '-of',
    'csv=p=0',
    file,
  ]);
  expect(Number(frames)).toBe(40);
  expect((await readChanges(own.store.db, before, 10)).map(({ kind, entityId }) => [kind, entityId])).toEqual([
    ['alert', id],
  ]);
  expect(existsSync(cut.file)).toBe(false);
  expect(readdirSync(join(own.dataDir, 'spool'))).toEqual([]);
  expect(readdirSync(dirname(file))).toContain('clip.mp4');
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('why there is no clip is told: what the shard says, pictures without an order, bytes that are none, a file that is gone', async () => {
  const refused = await raise('c-2');
  desk.take(refused, 'spool-full');
  expect(await settled(refused)).toEqual({ state: 'missing', reason: 'spool-full' });

  const unordered = await raise('c-3');
  const bFrames = cutOf('c-3', { bFrames: 2 });
  desk.take(unordered, { ...bFrames, units: bFrames.units.map((unit) => ({ ...unit, shownAtTicks: null })) });
  expect(await settled(unordered)).toEqual({ state: 'missing', reason: 'order-unknown' });

  const junk = await raise('c-4');
  const cut = cutOf('c-4');
  writeFileSync(
    cut.file,
    Buffer.alloc(
      cut.units.reduce((sum, unit) => sum + unit.bytes, 0),
      7,
    ),
  );
  desk.take(junk, cut);
  expect(await settled(junk)).toEqual({ state: 'missing', reason: 'not-packaged' });

  const gone = await raise('c-5');
  desk.take(gone, { ...cut, file: join(own.dataDir, 'nowhere') });
  expect(await settled(gone)).toEqual({ state: 'missing', reason: 'spool-failed' });
  for (const id of [unordered, junk, gone]) {
    expect(said.some((line) => line.includes(id))).toBe(true);
    expect(existsSync(join(own.store.evidenceDir, clipPath(id)))).toBe(false);
  }
});

test('what an engine that was killed left is removed at the start, and its alerts say that their clip never came', async () => {
  const id = await raise('c-7');
  const place = join(own.store.evidenceDir, clipPath(id));
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(`${place}.part`, 'half a clip');
  writeFileSync(place, 'a clip that no row names');
  writeFileSync(join(own.dataDir, 'spool', 'left over'), 'pictures');
  const next = new ClipDesk({
    store: own.store,
    folder: join(own.dataDir, 'spool'),
    keptMs: KEPT_MS,
    say: () => undefined,
  });
  await next.start();
  expect(await settled(id)).toEqual({ state: 'missing', reason: 'engine-ended' });
  expect([existsSync(place), existsSync(`${place}.part`)]).toEqual([false, false]);
  expect(readdirSync(join(own.dataDir, 'spool'))).toEqual([]);
});

test('a clip that was kept long enough is removed, and its alert says so', async () => {
  const id = await raise('c-8');
  desk.take(id, cutOf('c-8'));
  expect((await settled(id)).state).toBe('ready');
  await desk.prune(Date.now() + KEPT_MS - 60_000);
  expect((await settled(id)).state).toBe('ready');
  await desk.prune(Date.now() + KEPT_MS + 60_000);
  expect(await settled(id)).toEqual({ state: 'missing', reason: 'expired' });
  expect(existsSync(join(own.store.evidenceDir, clipPath(id)))).toBe(false);
});
