import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaseChecks } from '#config/case-checks.ts';
import { CaseClocks } from '#config/case-clocks.ts';
import { account, city, HERE, makeCamera, openDesk, WatchedScene } from '../alerts/scene-for-tests.ts';
import type { LookAnswer } from '../analysis/messages.ts';
import { setCameraState } from '../cameras/write-cameras.ts';
import { appendEntry } from '../cases/append-entry.ts';
import { casePolicyOf } from '../cases/case-clocks.ts';
import { openCase } from '../cases/open-case.ts';
import { readCase } from '../cases/read-cases.ts';
import { checkPicturePath } from '../cases/read-checks.ts';
import { createUnit } from '../cases/units.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { CheckDesk } from './check-desk.ts';

const SETTINGS = CaseChecks.parse({ afterMs: 0, frames: 1, everyMs: 500, withinMs: 60_000, closing: 'automatic' });
const POLICY = casePolicyOf({
  timeZone: 'Asia/Shanghai',
  caseClocks: CaseClocks.parse({}),
  caseChecks: SETTINGS,
});
const STREET = readFileSync(fileURLToPath(new URL('../../models/street/samples/bins.jpg', import.meta.url)));

let opened: TestStore;
const db = () => opened.store.db;
beforeAll(async () => {
  opened = await openTestStore('embedded');
  await createUnit(db(), 'test', { id: 'dc-1', name: '德城一中队', division: '371402', department: '城管' });
});
afterAll(() => opened.remove());

/** A case of one alert that an algorithm raised, handled; what becomes of its check, and what its camera was asked. */
async function check(
  cameraId: string,
  algorithm: string | null,
  answer: LookAnswer,
  onLook: (caseId: string) => Promise<unknown> = async () => undefined,
) {
  const scene = new WatchedScene(cameraId, Date.now() - 60_000);
  await makeCamera(opened.store, cameraId);
  await setCameraState(db(), cameraId, 'playing', null, null);
  const report = scene.report([scene.vehicle(HERE, algorithm === null ? {} : { algorithm })]);
  for (const picture of Object.values(report.pictures).flat()) picture.jpeg = new Uint8Array(STREET);
  const raises = () => ({ severity: 'minor', codeset: 'local', code: '1', name: { zh: '车', en: 'Car' } }) as const;
  const desk = openDesk(opened.store, { raises });
  await desk.receive(report);
  const alerts = await db().selectFrom('alerts').select('id').where('camera_id', '=', cameraId).execute();
  const { id } = await openCase(db(), city, { alertIds: alerts.map((alert) => alert.id), note: '' }, POLICY);
  await appendEntry(db(), city, id, { kind: 'assigned', note: '', unitId: 'dc-1' }, POLICY);
  await appendEntry(db(), city, id, { kind: 'started', note: '' }, POLICY);
  await appendEntry(db(), city, id, { kind: 'handled', note: '已劝离' }, POLICY);
  const asked: unknown[] = [];
  const checks = new CheckDesk({
    ...{ store: opened.store, policy: POLICY, settings: SETTINGS, say: () => undefined },
    lookAnew: async (camera, of, places) => {
      asked.push([camera, of, places]);
      await onLook(id);
      return answer;
    },
  });
  await checks.start();
  const read = async () => (await readCase(db(), city, id))!;
  await expect.poll(async () => (await read()).checks.at(-1)?.outcome, { timeout: 20_000 }).toBeTruthy();
  await checks.close();
  await desk.close();
  return { asked, one: await read() };
}

test('its camera is asked for the algorithm that raised the alert; one that does not run there any more is checked by a person', async () => {
  const { asked, one } = await check('of-algorithm', 'parked-cars', 'not-running');
  expect(asked).toEqual([['of-algorithm', 'parked-cars', [HERE]]]);
  expect(one.state, 'nobody closed it').toBe('handled');
  expect(one.checks).toMatchObject([{ outcome: 'unclear', reason: 'not-looked-for', until: null }]);
});

test('what a case has no more when its check is decided decides nothing', async () => {
  const { asked, one } = await check('split-off', null, 'not-running', async (caseId) => {
    await db().deleteFrom('case_alerts').where('case_id', '=', caseId).execute();
    await db().updateTable('alerts').set({ case_id: null }).where('case_id', '=', caseId).execute();
  });
  expect(asked).toHaveLength(1);
  expect(one).toMatchObject({
    state: 'handled',
    checks: [{ outcome: 'unclear', reason: 'not-looked-for', until: null }],
  });
  const parts = await db()
    .selectFrom('case_check_parts')
    .select('alert_id')
    .where('check_id', '=', one.checks[0]!.id)
    .execute();
  expect(parts).toEqual([]);
});

test('of a shipped rule it is asked by the rule’s name', async () => {
  const { asked } = await check('of-rule', null, 'not-running');
  expect(asked).toEqual([['of-rule', 'illegal-parking', [HERE]]]);
});

test('the picture that a place was compared with stays the check’s own, also when the alert has a newer one', async () => {
  const { one } = await check('still-stands', null, 'not-running');
  const [part] = one.checks[0]!.parts;
  expect(part!.before).toMatchObject({
    moment: 'onset',
    url: expect.stringContaining(`/${one.checks[0]!.id}/before.jpg?`),
  });
  await db()
    .updateTable('alert_pictures')
    .set({ captured_at: new Date(), boxes: '[]', path: 'newer.jpg' })
    .where('alert_id', '=', part!.alertId)
    .execute();
  expect((await readCase(db(), city, one.id))!.checks).toEqual(one.checks);
  const path = await checkPicturePath(opened.store, city, String(one.checks[0]!.id), part!.alertId, 'before');
  expect(readFileSync(path!).equals(STREET)).toBe(true);
  expect(
    await checkPicturePath(opened.store, account('371403'), String(one.checks[0]!.id), part!.alertId, 'before'),
  ).toBe(null);
});
