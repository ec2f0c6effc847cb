import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFingerprints } from '../cameras/view-fingerprints.ts';
import { setCameraState } from '../cameras/write-cameras.ts';
import { Camera } from '../contract/camera.ts';
import { Problem } from '../contract/problem.ts';
import type { NoFingerprint } from '../views/view-watch.ts';
import { CameraRevisionList } from './shapes.ts';
import { type Client, IN_WEST, openSiteUnderTest, type SiteUnderTest } from './site-under-test.ts';

let site: SiteUnderTest;
let admin: Client;
const views = [
  { id: 'gate', name: '大门', zones: [] },
  { id: '路 面', zones: [] },
];

beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  const source = { kind: 'url', url: 'rtsp://192.0.2.1/' };
  await admin.send('POST', '/api/cameras', { id: 'preset', name: '路口', source, lngLat: IN_WEST, views });
});
afterAll(() => site.close());

const accept = (viewId: string) =>
  admin.send('POST', `/api/cameras/preset/views/${encodeURIComponent(viewId)}/accept`, {});
const kept = async () => (await readFingerprints(site.store.db, ['preset'])).get('preset');

test('a view is not accepted while nothing can be seen that it could be, and the answer says why', async () => {
  const refused = async () => {
    const answer = await accept('gate');
    return [answer.status, Problem.parse(answer.json).code];
  };
  site.live.shown.set('preset', { fingerprint: 'AAAA' });
  expect(await refused()).toEqual([409, 'no-steady-picture']);
  await setCameraState(site.store.db, 'preset', 'playing', null);
  const reasons: [NoFingerprint, string][] = [
    ['no-picture', 'no-steady-picture'],
    ['covered', 'picture-covered'],
    ['dark', 'picture-dark'],
    ['frozen', 'picture-frozen'],
    ['too-little', 'view-too-little'],
    ['not-moved', 'view-not-moved'],
  ];
  for (const [refusal, code] of reasons) {
    site.live.shown.set('preset', { refusal });
    expect(await refused()).toEqual([409, code]);
  }
  site.live.shown.delete('preset');
  expect(await refused()).toEqual([409, 'no-steady-picture']);
  const unknown = await accept('nowhere');
  expect([unknown.status, Problem.parse(unknown.json)]).toMatchObject([
    404,
    { code: 'no-such-view', got: 'nowhere', expected: ['gate', '路 面'] },
  ]);
  expect(await kept()).toBeUndefined();
  expect(Camera.parse((await admin.get('/api/cameras/preset')).json).revision).toBe(1);
});

test('who accepts a view, and when, is a revision; the shards are told of the fingerprint', async () => {
  await setCameraState(site.store.db, 'preset', 'degraded', null);
  site.live.shown.set('preset', { fingerprint: 'BBBB' });
  site.live.refreshed.length = 0;
  const answer = await accept('路 面');
  expect(answer.status).toBe(200);
  expect(Camera.parse(answer.json)).toMatchObject({ revision: 2, views });
  expect(answer.text).not.toContain('BBBB');
  expect((await kept())?.get('路 面')?.fingerprint).toBe('BBBB');
  expect(site.live.refreshed).toEqual(['preset']);
  const { items } = CameraRevisionList.parse((await admin.get('/api/cameras/preset/revisions')).json);
  expect(items.map(({ revision, by, acceptedViewId }) => [revision, by, acceptedViewId])).toEqual([
    [2, 'chief', '路 面'],
    [1, 'chief', null],
  ]);
});
