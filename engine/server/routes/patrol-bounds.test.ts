import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Case } from '../../contract/case.ts';
import { PatrolDay } from '../../contract/patrol.ts';
import { Problem } from '../../contract/problem.ts';
import { turnedPhoto } from '../../officers/photo-for-tests.ts';
import {
  type Client,
  IN_EAST,
  IN_WEST,
  openSiteUnderTest,
  type SiteUnderTest,
  signedIn,
  WEST,
} from '../site-under-test.ts';

const PASSWORD = 'a long enough word';
let site: SiteUnderTest;
let desk: Client;
let admin: Client;
let zhang: Client;
let number = 0;

beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  desk = await site.signIn({ username: 'desk', roles: ['dispatcher', 'operator'] });
  const unit = { division: WEST.code };
  await admin.send('POST', '/api/units', { ...unit, id: 'west-1', name: '巡查一队', department: '城管' });
  await admin.send('POST', '/api/units', { ...unit, id: 'west-2', name: '巡查二队', department: '城管' });
  zhang = await officer('zhang', 'west-1');
});
afterAll(() => site.close());

async function officer(username: string, unitId: string): Promise<Client> {
  const named = { username, displayName: `${username} 测试`, password: PASSWORD, unitId };
  expect((await desk.send('POST', '/api/officers', named)).status).toBe(201);
  return signedIn(site.address, username, PASSWORD);
}
const id = () => `test-client-id-${++number}`;
const now = () => new Date().toISOString();
const codeOf = ({ json }: { json: unknown }) => Problem.parse(json).code;
const entry = async (caseId: string, kind: string, more: object = {}) => {
  const answer = await desk.send('POST', `/api/cases/${caseId}/entries`, { kind, note: '测试数据', ...more });
  expect(answer.status, answer.text).toBe(201);
};

async function assignedCase(lngLat = IN_WEST): Promise<string> {
  const source = { kind: 'url', url: 'rtsp://h/1' };
  const camera = `c-${++number}`;
  await admin.send('POST', '/api/cameras', { id: camera, name: '东风路', source, lngLat });
  const alert = await site.raiseAlert(camera, lngLat);
  const one = Case.parse((await desk.send('POST', '/api/cases', { alertIds: [alert] })).json);
  await entry(one.id, 'assigned', { unitId: 'west-1' });
  return one.id;
}

const step = (who: Client, caseId: string, kind: string, more: object = {}) =>
  who.send('POST', `/api/patrol/cases/${caseId}/steps`, { clientId: id(), kind, doneAt: now(), ...more });
const say = (who: Client, caseId: string) =>
  who.send('POST', `/api/patrol/cases/${caseId}/messages`, { clientId: id(), text: '到了' });
const dayOf = async (who: Client) => PatrolDay.parse((await who.get('/api/patrol')).json);

async function sendPhoto(who: Client, caseId: string, kind: string) {
  const asked = new URLSearchParams({ clientId: id(), takenAt: now(), kind });
  const answer = await fetch(`${site.address}/api/patrol/cases/${caseId}/photos?${asked}`, {
    ...{ method: 'POST', body: new Uint8Array(await turnedPhoto({}, 30 + number)) },
    headers: { cookie: who.cookie, 'content-type': 'image/jpeg' },
  });
  return answer.status;
}

test('what the desk sent to a unit is the unit’s to do, whichever division and department the case is of', async () => {
  for (const lngLat of [IN_WEST, IN_EAST]) {
    const caseId = await assignedCase(lngLat);
    await sql`update cases set department = '交警' where id = ${caseId}`.execute(site.store.db);
    expect((await step(zhang, caseId, 'accepted')).status).toBe(204);
    await sql`update cases set department = null, division = '371400' where id = ${caseId}`.execute(site.store.db);
    expect((await step(zhang, caseId, 'noted', { note: '到场' })).status).toBe(204);
  }
});

test('a problem is reported where the officer’s division is, and nowhere else', async () => {
  const report = { rule: 'exposed-garbage', place: '路口', note: '测试数据', doneAt: now() };
  const send = (lngLat: number[]) => zhang.send('POST', '/api/patrol/reports', { ...report, clientId: id(), lngLat });
  const refused = await send(IN_EAST);
  expect([refused.status, codeOf(refused)]).toEqual([403, 'outside-your-scope']);
  const taken = await send(IN_WEST);
  expect(taken.status, taken.text).toBe(201);
});

test('a unit that had a case sees it as it left, for twelve hours, and may only add notes', async () => {
  const caseId = await assignedCase();
  const wang = await officer('wang', 'west-2');
  expect(await sendPhoto(zhang, caseId, 'before')).toBe(204);
  const said = { clientId: id(), text: '快到了' };
  expect((await zhang.send('POST', `/api/patrol/cases/${caseId}/messages`, said)).status).toBe(204);
  await entry(caseId, 'assigned', { unitId: 'west-2' });
  expect(codeOf(await step(wang, caseId, 'started')), 'another unit’s photo').toBe('photo-required');
  expect(await sendPhoto(wang, caseId, 'before')).toBe(204);
  expect((await step(wang, caseId, 'started')).status).toBe(204);
  expect((await say(wang, caseId)).status).toBe(204);

  const left = (await dayOf(zhang)).cases.find((one) => one.id === caseId)!;
  expect(left).toMatchObject({ mine: false, state: 'assigned', unitId: null, clock: null });
  expect(left.entries.map(({ kind }) => kind)).toEqual(['opened', 'assigned']);
  expect([left.field.photos.length, left.field.messages.length, left.field.steps]).toEqual([1, 1, []]);
  const [own, others] = (await dayOf(wang)).cases.find((one) => one.id === caseId)!.field.photos;
  expect((await zhang.get(`/api/patrol/cases/${caseId}/photos/${own!.id}`)).status).toBe(200);
  expect((await zhang.get(`/api/patrol/cases/${caseId}/photos/${others!.id}`)).status).toBe(404);

  expect(codeOf(await say(zhang, caseId))).toBe('not-yours-now');
  expect((await zhang.send('POST', `/api/patrol/cases/${caseId}/messages`, said)).status, 'sent again').toBe(204);
  expect(await sendPhoto(zhang, caseId, 'after')).toBe(409);
  expect((await step(zhang, caseId, 'noted', { note: '已移交' })).status).toBe(204);
  await sql`update case_entries set at = at - interval '13 hours' where case_id = ${caseId}`.execute(site.store.db);
  expect((await dayOf(zhang)).cases.map((one) => one.id)).not.toContain(caseId);
  for (const answer of [
    await step(zhang, caseId, 'noted', { note: '太晚' }),
    await say(zhang, caseId),
    await zhang.get(`/api/patrol/cases/${caseId}/photos/${own!.id}`),
  ])
    expect(answer.status).toBe(404);
});

test('of evidence a unit that had a case sees what the case had then, not what was merged into it later', async () => {
  const wu = await officer('wu', 'west-2');
  const [one, earlier, later] = [await assignedCase(), await assignedCase(), await assignedCase()];
  const alertOf = async (caseId: string) => Case.parse((await desk.get(`/api/cases/${caseId}`)).json).alertIds[0]!;
  const merge = async (other: string) =>
    expect((await desk.send('POST', `/api/cases/${one}/merges`, { caseId: other, note: '同一处' })).status).toBe(201);
  const alerts = [await alertOf(one), await alertOf(earlier), await alertOf(later)];
  const seenBy = (who: Client) =>
    Promise.all(alerts.map(async (alertId) => (await who.get(`/api/patrol/cases/${one}/evidence/${alertId}`)).status));
  const listedBy = async (who: Client) => {
    const listed = (await dayOf(who)).cases.find(({ id }) => id === one)!;
    expect(listed.evidence.map(({ alertId }) => alertId).sort()).toEqual([...listed.alertIds].sort());
    return listed.alertIds.sort();
  };
  await merge(earlier);
  expect(await seenBy(zhang)).toEqual([200, 200, 404]);
  await entry(one, 'assigned', { unitId: 'west-2' });
  await merge(later);
  expect(await seenBy(wu)).toEqual([200, 200, 200]);
  expect(await seenBy(zhang), 'raised while the unit had the case, and put into it after').toEqual([200, 200, 404]);
  expect(await listedBy(wu)).toEqual([...alerts].sort());
  expect(await listedBy(zhang)).toEqual(alerts.slice(0, 2).sort());
});

test('a unit is told of a case that was merged into another, and of none that it returned itself', async () => {
  const [one, other] = [await assignedCase(), await assignedCase()];
  const told = async (caseId: string) =>
    (await dayOf(zhang)).notices.filter((notice) => notice.caseId === caseId).map(({ kind }) => kind);
  expect(await told(other)).toEqual(['assigned']);
  const merge = (verb: string) => desk.send('POST', `/api/cases/${one}/${verb}`, { caseId: other, note: '同一处' });
  expect((await merge('merges')).status).toBeLessThan(300);
  expect(await told(other)).toEqual(['recalled']);
  expect((await merge('splits')).status).toBeLessThan(300);
  expect(await told(other)).toEqual(['assigned']);
  expect((await step(zhang, other, 'returned', { note: '不属于我们' })).status).toBe(204);
  await entry(other, 'assigned', { unitId: 'west-2' });
  expect(await told(other)).toEqual([]);
  await entry(one, 'assigned', { unitId: 'west-2' });
  expect(await told(one)).toEqual(['recalled']);
  const wang = await officer('wang-2', 'west-2');
  expect((await step(wang, one, 'accepted')).status).toBe(204);
  expect(await told(one), 'what the other unit does with it acknowledges nothing of this one’s').toEqual(['recalled']);
});

test('who may read no notices is pushed none, and a browser’s own address can be taken back', async () => {
  const trainer = await site.signIn({ username: 'trainer', roles: ['model-admin'] });
  const endpoint = 'https://fcm.googleapis.com/fcm/send/of-the-test';
  const address = { endpoint, keys: { p256dh: 'x', auth: 'y' } };
  const all = () => site.store.db.selectFrom('push_addresses').select('endpoint').execute();
  expect(codeOf(await trainer.send('POST', '/api/push-addresses', address))).toBe('not-allowed');
  expect(await all()).toEqual([]);
  expect((await zhang.send('POST', '/api/push-addresses', address)).status).toBe(204);
  const remove = (who: Client) =>
    who.send('DELETE', `/api/push-addresses?endpoint=${encodeURIComponent(endpoint)}`, undefined);
  expect((await remove(trainer)).status).toBe(204);
  expect(await all()).toHaveLength(1);
  expect((await remove(zhang)).status).toBe(204);
  expect(await all()).toEqual([]);
});
