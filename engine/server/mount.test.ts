import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Account, type Role } from '../contract/account.ts';
import { Problem } from '../contract/problem.ts';
import type { Route } from './route.ts';
import { type Client, IN_WEST, openSiteUnderTest, type SiteUnderTest } from './site-under-test.ts';
import { ROUTES } from './table.ts';
import { WHO_MAY } from './who-may.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];

let site: SiteUnderTest;
const people = new Map<Role, Client>();

beforeAll(async () => {
  site = await openSiteUnderTest();
  for (const role of ['operator', 'dispatcher', 'model-admin', 'administrator'] as const) {
    people.set(role, await site.signIn({ username: `only-${role}`, roles: [role] }));
  }
});
afterAll(() => site.close());

const pathOf = (route: Route) => route.path.replace(/:\w+/g, 'nothing');
const isOpen = ({ who }: Route) => who === 'anyone' || who === 'loopback-or-bearer';

describe('the whole table', () => {
  test('each route answers 401 without a session, and so does each method that it does not list', async () => {
    for (const path of new Set(ROUTES.filter(({ path }) => path.startsWith('/api')).map(pathOf))) {
      const open = ROUTES.filter((route) => pathOf(route) === path && isOpen(route)).map((route) => route.method);
      for (const method of METHODS) {
        if (open.includes(method as Route['method'])) continue;
        const answer = await site.stranger.send(method, path);
        expect(answer.status, `${method} ${path}`).toBe(401);
        expect(Problem.parse(answer.json).code).toBe('not-signed-in');
      }
    }
  });

  test('each route answers 403 to a role that it does not permit, before it looks at the body', async () => {
    let refused = 0;
    for (const route of ROUTES) {
      if (!(route.who in WHO_MAY)) continue;
      const permitted: readonly Role[] = WHO_MAY[route.who as keyof typeof WHO_MAY];
      for (const [role, client] of people) {
        if (permitted.includes(role)) continue;
        const answer = await client.send(route.method, pathOf(route), route.method === 'GET' ? undefined : '{');
        expect(answer.status, `${role}: ${route.method} ${route.path}`).toBe(403);
        expect(Problem.parse(answer.json)).toMatchObject({ code: 'not-allowed', got: [role], expected: permitted });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  test('a session that ended, a made-up cookie and a signed-out one are nobody', async () => {
    const client = await site.signIn({ username: 'leaving' });
    expect((await client.get('/api/cameras')).status).toBe(200);
    expect((await client.send('DELETE', '/api/session')).status).toBe(204);
    expect((await client.get('/api/cameras')).status).toBe(401);
    for (const cookie of ['chengnao_session=abc', 'chengnao_session=', `chengnao_session=${'x'.repeat(5000)}`]) {
      expect((await site.stranger.send('GET', '/api/cameras', undefined, { cookie })).status).toBe(401);
    }
  });

  test('what the table does not name is 404 for those signed in and 401 for others', async () => {
    const client = people.get('operator')!;
    expect((await client.get('/api/secrets')).status).toBe(404);
    expect((await client.get('/api')).status).toBe(404);
    expect((await site.stranger.get('/api/secrets')).status).toBe(401);
    expect((await site.stranger.get('/api')).status).toBe(401);
    const answer = await client.send('PUT', '/api/cameras/x', {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, PATCH, DELETE');
  });
});

describe('signing in', () => {
  test('the cookie is HttpOnly, SameSite=Strict and for the whole site; the answer is the account', async () => {
    await site.signIn({ username: 'anna' });
    const answer = await site.stranger.send('POST', '/api/session', {
      username: 'anna',
      password: 'correct horse battery',
    });
    expect(answer.status).toBe(200);
    expect(Account.parse(answer.json).username).toBe('anna');
    expect(answer.text).not.toMatch(/hash|password/i);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^chengnao_session=\S+;/);
    for (const attribute of [/HttpOnly/i, /SameSite=Strict/i, /Path=\/(;|$)/i]) expect(cookie).toMatch(attribute);
    expect(cookie).not.toMatch(/Secure/i);
  });

  test('an unknown name and a wrong password get the same answer, and the eleventh failure waits', async () => {
    const anna = await site.signIn({ username: 'ada' });
    const answers = [];
    for (const username of ['ada', 'nobody-here']) {
      for (let i = 0; i < 11; i += 1) {
        const name = i % 2 === 0 ? username : username.toUpperCase();
        answers.push(
          await site.stranger.send('POST', '/api/session', { username: name, password: 'wrong wrong wrong' }),
        );
      }
    }
    const statuses = answers.map((answer) => answer.status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, ...Array(10).fill(401), 429]);
    expect(new Set(answers.filter(({ status }) => status === 401).map(({ text }) => text)).size).toBe(1);
    expect(Problem.parse(answers[10]!.json).code).toBe('too-many-tries');
    expect(answers[10]!.headers.get('retry-after')).toBe('900');
    const right = await site.stranger.send('POST', '/api/session', {
      username: 'ada',
      password: 'correct horse battery',
    });
    expect(right.status).toBe(429);
    expect((await anna.get('/api/session')).status).toBe(200);
    const other = await site.stranger.send('POST', '/api/session', {
      username: 'anna',
      password: 'correct horse battery',
    });
    expect(other.status).toBe(200);
  });

  test('a new password needs the old one, keeps this session and ends the others', async () => {
    const here = await site.signIn({ username: 'bo' });
    const answer = await site.stranger.send('POST', '/api/session', {
      username: 'bo',
      password: 'correct horse battery',
    });
    const there = { cookie: answer.headers.get('set-cookie')!.split(';')[0]! };
    const wrong = await here.send('POST', '/api/session/password', { current: 'not this one', next: 'a longer one 2' });
    expect(wrong.status).toBe(403);
    const right = await here.send('POST', '/api/session/password', {
      current: 'correct horse battery',
      next: 'a longer one 2',
    });
    expect(right.status).toBe(204);
    expect((await here.get('/api/session')).status).toBe(200);
    expect((await site.stranger.send('GET', '/api/session', undefined, there)).status).toBe(401);
  });
});

describe('problems', () => {
  test('an invalid body names each offending path, and shows no secret', async () => {
    const client = people.get('administrator')!;
    const source = { kind: 'url', url: 'gopher://root:s3cret@host/x' };
    const answer = await client.send('POST', '/api/cameras', {
      source,
      name: 7,
      lngLat: [200, 1],
      views: [{ zones: [{ kind: 'moon' }] }],
      colour: 1,
    });
    expect(answer.status).toBe(400);
    const problem = Problem.parse(answer.json);
    expect(problem.code).toBe('invalid-body');
    const paths = (problem.got as { path: string }[]).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['name', 'source.url', 'lngLat.0', 'views.0.zones.0.kind', 'colour']));
    expect(problem.expected).toHaveLength(paths.length);
    expect(answer.text).not.toContain('s3cret');
  });

  test('malformed JSON, no body, and a body beyond 1 MB are told apart', async () => {
    const client = people.get('administrator')!;
    const malformed = await client.send('POST', '/api/accounts', '{"username":');
    expect([malformed.status, Problem.parse(malformed.json).code]).toEqual([400, 'malformed-json']);
    const empty = await client.send('POST', '/api/accounts');
    expect([empty.status, Problem.parse(empty.json).code]).toEqual([400, 'invalid-body']);
    const large = await client.send('POST', '/api/accounts', { username: 'x'.repeat(1_100_000) });
    expect([large.status, Problem.parse(large.json).code]).toEqual([413, 'body-too-large']);
    const undecodable = await client.get('/api/cameras/%E0%A4%A');
    expect([undecodable.status, Problem.parse(undecodable.json).code]).toEqual([400, 'invalid-path']);
    const query = await client.get('/api/changes?limit=100000&after=-1');
    expect([query.status, Problem.parse(query.json).code]).toEqual([400, 'invalid-query']);
  });

  test('what another site’s page sends is refused, whatever cookie it brings', async () => {
    const client = people.get('administrator')!;
    const camera = { name: 'x', source: { kind: 'url', url: 'rtsp://h/x' }, lngLat: IN_WEST };
    for (const headers of [
      { origin: 'https://evil.example' },
      { referer: 'https://evil.example/x' },
      { origin: 'null' },
    ]) {
      const answer = await client.send('POST', '/api/cameras', camera, headers);
      expect([answer.status, Problem.parse(answer.json).code]).toEqual([403, 'foreign-origin']);
    }
    const own = await client.send('POST', '/api/cameras', camera, { origin: site.address });
    expect(own.status).toBe(201);
  });

  test('an unexpected error is a Problem with an id that the log has, and no stack', async () => {
    const before = site.live.metricsText;
    site.live.metricsText = async () => {
      throw new Error('the shard at rtsp://root:s3cret@host/x fell over');
    };
    const answer = await site.stranger.get('/metrics');
    site.live.metricsText = before;
    expect(answer.status).toBe(500);
    const problem = Problem.parse(answer.json);
    expect(problem.code).toBe('unexpected');
    expect(answer.text).not.toMatch(/fell over|s3cret|\.ts/);
    const { id } = problem.got as { id: string };
    const line = site.logLines.find((entry) => entry.includes(id));
    expect(line).toMatch(/fell over/);
    expect(line).not.toContain('s3cret');
  });
});
