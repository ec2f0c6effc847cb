import { afterAll, beforeAll, expect, test } from 'vitest';
import { patchCamera } from '../cameras/write-cameras.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { area, HERE, makeCamera, openDesk, WatchedScene } from './scene-for-tests.ts';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore('embedded');
});
afterAll(() => opened.remove());

test.each([
  ['where no rule looks any more', 'unbound', { algorithms: [] }],
  ['whose camera is taken out of service', 'disabled', { disabled: true }],
])('an alert %s ends', async (_where, cameraId, change) => {
  const { db } = opened.store;
  const desk = openDesk(opened.store);
  await makeCamera(opened.store, cameraId);
  const scene = new WatchedScene(cameraId);
  await scene.run(desk, 2, () => [scene.vehicle(HERE)]);
  const presence = async () =>
    (await db.selectFrom('alerts').select('presence').where('camera_id', '=', cameraId).execute()).map(
      (row) => row.presence,
    );
  await desk.endWithoutView();
  expect(await presence()).toEqual(['standing']);
  await patchCamera(db, cameraId, change, 'test', area);
  await desk.endWithoutView();
  expect(await presence()).toEqual(['ended']);
});
