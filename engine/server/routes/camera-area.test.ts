import { afterAll, beforeAll, expect, test } from 'vitest';
import { AreaCameras } from '../../contract/camera-area.ts';
import { Problem } from '../../contract/problem.ts';
import {
  type Client,
  EAST,
  IN_EAST,
  IN_WEST,
  openSiteUnderTest,
  type SiteUnderTest,
  WEST,
} from '../site-under-test.ts';

let site: SiteUnderTest;
let admin: Client;
let west: Client;
let alertId: string;

beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  west = await site.signIn({ username: 'west', division: WEST.code });
  for (const [id, lngLat] of [
    ['west-1', IN_WEST],
    ['east-1', IN_EAST],
  ] as const)
    await admin.send('POST', '/api/cameras', { id, name: id, lngLat });
  alertId = await site.raiseAlert('east-1', IN_EAST);
}, 60_000);
afterAll(() => site.close());

const both = {
  shape: 'polygon',
  corners: [
    [116.2, 37.3],
    [116.8, 37.3],
    [116.8, 37.5],
    [116.2, 37.5],
  ],
};
const ask = async (client: Client, area: object) => {
  const answer = await client.send('POST', '/api/camera-area', { area });
  return answer.status === 200
    ? AreaCameras.parse(answer.json).items.map(({ id }) => id)
    : [answer.status, Problem.parse(answer.json).code];
};

test('an area names the cameras that the account may see, and a stranger none', async () => {
  expect((await ask(admin, both)).sort()).toEqual(['east-1', 'west-1']);
  expect(await ask(west, both)).toEqual(['west-1']);
  expect(await ask(site.stranger, both)).toEqual([401, 'not-signed-in']);
});

test('around an alert only who sees the alert may ask', async () => {
  const around = { shape: 'around-alert', alertId, radiusM: 300 };
  expect(await ask(admin, around)).toEqual(['east-1']);
  expect(await ask(west, around)).toEqual([404, 'not-found']);
  expect(EAST.code).not.toBe(WEST.code);
});

test.each([
  ['a radius of none', { shape: 'circle', centre: IN_WEST, radiusM: 0 }, [400, 'invalid-body']],
  ['a radius of a country', { shape: 'circle', centre: IN_WEST, radiusM: 1e6 }, [400, 'invalid-body']],
  ['too many corners', { shape: 'polygon', corners: Array(201).fill(IN_WEST) }, [400, 'invalid-body']],
  ['two corners', { shape: 'polygon', corners: [IN_WEST, IN_EAST] }, [400, 'invalid-body']],
  ['a place that is none', { shape: 'circle', centre: [37.4, 116.3], radiusM: 5 }, [400, 'invalid-body']],
  ['an unknown shape', { shape: 'star' }, [400, 'invalid-body']],
  [
    'a bow tie',
    { shape: 'polygon', corners: [both.corners[0], both.corners[2], both.corners[1], both.corners[3]] },
    [422, 'area-crosses-itself'],
  ],
])('bad input gets a clear error: %s', async (_name, area, refused) => {
  expect(await ask(admin, area)).toEqual(refused);
});
