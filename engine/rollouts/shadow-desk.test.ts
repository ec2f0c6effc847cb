import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HERE, makeCamera, openDesk, WatchedScene, type Xyxy } from '../alerts/scene-for-tests.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { ShadowDesk } from './shadow-desk.ts';
import { addStreet } from './versions-for-tests.ts';

const folder = mkdtempSync(join(tmpdir(), 'chengnao-shadow-desk-'));
/** The same thing, a box a little larger. */
const AGAIN: Xyxy = [HERE[0] - 0.005, HERE[1] - 0.005, HERE[2] + 0.005, HERE[3] + 0.005];
let kept: TestStore;
let versionId: string;
beforeAll(async () => {
  kept = await openTestStore('embedded');
  versionId = await addStreet(kept.store.db, join(folder, 'algorithms'), { version: '0.2.0' });
});
afterAll(async () => {
  await kept?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['twice', 'two boxes', [...Array(20).fill([HERE, AGAIN])]],
  ['flaps', 'lost and found three times', Array.from({ length: 100 }, (_, i) => (i % 25 < 10 ? [HERE] : []))],
])('what is one alert at the desk is one in the shadow: %s (%s)', async (cameraId, _how, frames) => {
  await makeCamera(kept.store, cameraId);
  const desk = openDesk(kept.store);
  const shadows = new ShadowDesk({ db: kept.store.db, endAfterMs: () => 12_000, say: (line) => expect(line).toBe('') });
  const scene = new WatchedScene(cameraId, Date.now() - 600_000);
  for (const places of frames as Xyxy[][]) {
    scene.nowMs += 1000;
    const report = scene.report(places.map((xyxy, i) => scene.vehicle(xyxy, { key: `illegal-parking:${i}` })));
    await desk.receive(report);
    await shadows.receive(versionId, report);
  }
  await shadows.close();
  const { db } = kept.store;
  const raised = await db.selectFrom('alerts').select('presence').where('camera_id', '=', cameraId).execute();
  const shadowed = await db.selectFrom('shadow_alerts').select('ended_at').where('camera_id', '=', cameraId).execute();
  expect([raised.length, shadowed.length]).toEqual([1, 1]);
});
