import { afterAll, beforeAll, expect, test } from 'vitest';
import { Alert, AlertPage } from '../../contract/alert.ts';
import { Camera } from '../../contract/camera.ts';
import { Case, Unit } from '../../contract/case.ts';
import { ChangeBatch } from '../../contract/change.ts';
import { Health } from '../../contract/health.ts';
import { Problem } from '../../contract/problem.ts';
import { Site } from '../../contract/site.ts';
import { AccountList, CameraList, CaseList, SuppressionList, UnitList } from '../shapes.ts';
import { type Client, IN_WEST, openSiteUnderTest, type SiteUnderTest, WEST } from '../site-under-test.ts';

let site: SiteUnderTest;
let admin: Client;
let dispatcher: Client;
let operator: Client;
let alertId: string;
let caseId: string;

beforeAll(async () => {
  site = await openSiteUnderTest({ metricsToken: 'token-of-the-monitoring' });
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  dispatcher = await site.signIn({ username: 'desk', roles: ['dispatcher'] });
  operator = await site.signIn({ username: 'eyes', roles: ['operator'] });
});
afterAll(() => site.close());

test('an administrator adds a camera and changes it; the shards are told each time', async () => {
  const made = await admin.send('POST', '/api/cameras', {
    id: '桥东-1',
    name: '桥东路口',
    source: { kind: 'url', url: 'rtsp://root:p@ss/word#1@10.0.0.1/live' },
    lngLat: IN_WEST,
    algorithms: [{ rule: 'illegal-parking' }],
  });
  expect(made.status).toBe(201);
  const camera = Camera.parse(made.json);
  expect(camera).toMatchObject({ id: '桥东-1', county: WEST, state: 'connecting', revision: 1, lastFrameAt: null });

  const path = `/api/cameras/${encodeURIComponent(camera.id)}`;
  const changed = await admin.send('PATCH', path, { name: '桥东路口北' });
  expect(Camera.parse(changed.json)).toMatchObject({ name: '桥东路口北', revision: 2, algorithms: camera.algorithms });
  expect(site.live.refreshed).toEqual(['桥东-1', '桥东-1']);
  expect(CameraList.parse((await operator.get('/api/cameras')).json).items).toHaveLength(1);
  expect((await operator.get('/api/cameras/no-such')).status).toBe(404);
  const again = await admin.send('POST', '/api/cameras', {
    id: '桥东-1',
    name: 'x',
    source: { kind: 'url', url: 'rtsp://h/1' },
    lngLat: IN_WEST,
  });
  expect([again.status, Problem.parse(again.json).code]).toEqual([409, 'camera-exists']);
});

test('the latest picture says when it was captured; before the first there is none, which is no error', async () => {
  const path = `/api/cameras/${encodeURIComponent('桥东-1')}/frame.jpg`;
  const none = await operator.get(path);
  expect([none.status, none.text]).toEqual([204, '']);
  const capturedAtMs = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
  site.live.pictures.set('桥东-1', { jpeg: Buffer.from('jpeg bytes'), capturedAtMs });
  const picture = await operator.get(path);
  expect(picture.status).toBe(200);
  expect(picture.text).toBe('jpeg bytes');
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect(picture.headers.get('x-captured-at')).toBe('2026-02-03T04:05:06.789Z');
  expect(picture.headers.get('cache-control')).toBe('no-store');
});

test('an alert is listed, read, shown, and acknowledged with who and why', async () => {
  alertId = await site.raiseAlert('桥东-1', IN_WEST);
  const page = AlertPage.parse((await operator.get('/api/alerts?presence=standing&handling=new')).json);
  expect(page.items.map(({ id }) => id)).toEqual([alertId]);
  expect(page.lastSeq).toBeGreaterThanOrEqual(page.items[0]!.seq);
  expect(AlertPage.parse((await operator.get(`/api/alerts?after=${page.lastSeq}`)).json).items).toEqual([]);
  expect(AlertPage.parse((await operator.get('/api/alerts?presence=ended')).json).items).toEqual([]);

  const evidence = await operator.get(page.items[0]!.evidence[0]!.url);
  expect([evidence.status, evidence.text]).toEqual([200, 'a picture']);
  expect((await operator.get(`/api/alerts/${alertId}/evidence.jpg`)).text).toBe('a picture');
  const missing = await operator.get(`/api/alerts/${alertId}/evidence.jpg?moment=latest`);
  expect([missing.status, Problem.parse(missing.json).code]).toEqual([404, 'no-evidence']);
  expect((await operator.get(`/api/alerts/${alertId}/evidence.jpg?moment=../../etc`)).status).toBe(400);

  const taken = await operator.send('POST', `/api/alerts/${alertId}/acknowledge`, { comment: '去看看' });
  expect(taken.status).toBe(200);
  expect(Alert.parse(taken.json)).toMatchObject({
    handling: 'acknowledged',
    entries: [{ by: 'eyes', comment: '去看看' }],
  });
  const read = Alert.parse((await dispatcher.get(`/api/alerts/${alertId}`)).json);
  expect(read).toEqual(Alert.parse(taken.json));
  const wordless = await operator.send('POST', `/api/alerts/${alertId}/acknowledge`);
  expect([wordless.status, Alert.parse(wordless.json).entries.at(-1)?.comment]).toEqual([200, '']);
});

test('a case is opened, assigned to a unit, and closed; then it is gone from the open ones', async () => {
  const unit = await admin.send('POST', '/api/units', { name: '一中队', division: WEST.code, lngLat: IN_WEST });
  expect([unit.status, Unit.parse(unit.json).lngLat]).toEqual([201, IN_WEST]);
  const { id: unitId } = Unit.parse(unit.json);
  expect(UnitList.parse((await operator.get('/api/units')).json).items).toHaveLength(1);

  const opened = await operator.send('POST', '/api/cases', { alertIds: [alertId], note: '占道' });
  expect(opened.status).toBe(201);
  caseId = Case.parse(opened.json).id;
  const path = `/api/cases/${caseId}/entries`;
  expect((await operator.send('POST', path, { kind: 'assigned', unitId })).status).toBe(403);
  const assigned = await dispatcher.send('POST', path, { kind: 'assigned', unitId });
  expect(assigned.status).toBe(201);
  expect(Case.parse(assigned.json)).toMatchObject({ state: 'assigned', unitName: '一中队' });
  expect((await dispatcher.send('POST', path, { kind: 'opened' })).status).toBe(400);
  const supervise = { kind: 'supervised', note: '学校门口' };
  const refused = await dispatcher.send('POST', path, supervise);
  expect([refused.status, Problem.parse(refused.json).code], 'an approval is not the desk’s own').toEqual([
    403,
    'not-allowed',
  ]);
  expect(Case.parse((await admin.send('POST', path, supervise)).json)).toMatchObject({ supervised: true });
  const closed = { kind: 'closed', note: '已拖走，画面未更新' };
  for (const entry of [{ kind: 'started' }, { kind: 'handled', note: '已拖走' }, closed]) {
    expect((await dispatcher.send('POST', path, entry)).status, entry.kind).toBe(201);
  }
  expect(CaseList.parse((await operator.get('/api/cases')).json).items).toEqual([]);
  expect(CaseList.parse((await operator.get('/api/cases?state=closed')).json).items[0]).toMatchObject({ id: caseId });
  expect(Case.parse((await operator.get(`/api/cases/${caseId}`)).json).entries).toHaveLength(6);
});

test('a false alarm keeps its place quiet until that is revoked', async () => {
  const called = await operator.send('POST', `/api/alerts/${alertId}/false-alarm`, { reason: '是公交站' });
  expect(Alert.parse(called.json).verdict).toBe('false');
  const { items } = SuppressionList.parse((await operator.get('/api/suppressions')).json);
  expect(items).toMatchObject([{ alertId, reason: '是公交站', by: 'eyes' }]);
  const revoke = `/api/suppressions/${items[0]!.id}/revoke`;
  expect((await operator.send('POST', revoke, { reason: '' })).status).toBe(400);
  const revoked = await operator.send('POST', revoke, { reason: '看错了' });
  expect([revoked.status, revoked.json]).toMatchObject([200, { revokedBy: 'eyes' }]);
  expect((await operator.send('POST', revoke, { reason: '再来' })).status).toBe(409);
  expect(SuppressionList.parse((await operator.get('/api/suppressions')).json).items).toEqual([]);
  expect(SuppressionList.parse((await operator.get('/api/suppressions?state=all')).json).items).toHaveLength(1);
});

test('the changes tell all of it with the present state, page by page without a hole', async () => {
  const kinds = new Set<string>();
  let after = 0;
  for (;;) {
    const batch = ChangeBatch.parse((await operator.get(`/api/changes?after=${after}&limit=3`)).json);
    expect(batch.fromSeq).toBe(after);
    if (batch.toSeq === after) break;
    for (const { kind, seq } of batch.items) {
      expect(seq).toBeGreaterThan(after);
      kinds.add(kind);
    }
    after = batch.toSeq;
  }
  expect([...kinds].sort()).toEqual(['alert', 'camera', 'case', 'field', 'suppression', 'unit']);
});

test('a deleted camera is gone; its alert and its evidence stay', async () => {
  expect((await admin.send('DELETE', `/api/cameras/${encodeURIComponent('桥东-1')}`)).status).toBe(204);
  expect(CameraList.parse((await operator.get('/api/cameras')).json).items).toEqual([]);
  expect((await operator.get(`/api/alerts/${alertId}/evidence.jpg`)).status).toBe(200);
});

test('an administrator makes accounts, never beyond what they see themselves', async () => {
  const county = await site.signIn({ username: 'county-chief', roles: ['administrator'], division: WEST.code });
  const person = { username: '小王', displayName: '王', password: 'a long password', roles: ['operator'] };
  const beyond = await county.send('POST', '/api/accounts', { ...person, division: '371400' });
  expect(beyond.status).toBe(403);
  const made = await county.send('POST', '/api/accounts', { ...person, division: WEST.code });
  expect(made.status).toBe(201);
  expect(made.text).not.toMatch(/password|argon/);
  const names = AccountList.parse((await county.get('/api/accounts')).json).items.map(({ username }) => username);
  expect(names.sort()).toEqual(['county-chief', '小王'].sort());
});

test('the site and its boundaries are for those signed in, health is open, metrics are for this machine or the bearer', async () => {
  expect(Site.parse((await operator.get('/api/site')).json)).toMatchObject({
    version: '0.0.0-test',
    division: '371400',
  });
  const boundaries = await operator.get('/api/site/boundaries.geojson');
  expect(boundaries.headers.get('content-type')).toMatch(/^application\/geo\+json/);
  expect(JSON.parse(boundaries.text)).toEqual(site.counties.geojson);
  const townships = await operator.get('/api/site/townships.geojson');
  expect(JSON.parse(townships.text)).toEqual(site.counties.geojson);
  const health = await site.stranger.get('/api/health');
  expect(Health.parse(health.json).status).toBe('ok');
  const metrics = await site.stranger.get('/metrics');
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(metrics.text).toContain('chengnao_up 1');
  const throughProxy = { 'x-forwarded-for': '203.0.113.7' };
  expect((await site.stranger.send('GET', '/metrics', undefined, throughProxy)).status).toBe(401);
  const bearing = (token: string) => ({ ...throughProxy, authorization: `Bearer ${token}` });
  expect((await site.stranger.send('GET', '/metrics', undefined, bearing('token-of-nobody'))).status).toBe(401);
  expect((await site.stranger.send('GET', '/metrics', undefined, bearing('token-of-the-monitoring'))).status).toBe(200);
});
