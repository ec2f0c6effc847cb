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

test('an alert whose algorithm nobody looked for, as its model is down, is not missed; it ends when one looks in vain', async () => {
  const { store } = opened;
  const { db } = store;
  await makeCamera(store, 'blind');
  const desk = openDesk(store);
  const scene = new WatchedScene('blind');
  await scene.run(desk, 3, () => [scene.vehicle(HERE)]);
  const lastSeenAtMs = scene.nowMs;
  const presence = async () => {
    const rows = await db.selectFrom('alerts').select('presence').where('camera_id', '=', 'blind').execute();
    return rows.map((row) => row.presence);
  };
  // What was known of it before is told on, or nothing of it.
  for (let second = 0; second < 40; second++) {
    scene.nowMs += 1000;
    const known = second < 20 ? [scene.vehicle(HERE, { lastSeenAtMs })] : [];
    await desk.receive({ ...scene.report(known), notLookedFor: ['illegal-parking'] });
  }
  expect(await presence()).toEqual(['standing']);
  for (let second = 0; second < 14; second++) {
    scene.nowMs += 1000;
    await desk.receive({ ...scene.report([]), notLookedFor: ['exposed-garbage'] });
  }
  expect(await presence()).toEqual(['ended']);
  await desk.close();
});
