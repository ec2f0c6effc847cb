import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createControlArea } from '../alerts/control-areas.ts';
import { city, HERE, makeCamera, openDesk, THERE, WatchedScene, type Xyxy } from '../alerts/scene-for-tests.ts';
import { moveVersion } from '../algorithms/stages.ts';
import type { SceneReport } from '../contract/observation.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { breachOf, sayBreach } from './breaches.ts';
import { compareShadow, linesOf, readShadowAlerts } from './compare.ts';
import { LastMinute } from './minute.ts';
import { readRollout } from './read-rollout.ts';
import { ShadowDesk } from './shadow-desk.ts';
import { readStanding } from './standing.ts';
import { addStreet } from './versions-for-tests.ts';

const folder = mkdtempSync(join(tmpdir(), 'chengnao-breaches-'));
/** Five places side by side, and one of them a little off. */
const ROW: Xyxy[] = [0, 1, 2, 3, 4].map((i) => [0.02 + 0.15 * i, 0.1, 0.12 + 0.15 * i, 0.2]);
let kept: TestStore;
let onTrial: string;

const db = () => kept.store.db;
const standing = async () => (await readStanding(db())).find(({ id }) => id === onTrial)!;

beforeAll(async () => {
  kept = await openTestStore('embedded');
  onTrial = await addStreet(db(), join(folder, 'algorithms'), { version: '0.2.0' });
  await moveVersion(db(), onTrial, { move: 'shadow', reason: 'a test', share: 1 }, 'chief');
  await makeCamera(kept.store, 'c');
});
afterAll(async () => {
  await kept?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Vehicles at these places, as this version sees them. */
function seen(scene: WatchedScene, places: readonly Xyxy[], versionId?: string): SceneReport {
  const report = scene.report(places.map((xyxy, i) => scene.vehicle(xyxy, { key: `illegal-parking:${i}` })));
  return { ...report, model: { ...report.model, ...(versionId && { versionId }) } };
}

test('what the shadow raises alone is told from what both do and what it misses; at too high a rate it breaks its limit', async () => {
  const { since } = await standing();
  const desk = openDesk(kept.store);
  const shadows = new ShadowDesk({ db: db(), endAfterMs: () => 12_000, say: (line) => expect(line).toBe('') });
  // The one that counts saw them a while ago: long enough for the shadow to have raised them too.
  const scene = new WatchedScene('c', since.getTime() + 1000);
  await desk.receive(seen(scene, [HERE, THERE]));
  await db()
    .updateTable('alerts')
    .set({ raised_at: new Date(Date.now() - 120_000), last_seen_at: new Date(since.getTime() + 200_000) })
    .execute();
  for (let second = 0; second < 3; second++) {
    scene.nowMs += 1000;
    await shadows.receive(onTrial, seen(scene, [HERE, ...ROW], onTrial));
  }
  const asked = { versionId: onTrial, algorithm: 'street', since, cameraIds: ['c'] };
  const compared = await compareShadow(db(), null, asked);
  expect(linesOf(compared)).toMatchObject([
    { cameraId: 'c', rule: 'illegal-parking', both: 1, onlyOld: 1, onlyNew: 5, oldScore: expect.closeTo(0.9) },
  ]);
  const listed = await readShadowAlerts(db(), null, onTrial, compared.alertOf, 100);
  expect(listed.map(({ alertId, hasPicture }) => [alertId !== null, hasPicture]).sort()).toEqual([
    ...Array.from({ length: 5 }, () => [false, true]),
    [true, true],
  ]);

  const breach = await breachOf(db(), await standing(), new LastMinute(), ['c']);
  expect(breach).toMatchObject({ limit: 'extraPerCameraHour', expected: 6, of: 5 });
  expect(sayBreach(breach!)).toMatch(/the limit is 6$/);
  expect(await breachOf(db(), await standing(), new LastMinute(), [])).toBeNull();
  const lenient = { move: 'adjust' as const, reason: 'a test', limits: { extraPerCameraHour: 100 } };
  await moveVersion(db(), onTrial, lenient, 'chief');
  expect(await breachOf(db(), await standing(), new LastMinute(), ['c'])).toBeNull();

  // What is not seen any more is over, and is not raised anew by what comes back at its place within the time.
  for (let second = 0; second < 15; second++) {
    scene.nowMs += 1000;
    await shadows.receive(onTrial, seen(scene, [HERE], onTrial));
  }
  const open = await db().selectFrom('shadow_alerts').select('id').where('ended_at', 'is', null).execute();
  expect(open).toHaveLength(1);
  await shadows.close();
  await desk.close();
});

test('what the version that counts keeps quiet is not held against the shadow: a place called false before algorithms had names, an area', async () => {
  await makeCamera(kept.store, 'quiet');
  const scene = new WatchedScene('quiet');
  const alert = await db().selectFrom('alerts').select('id').executeTakeFirstOrThrow();
  await db()
    .insertInto('suppressions')
    .values({
      ...{ id: 'before-0027', alert_id: alert.id, camera_id: 'quiet', camera_name: 'quiet', view_id: 'default' },
      ...{ rule: 'illegal-parking', class_group: 'vehicle', reason: 'a test', by: 'chief', at: new Date() },
      box: JSON.stringify({ xyxy: HERE, class: 'car', score: 0.9 }),
      until: new Date(Date.now() + 3_600_000),
      ...{ division: '371402', department: '城管' },
    })
    .execute();
  const raised = async (timeZone?: string) => {
    const own = { db: db(), endAfterMs: () => 12_000, say: (line: string) => expect(line).toBe('') };
    const shadows = new ShadowDesk({ ...own, timeZone });
    scene.nowMs += 1000;
    await shadows.receive(onTrial, seen(scene, [HERE, THERE], onTrial));
    await shadows.close();
    const rows = await db().selectFrom('shadow_alerts').select('boxes').where('camera_id', '=', 'quiet').execute();
    await db().deleteFrom('shadow_alerts').where('camera_id', '=', 'quiet').execute();
    return rows.map(({ boxes }) => boxes[0]!.xyxy);
  };
  expect(await raised('Asia/Shanghai')).toEqual([THERE]);
  await createControlArea(db(), city, {
    ...{ name: '施工', reason: 'a test' },
    corners: [
      [116, 37],
      [117, 37],
      [117, 38],
      [116, 38],
    ],
  });
  expect(await raised('Asia/Shanghai')).toEqual([]);
  expect(await db().selectFrom('held_back').selectAll().execute()).toEqual([]);
  await db().updateTable('control_areas').set({ revoked_at: new Date() }).execute();
});

test('on trial: too many of its judged alerts are false, from the fifth on', async () => {
  await moveVersion(db(), onTrial, { move: 'canary', reason: 'a test' }, 'chief');
  // How it compared in the shadow is still known, though it looks nowhere in the shadow any more.
  const rollout = await readRollout(db(), city, onTrial, () => ({
    ...{ open: 0, down: 0, runs: null, looks: 0, lookMs: null, rssBytes: 0 },
    cameras: [],
  }));
  expect(rollout.comparison).toMatchObject([{ cameraId: 'c', both: 1, onlyNew: 5 }]);
  const desk = openDesk(kept.store);
  await desk.receive(seen(new WatchedScene('c'), ROW, onTrial));
  const own = (await db().selectFrom('alerts').select(['id', 'model']).execute()).filter(
    ({ model }) => model.versionId === onTrial,
  );
  expect(own).toHaveLength(5);
  const judge = (count: number, verdict: 'false' | 'confirmed') =>
    db()
      .updateTable('alerts')
      .set({ verdict })
      .where(
        'id',
        'in',
        own.slice(0, count).map(({ id }) => id),
      )
      .execute();
  await judge(4, 'false');
  expect(await breachOf(db(), await standing(), new LastMinute(), ['c'])).toBeNull();
  await judge(5, 'confirmed');
  await judge(3, 'false');
  const breach = await breachOf(db(), await standing(), new LastMinute(), ['c']);
  expect(breach).toEqual({ limit: 'falseShare', got: 0.6, expected: 0.5, of: 5 });
  await desk.close();
});

test('the mean of the last minute counts when there are twenty looks, also over the start of another shard', async () => {
  const minute = new LastMinute();
  for (const [atMs, looks, lookMs] of [
    [1000, 100, 1000],
    [2000, 110, 21_000],
    [3000, 0, 0],
    [4000, 5, 10_000],
  ] as const)
    minute.count({ looks, lookMs }, atMs);
  expect([minute.looks, minute.lookMs]).toEqual([15, 2000]);
  expect(await breachOf(db(), await standing(), minute, ['c'])).toMatchObject({ limit: 'falseShare' });
  minute.count({ looks: 10, lookMs: 20_000 }, 5000);
  expect(await breachOf(db(), await standing(), minute, ['c'])).toMatchObject({ limit: 'lookMs', got: 2000, of: 20 });
  minute.count({ looks: 10, lookMs: 20_000 }, 125_000);
  expect([minute.looks, minute.lookMs]).toEqual([0, null]);
});
