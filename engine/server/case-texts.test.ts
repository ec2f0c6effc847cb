import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaseChecks } from '#config/case-checks.ts';
import { CaseClocks } from '#config/case-clocks.ts';
import type { KeptAlert } from '../alerts/kept-alert.ts';
import { readKept } from '../alerts/read-kept.ts';
import { city } from '../alerts/scene-for-tests.ts';
import { writeAlerts } from '../alerts/write-alerts.ts';
import { casePolicyOf } from '../cases/case-clocks.ts';
import { listCases } from '../cases/read-cases.ts';
import { sweepTimers } from '../cases/sweep-timers.ts';
import { CheckDesk } from '../checks/check-desk.ts';
import { Case } from '../contract/case.ts';
import { CaseTexts } from './case-texts.ts';
import { CaseList } from './shapes.ts';
import { CITY, type Client, IN_WEST, openSiteUnderTest, type SiteUnderTest } from './site-under-test.ts';

let site: SiteUnderTest;
let desk: Client;
const ids: string[] = [];

beforeAll(async () => {
  site = await openSiteUnderTest();
  desk = await site.signIn({ username: 'chief', roles: ['administrator'] });
  for (const id of ['dc-1', 'dc-2']) await done('/api/units', { id, name: id, division: CITY, department: '城管' });
  for (const id of ['north', 'south', 'east']) {
    await done('/api/cameras', {
      ...{ id, name: id, source: { kind: 'url', url: `rtsp://10.0.0.1/${id}` }, lngLat: IN_WEST },
      algorithms: [{ rule: 'illegal-parking' }],
    });
    const alertId = await site.raiseAlert(id, IN_WEST);
    ids.push(Case.parse(await done('/api/cases', { alertIds: [alertId], note: '' })).id);
  }
});
afterAll(() => site.close());

async function done(path: string, body: unknown): Promise<unknown> {
  const { status, json, text } = await desk.send('POST', path, body);
  expect(status, `${path} ${JSON.stringify(body)}: ${text}`).toBe(201);
  return json;
}

const told = async () => CaseList.parse((await desk.get('/api/cases?state=all')).json).items;
const db = () => site.store.db;

/** What a list tells is what the store says, whatever was told before. */
async function expectSame(after: string): Promise<void> {
  expect(await told(), after).toEqual(await listCases(db(), null, { state: 'all' }));
}

test('whatever happens to a case, the next list tells it', async () => {
  const [first, second, third] = ids;
  const step = (id: string, kind: string, rest = {}) =>
    done(`/api/cases/${id}/entries`, { kind, note: '测试数据', ...rest });
  await expectSame('opened');
  const toUnit = { unitId: 'dc-1' };
  const steps: readonly (readonly [kind: string, rest?: object])[] = [
    ...([['assigned', toUnit], ['assisted', { unitId: 'dc-2' }], ['accepted'], ['suspended'], ['resumed']] as const),
    ...([
      ['extended', { limit: { amount: 1, unit: 'urgent-hours' } }],
      ['supervised'],
      ['noted'],
      ['recalled'],
    ] as const),
    ...([['assigned', toUnit], ['returned'], ['assigned', toUnit], ['started'], ['handled'], ['rework']] as const),
    ...([['started'], ['handled'], ['closed'], ['reopened'], ['assigned', toUnit], ['started'], ['handled']] as const),
  ];
  for (const [kind, rest] of steps) {
    await step(first!, kind, rest);
    await expectSame(kind);
  }
  for (const act of ['merges', 'splits', 'merges', 'links'] as const) {
    await done(`/api/cases/${second}/${act}`, { caseId: act === 'links' ? first : third, note: '' });
    await expectSame(act);
  }
});

test('so does the next list after a camera has looked, an alert has ended and a clock has run out', async () => {
  const caseChecks = CaseChecks.parse({ afterMs: 0, frames: 1, everyMs: 500, withinMs: 600_000 });
  const policy = casePolicyOf({ timeZone: 'Asia/Shanghai', caseClocks: CaseClocks.parse({}), caseChecks });
  const checks = new CheckDesk({
    ...{ store: site.store, policy, settings: caseChecks, say: () => undefined },
    lookAnew: async () => 'not-running',
  });
  const before = await told();
  await checks.start();
  await expectSame('a check that is given its time anew');
  await expect
    .poll(async () => (await told()).some((one) => one.checks.some(({ outcome }) => outcome)), { timeout: 20_000 })
    .toBe(true);
  await checks.close();
  await expectSame('checked');
  expect(await told()).not.toEqual(before);

  await db()
    .updateTable('case_timers')
    .set({ at: new Date(0) })
    .execute();
  const [alert] = await readKept(db(), 'north', Date.now(), 0);
  const ended: KeptAlert = { ...alert!, presence: 'ended', endedAtMs: Date.now() };
  await writeAlerts(db(), [{ alert: ended, tell: true, presenceChanged: true, pictures: [] }]);
  await expectSame('ended');
  expect((await told()).find(({ cameraName }) => cameraName === 'north')?.presence).toBe('ended');

  expect(await sweepTimers(db(), policy)).toBeGreaterThan(0);
  await expectSame('overdue');
  expect((await told()).some(({ entries }) => entries.some(({ kind }) => kind === 'overdue'))).toBe(true);
});

test('a case that has not changed since is not read again', async () => {
  await told();
  const name = async () => (await told()).find(({ id }) => id === ids[0])!.cameraName;
  await db().updateTable('cases').set({ camera_name: 'changed behind its back' }).where('id', '=', ids[0]!).execute();
  expect(await name()).toBe('north');
  await done(`/api/cases/${ids[0]}/entries`, { kind: 'noted', note: 'x' });
  expect(await name()).toBe('changed behind its back');
});

test('what is told to the pages is kept as well, and nothing older takes its place', async () => {
  const texts = new CaseTexts(db());
  const [one] = await listCases(db(), null, { state: 'all' });
  texts.keep({ ...one!, cameraName: 'as told' });
  texts.keep({ ...one!, seq: one!.seq - 1, cameraName: 'older' });
  const { items } = CaseList.parse(JSON.parse((await texts.list(city, { state: 'all' })).bytes.toString()));
  expect(items.find(({ id }) => id === one!.id)?.cameraName).toBe('as told');
});

test('who may not see a case is not told what is kept of it', async () => {
  const other = await site.signIn({ username: 'east', roles: ['operator'], division: '371403' });
  expect((await told()).length).toBeGreaterThan(0);
  expect(CaseList.parse((await other.get('/api/cases?state=all')).json).items).toEqual([]);
});
