import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Case } from '../../contract/case.ts';
import type { Change, ChangeBatch } from '../../contract/change.ts';
import type { Officer } from '../../contract/officer.ts';
import { CaseField, Handover, PatrolDay } from '../../contract/patrol.ts';
import { Problem } from '../../contract/problem.ts';
import { GPS, turnedPhoto } from '../../officers/photo-for-tests.ts';
import { OfficerList, UnitChoiceList } from '../shapes.ts';
import { type Client, IN_WEST, openSiteUnderTest, type SiteUnderTest, signedIn, WEST } from '../site-under-test.ts';

const PASSWORD = 'a long enough word';
let site: SiteUnderTest;
let desk: Client;
let admin: Client;
let zhang: Client;
let li: Client;
let officer: Officer;
let number = 0;

beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  desk = await site.signIn({ username: 'desk', roles: ['dispatcher', 'operator'] });
  for (const id of ['west-1', 'west-2'])
    await admin.send('POST', '/api/units', { id, name: `巡查 ${id}`, division: WEST.code });
  officer = (await made('zhang', 'west-1')).json;
  await made('li', 'west-2');
  zhang = await signedIn(site.address, 'zhang', PASSWORD);
  li = await signedIn(site.address, 'li', PASSWORD);
});
afterAll(() => site.close());

const made = (username: string, unitId: string) =>
  desk.send('POST', '/api/officers', { username, displayName: `${username} 测试`, password: PASSWORD, unitId });
const id = () => `test-client-id-${++number}`;
const now = () => new Date().toISOString();
const codeOf = ({ json }: { json: unknown }) => Problem.parse(json).code;

async function assignedCase(unitId = 'west-1'): Promise<string> {
  const source = { kind: 'url', url: 'rtsp://h/1' };
  const camera = `c-${++number}`;
  await admin.send('POST', '/api/cameras', { id: camera, name: '东风路', source, lngLat: IN_WEST });
  const alert = await site.raiseAlert(camera, IN_WEST);
  const one = Case.parse((await desk.send('POST', '/api/cases', { alertIds: [alert] })).json);
  const sent = await desk.send('POST', `/api/cases/${one.id}/entries`, { kind: 'assigned', unitId });
  expect(sent.status, sent.text).toBe(201);
  return one.id;
}

const step = (who: Client, caseId: string, kind: string, more: object = {}) =>
  who.send('POST', `/api/patrol/cases/${caseId}/steps`, { clientId: id(), kind, doneAt: now(), ...more });

async function sendPhoto(who: Client, caseId: string, query: Record<string, string>, bytes: Buffer) {
  const asked = new URLSearchParams({ clientId: id(), takenAt: now(), ...query });
  const answer = await fetch(`${site.address}/api/patrol/cases/${caseId}/photos?${asked}`, {
    method: 'POST',
    headers: { cookie: who.cookie, 'content-type': 'image/jpeg' },
    body: new Uint8Array(bytes),
  });
  return { status: answer.status, json: answer.status === 204 ? null : await answer.json() };
}

test('an officer sees the cases of their unit and nothing else that there is', async () => {
  const own = await assignedCase('west-1');
  const others = await assignedCase('west-2');
  const day = PatrolDay.parse((await zhang.get('/api/patrol')).json);
  expect(day.cases.map((one) => one.id)).toEqual([own]);
  expect(day.officer).toMatchObject({ unitId: 'west-1', displayName: 'zhang 测试' });
  expect(day.cases[0]!.evidence).toHaveLength(1);
  const alertId = day.cases[0]!.evidence[0]!.alertId;
  expect((await zhang.get(`/api/patrol/cases/${own}/evidence/${alertId}`)).text).toBe('a picture');
  expect((await zhang.get(`/api/patrol/cases/${others}/evidence/${alertId}`)).status).toBe(404);
  expect((await step(zhang, others, 'accepted')).status).toBe(404);
  for (const path of [
    '/api/cases',
    '/api/alerts',
    '/api/cameras',
    '/api/changes?after=0',
    '/api/units',
    '/api/officers',
  ])
    expect((await zhang.get(path)).status, path).toBe(403);
  for (const path of ['/api/patrol', `/api/patrol/cases/${own}/camera`])
    expect((await desk.get(path)).status, path).toBe(403);
});

test('the same post twice is done once, also when both come at the same time', async () => {
  const caseId = await assignedCase();
  const clientId = id();
  const both = await Promise.all(
    [1, 2].map(() => step(zhang, caseId, 'accepted', { clientId, doneAt: '2026-11-30T01:00:00.000Z' })),
  );
  expect(both.map(({ status }) => status)).toEqual([204, 204]);
  expect((await step(zhang, caseId, 'accepted', { clientId })).status).toBe(204);
  const one = Case.parse((await desk.get(`/api/cases/${caseId}`)).json);
  expect(one.entries.map(({ kind }) => kind)).toEqual(['opened', 'assigned', 'accepted']);
  const field = CaseField.parse((await desk.get(`/api/cases/${caseId}/field`)).json);
  expect(field.steps).toMatchObject([{ kind: 'accepted', doneAt: '2026-11-30T01:00:00.000Z' }]);
  expect(codeOf(await step(zhang, caseId, 'noted', { clientId, note: 'x' }))).toBe('id-taken');
});

test('nobody starts or has handled without the photo that belongs to it; one of before the case was sent does not count', async () => {
  const caseId = await assignedCase();
  expect(codeOf(await step(zhang, caseId, 'started'))).toBe('photo-required');
  const photo = await turnedPhoto();
  expect((await sendPhoto(zhang, caseId, { kind: 'before' }, photo)).status).toBe(204);
  expect((await step(zhang, caseId, 'started')).status).toBe(204);
  expect(codeOf(await step(zhang, caseId, 'handled', { note: '已劝离' }))).toBe('photo-required');
  expect((await sendPhoto(zhang, caseId, { kind: 'after' }, photo)).status).toBe(204);
  expect((await step(zhang, caseId, 'handled', { note: '已劝离' })).status).toBe(204);
  await desk.send('POST', `/api/cases/${caseId}/entries`, { kind: 'rework', note: '还在' });
  expect((await step(zhang, caseId, 'started')).status).toBe(204);
  expect(codeOf(await step(zhang, caseId, 'handled', { note: '再次劝离' }))).toBe('photo-required');
});

test('a photo is kept upright and without its place, and what is odd about place and time is said', async () => {
  const caseId = await assignedCase();
  const there = await turnedPhoto({ IFD3: GPS, IFD2: { DateTimeOriginal: '2026:11:30 08:00:00' } });
  expect((await sharp(there).metadata()).orientation).toBe(6);
  await sendPhoto(zhang, caseId, { kind: 'before', lng: '116.3', lat: '37.4', accuracyM: '8' }, there);
  await sendPhoto(
    zhang,
    caseId,
    { kind: 'before', lng: '116.31', lat: '37.4', accuracyM: '20' },
    await turnedPhoto({}, 50),
  );
  await sendPhoto(zhang, caseId, { kind: 'before' }, await turnedPhoto({}, 40));
  await sendPhoto(zhang, caseId, { kind: 'before', lng: '116.3', lat: '37.4' }, there);
  const { photos } = CaseField.parse((await desk.get(`/api/cases/${caseId}/field`)).json);
  expect(photos.map(({ doubts }) => doubts)).toEqual([['old'], ['far'], ['no-place'], ['old', 'seen-before']]);
  expect(photos[0]).toMatchObject({ distanceM: 0, takenAt: '2026-11-30T00:00:00.000Z', widthPx: 120, heightPx: 80 });
  expect(photos[0]!.sha256).toBe(createHash('sha256').update(there).digest('hex'));
  expect(photos[1]!.distanceM).toBeGreaterThan(850);
  expect(JSON.stringify(photos)).not.toContain('37.4');

  const answer = await fetch(`${site.address}/api/cases/${caseId}/photos/${photos[0]!.id}`, {
    headers: { cookie: desk.cookie },
  });
  const kept = Buffer.from(await answer.arrayBuffer());
  const { exif, orientation, width, height } = await sharp(kept).metadata();
  expect([exif, orientation, width, height]).toEqual([undefined, undefined, 120, 80]);
  const meanAt = async (left: number) => {
    const part = await sharp(kept).extract({ left, top: 30, width: 20, height: 20 }).png().toBuffer();
    return (await sharp(part).stats()).channels[0]!.mean;
  };
  expect(await meanAt(5)).toBeLessThan(60);
  expect(await meanAt(90)).toBeGreaterThan(200);
  // The place is kept, where nobody is told it.
  const row = await site.store.db
    .selectFrom('case_photos')
    .selectAll()
    .where('id', '=', photos[0]!.id)
    .executeTakeFirstOrThrow();
  expect(row.lng_lat).toEqual({ x: 116.3, y: 37.4 });

  expect(
    await sendPhoto(zhang, caseId, { kind: 'before' }, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
  ).toMatchObject({
    status: 422,
    json: { code: 'no-photo' },
  });
  expect((await sendPhoto(li, caseId, { kind: 'before' }, there)).status).toBe(404);
});

test('a step of a case that the desk has sent elsewhere is refused, and can be kept as a note', async () => {
  const caseId = await assignedCase();
  await step(zhang, caseId, 'accepted');
  expect(codeOf(await step(zhang, caseId, 'handled', { note: '先于开始' }))).toBe('photo-required');
  await desk.send('POST', `/api/cases/${caseId}/entries`, { kind: 'started' });
  expect(codeOf(await step(zhang, caseId, 'accepted'))).toBe('wrong-step');
  const takenAt = now();
  await desk.send('POST', `/api/cases/${caseId}/entries`, { kind: 'recalled', note: '换人' });
  expect(codeOf(await step(zhang, caseId, 'accepted'))).toBe('not-yours-now');
  await desk.send('POST', `/api/cases/${caseId}/entries`, { kind: 'assigned', unitId: 'west-2' });
  expect(codeOf(await step(zhang, caseId, 'accepted'))).toBe('not-yours-now');
  expect((await step(zhang, caseId, 'noted', { note: '到场时已无车' })).status).toBe(204);
  const photo = await turnedPhoto({}, 44);
  expect(codeOf(await sendPhoto(zhang, caseId, { kind: 'after' }, photo))).toBe('not-yours-now');
  expect((await sendPhoto(zhang, caseId, { kind: 'after', takenAt }, photo)).status).toBe(204);
  const day = PatrolDay.parse((await zhang.get('/api/patrol')).json);
  expect(day.cases.find((one) => one.id === caseId)).toMatchObject({ mine: false });
  expect((await zhang.get(`/api/patrol/cases/${caseId}/camera`)).status).toBe(404);
  const { entries } = Case.parse((await desk.get(`/api/cases/${caseId}`)).json);
  expect(entries.map(({ kind }) => kind)).toEqual([
    'opened',
    'assigned',
    'accepted',
    'started',
    'recalled',
    'assigned',
    'noted',
  ]);
});

test('positions are taken within a shift only; what comes late does not move anybody back', async () => {
  const point = (minutesAgo: number, lng: number) => ({
    ...{ lngLat: [lng, 37.4], accuracyM: 10, at: new Date(Date.now() - minutesAgo * 60_000).toISOString() },
  });
  const share = (...points: object[]) => zhang.send('POST', '/api/patrol/positions', { points });
  expect(codeOf(await share(point(0, 116.3)))).toBe('not-on-shift');
  const begins = new Date(Date.now() - 30 * 60_000);
  await site.store.db
    .insertInto('shifts')
    .values({
      id: 's-1',
      account_id: officer.id,
      starts_at: begins,
      ends_at: new Date(Date.now() + 3_600_000),
      by: 'test',
    })
    .execute();
  expect((await share(point(1, 116.3), point(60, 116.5))).json).toEqual({ taken: 1, refused: 1 });
  expect((await share(point(10, 116.4), point(5, 116.35))).json).toEqual({ taken: 2, refused: 0 });
  const { items } = OfficerList.parse((await desk.get('/api/officers')).json);
  expect(items.find((one) => one.id === officer.id)).toMatchObject({
    onShift: true,
    place: { lngLat: [116.3, 37.4], stale: false },
  });
  const trail = (await desk.get(`/api/officers/${officer.id}/trail`)).json as { points: { lngLat: number[] }[] };
  expect(trail.points.map(({ lngLat }) => lngLat[0])).toEqual([116.4, 116.35, 116.3]);
  const cancelled = await desk.send('DELETE', '/api/shifts/s-1');
  expect(cancelled.status).toBe(204);
  expect(codeOf(await share(point(0, 116.3)))).toBe('not-on-shift');
  const off = OfficerList.parse((await desk.get('/api/officers')).json).items.find((one) => one.id === officer.id);
  expect(off).toMatchObject({ onShift: false, place: null });
});

test('a shift is of the site’s clocks, over midnight too, and two do not overlap', async () => {
  const add = (from: string, until: string) =>
    desk.send('POST', `/api/officers/${officer.id}/shifts`, { day: '2027-03-01', from, until });
  const { shifts } = (await add('22:00', '06:00')).json as Officer;
  expect(shifts).toMatchObject([{ startsAt: '2027-03-01T14:00:00.000Z', endsAt: '2027-03-01T22:00:00.000Z' }]);
  expect(codeOf(await add('23:00', '23:30'))).toBe('shift-overlaps');
  expect((await add('08:00', '22:00')).status).toBe(201);
});

test('who is outside of their areas is told of once, at the start of a shift or later, and an edge that jitters says nothing', async () => {
  const corners = [
    [116.29, 37.39],
    [116.31, 37.39],
    [116.31, 37.41],
    [116.29, 37.41],
  ];
  await desk.send('PATCH', `/api/officers/${officer.id}`, { areas: [{ kind: 'polygon', corners }] });
  await site.store.db
    .insertInto('shifts')
    .values({
      id: 's-2',
      account_id: officer.id,
      starts_at: new Date(Date.now() - 3_600_000),
      ends_at: new Date(Date.now() + 3_600_000),
      by: 'test',
    })
    .execute();
  let minute = 50;
  const at = (lng: number) => ({
    lngLat: [lng, 37.4],
    accuracyM: 10,
    at: new Date(Date.now() - minute-- * 60_000).toISOString(),
  });
  const told = async () =>
    (await site.store.db.selectFrom('notices').select('id').where('kind', '=', 'left-area').execute()).length;
  // Until the last shift's positions are passed, nothing is newer: begin with what is.
  await site.store.db.deleteFrom('officer_positions').execute();
  const go = (...lngs: number[]) => zhang.send('POST', '/api/patrol/positions', { points: lngs.map(at) });
  await go(116.35, 116.36, 116.36);
  expect(await told(), 'outside at the start').toBe(1);
  await go(116.3, 116.3, 116.3102, 116.3099, 116.3102, 116.3098, 116.3102, 116.3101);
  expect(await told(), 'jitter').toBe(1);
  await go(116.33, 116.3);
  expect(await told(), 'one stray position').toBe(1);
  await go(116.33, 116.34, 116.35);
  expect(await told(), 'left').toBe(2);
  await go(116.3, 116.3);
  for (let n = 0; n < 10; n++) {
    const stray = { points: [at(116.36)] };
    await Promise.all([1, 2].map(() => zhang.send('POST', '/api/patrol/positions', stray)));
    await go(116.3, 116.3);
  }
  expect(await told(), 'one stray position that comes twice at a time').toBe(2);
  const ahead = { ...at(116.3), at: new Date(Date.now() + 10 * 60_000).toISOString() };
  expect(codeOf(await zhang.send('POST', '/api/patrol/positions', { points: [ahead] }))).toBe('clock-ahead');
});

test('a problem that an officer found is a case, once for the same post', async () => {
  const report = {
    ...{ clientId: id(), rule: 'exposed-garbage', place: '湖滨大道公厕旁', note: '一堆建筑垃圾' },
    ...{ lngLat: IN_WEST, doneAt: now() },
  };
  const first = await zhang.send('POST', '/api/patrol/reports', report);
  const again = await zhang.send('POST', '/api/patrol/reports', report);
  expect([first.status, again.json]).toEqual([201, first.json]);
  const one = Case.parse((await desk.get(`/api/cases/${(first.json as { id: string }).id}`)).json);
  expect(one).toMatchObject({
    state: 'reported',
    source: 'officer',
    alertIds: [],
    cameraName: '湖滨大道公厕旁',
    county: WEST,
    code: '01-02',
  });
  expect((await sendPhoto(zhang, one.id, { kind: 'report' }, await turnedPhoto({}, 48))).status).toBe(204);
});

test('units for a case: who is on shift and near comes first, with the reasons', async () => {
  const caseId = await assignedCase();
  const { items } = UnitChoiceList.parse((await desk.get(`/api/cases/${caseId}/units`)).json);
  expect(items[0]).toMatchObject({ unitId: 'west-1', officersOnShift: 1, hasSkill: false });
  await desk.send('PATCH', `/api/officers/${officer.id}`, { skills: ['illegal-parking'] });
  const skilled = UnitChoiceList.parse((await desk.get(`/api/cases/${caseId}/units`)).json).items[0];
  expect(skilled).toMatchObject({ unitId: 'west-1', hasSkill: true });
  expect(items.at(-1)).toMatchObject({ unitId: 'west-2', distanceM: null, from: null, officersOnShift: 0 });
});

test('a change of shift is signed for what is open then, and kept', async () => {
  const open = ((await desk.get('/api/cases')).json as { items: { id: string }[] }).items.map((one) => one.id);
  const sheet = { signature: '王小明', givenBy: '李红', note: '', caseIds: open.slice(1) };
  expect(codeOf(await desk.send('POST', '/api/handovers', sheet))).toBe('sheet-outdated');
  const signed = await desk.send('POST', '/api/handovers', { ...sheet, caseIds: open });
  expect(Handover.parse(signed.json)).toMatchObject({ signedBy: '王小明', account: 'desk', givenBy: '李红' });
  await expect(site.store.db.deleteFrom('handovers').execute()).rejects.toThrow();
});

test('what is said on a case is kept in its order on both sides; a voice note is known by its bytes', async () => {
  const caseId = await assignedCase();
  const text = { clientId: id(), text: '车主在店里' };
  await zhang.send('POST', `/api/patrol/cases/${caseId}/messages`, text);
  await zhang.send('POST', `/api/patrol/cases/${caseId}/messages`, text);
  await desk.send('POST', `/api/cases/${caseId}/messages`, { clientId: id(), text: '收到' });
  const voice = (bytes: Buffer) =>
    fetch(`${site.address}/api/patrol/cases/${caseId}/voices?clientId=${id()}&durationMs=3000`, {
      ...{ method: 'POST', headers: { cookie: zhang.cookie }, body: new Uint8Array(bytes) },
    });
  expect((await voice(Buffer.from('<html>'))).status).toBe(422);
  expect((await voice(Buffer.from('1a45dfa3aabb', 'hex'))).status).toBe(204);
  expect((await voice(Buffer.alloc(3 * 2 ** 20))).status).toBe(413);
  const { messages } = CaseField.parse((await desk.get(`/api/cases/${caseId}/field`)).json);
  expect(messages.map(({ from, text, voiceMs }) => [from, text, voiceMs])).toEqual([
    ['officer', '车主在店里', null],
    ['desk', '收到', null],
    ['officer', '', 3000],
  ]);
  const heard = await desk.get(`/api/cases/${caseId}/voices/${messages[2]!.id}`);
  expect([heard.status, heard.headers.get('content-type')]).toEqual([200, 'audio/webm']);
});

test('desk and officers who write on one case at once do not stop each other', async () => {
  const caseId = await assignedCase();
  const talk = Array.from({ length: 12 }, (_, i) => [
    zhang.send('POST', `/api/patrol/cases/${caseId}/messages`, { clientId: id(), text: `现场 ${i}` }),
    desk.send('POST', `/api/cases/${caseId}/messages`, { clientId: id(), text: `指挥 ${i}` }),
    step(zhang, caseId, 'noted', { note: `备注 ${i}` }),
    desk.send('POST', `/api/cases/${caseId}/entries`, { kind: 'assigned', unitId: 'west-1', note: `再派 ${i}` }),
    acknowledgeAny(),
  ]).flat();
  const answers = await Promise.all(talk);
  expect(answers.filter((answer) => answer && answer.status >= 400).map((answer) => answer?.text)).toEqual([]);
  const { messages } = CaseField.parse((await desk.get(`/api/cases/${caseId}/field`)).json);
  expect(messages).toHaveLength(24);
});

async function acknowledgeAny() {
  const { items } = (await desk.get('/api/notices')).json as { items: { id: string }[] };
  const first = items[0];
  return first ? desk.send('POST', `/api/notices/${first.id}/acknowledge`, {}) : null;
}

test('a phone is told of its own unit’s work and of nothing else, and a desk of all of it', async () => {
  const told = { zhang: [] as Change[], desk: [] as Change[] };
  const sockets = await Promise.all(
    (
      [
        ['zhang', zhang],
        ['desk', desk],
      ] as const
    ).map(async ([name, { cookie }]) => {
      const socket = io(site.address, { transports: ['websocket'], extraHeaders: { cookie } });
      socket.on('changes', ({ items }: ChangeBatch) => told[name].push(...items));
      await new Promise((done) => socket.once('hello', done));
      return socket;
    }),
  );
  const others = await assignedCase('west-2');
  const own = await assignedCase('west-1');
  await zhang.send('POST', `/api/patrol/cases/${own}/messages`, { clientId: id(), text: '到了' });
  const isOf = (caseId: string) => (change: Change) => change.kind === 'field' && change.entity?.caseId === caseId;
  await expect.poll(() => told.desk.filter(isOf(own)).length, { timeout: 10_000 }).toBeGreaterThan(2);
  await expect.poll(() => told.zhang.filter(isOf(own)).length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(told.desk.some(isOf(others))).toBe(true);
  expect(told.zhang.filter((change) => change.kind !== 'field')).toEqual([]);
  expect(told.zhang.some(isOf(others))).toBe(false);
  for (const socket of sockets) socket.close();
});
