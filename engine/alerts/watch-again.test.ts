import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { HERE, makeCamera, openDesk, WatchedScene } from './scene-for-tests.ts';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore('embedded');
});
afterAll(() => opened?.remove());

/** A parked car, 20 s in which the camera does not watch, four pictures in which it is not yet seen again, and then it is. */
async function presencesAfterPause(cameraId: string, isTold: boolean): Promise<string[]> {
  const { store } = opened;
  await makeCamera(store, cameraId);
  const desk = openDesk(store);
  const scene = new WatchedScene(cameraId);
  await scene.run(desk, 3, () => [scene.vehicle(HERE)]);
  scene.nowMs += 20_000;
  if (isTold) desk.watchAgain(cameraId);
  await scene.run(desk, 4);
  await scene.run(desk, 3, () => [scene.vehicle(HERE, { key: 'illegal-parking:2' })]);
  await desk.close();
  const { db } = store;
  const alerts = await db.selectFrom('alerts').select(['id', 'presence']).where('camera_id', '=', cameraId).execute();
  expect(alerts.map(({ presence }) => presence)).toEqual(['standing']);
  const steps = db.selectFrom('alert_presence_changes').select('presence').where('alert_id', '=', alerts[0]!.id);
  return (await steps.orderBy('n').execute()).map(({ presence }) => presence);
}

test('a pause is no time in which an alert was not seen: it does not end as the camera watches again', async () => {
  expect(await presencesAfterPause('told', true)).toEqual([]);
  // What it would be otherwise: the frame after the pause counts for all of it.
  expect(await presencesAfterPause('untold', false)).toEqual(['ended', 'standing']);
});
