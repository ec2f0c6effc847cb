import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LibraryDetail } from '../../contract/library.ts';
import { type Client, EAST, openSiteUnderTest, type SiteUnderTest } from '../site-under-test.ts';

let site: SiteUnderTest;
let admin: Client;
let library: string;

beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'chief', roles: ['administrator'] });
  const made = await admin.send('POST', '/api/libraries', {
    name: '校园周边',
    division: EAST.code,
    department: '城管',
  });
  expect(made.status, made.text).toBe(201);
  library = (made.json as LibraryDetail).library.id;
}, 60_000);
afterAll(() => site.close());

test('what is not as expected is refused with what was got and what was expected, and changes nothing', async () => {
  const before = (await admin.get('/api/libraries')).text;
  const bow = {
    type: 'Polygon',
    coordinates: [
      [
        [116, 37],
        [117, 38],
        [117, 37],
        [116, 38],
        [116, 37],
      ],
    ],
  };
  for (const [body, code] of [
    [{ name: 'x', rule: {} }, 'invalid-body'],
    [{ name: 'x', rule: { divisions: ['德城'] } }, 'invalid-body'],
    [{ name: 'x', rule: { area: { type: 'Polygon', coordinates: [[[1, 2]]] } } }, 'invalid-body'],
    [{ name: 'x', rule: { area: bow } }, 'area-crosses-itself'],
    [{ name: 'x', added: ['nowhere'] }, 'unknown-cameras'],
    [{ name: '校园周边', division: EAST.code, department: '城管' }, 'library-name-taken'],
  ] as const) {
    const answer = await admin.send('POST', '/api/libraries', body);
    expect(answer.json, JSON.stringify(body)).toMatchObject({ code });
    if (code === 'library-name-taken') continue;
    const { name: _, ...draft } = body as Record<string, unknown>;
    expect((await admin.send('POST', '/api/library-counts', draft)).json).toMatchObject({ code });
  }
  for (const body of [
    { acts: ['see'], reason: 'x' },
    { toDepartment: '卫健', acts: ['play'], reason: 'x' },
    { toDepartment: '卫健', acts: ['see'], reason: ' ' },
  ])
    expect((await admin.send('POST', `/api/libraries/${library}/grants`, body)).status).toBe(400);
  const past = { toDepartment: '卫健', acts: ['see'], reason: 'x', endsAt: '2020-01-01T00:00:00Z' };
  expect((await admin.send('POST', `/api/libraries/${library}/grants`, past)).json).toMatchObject({
    code: 'grant-never-holds',
  });
  expect((await admin.get('/api/libraries')).text).toBe(before);
  expect((await admin.get('/api/camera-pool?library=nowhere')).status).toBe(404);
});
