import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditPage } from '../contract/audit.ts';
import { type Client, openSiteUnderTest, type SiteUnderTest } from './site-under-test.ts';

let site: SiteUnderTest;
let admin: Client;
let operator: Client;
let county: Client;
let alert: string;
beforeAll(async () => {
  site = await openSiteUnderTest();
  admin = await site.signIn({ username: 'admin', roles: ['administrator'] });
  operator = await site.signIn({ username: 'operator', roles: ['operator'] });
  county = await site.signIn({ username: 'county', roles: ['administrator'], division: '371402' });
  const source = { kind: 'url', url: 'rtsp://10.0.0.1/1' };
  await admin.send('POST', '/api/cameras', { id: 'c-1', name: '路口', source, lngLat: [116.3, 37.4] });
  alert = await site.raiseAlert('c-1', [116.3, 37.4]);
}, 60_000);
afterAll(() => site.close());

const log = async (query = '', client = admin) => AuditPage.parse((await client.get(`/api/audit-log?${query}`)).json);
const told = ({ items }: AuditPage) =>
  items.map(({ by, method, path, status, code }) => [by, method, path, status, code]);

test('a look at evidence, a change and an export are lines of the log, a refusal too; reading a list is none', async () => {
  const before = (await log('limit=1')).items[0]!.n;
  await operator.get('/api/alerts');
  await operator.get(`/api/alerts/${alert}/evidence.jpg?moment=onset`);
  const { id } = (await operator.send('POST', '/api/cases', { alertIds: [alert] })).json as { id: string };
  await operator.send('POST', `/api/cases/${id}/views`, {});
  await operator.send('POST', `/api/cases/${id}/entries`, { kind: 'closed', note: 'x' });
  // Where somebody was is left out.
  await admin.get('/api/case-rates.csv?by=unit&lng=116.3&lat=37.4');
  const page = await log();
  const fresh = { ...page, items: page.items.filter(({ n }) => n > before).reverse() };
  expect(told(fresh)).toEqual([
    // Reading the log is recorded too: this is the line of the read above.
    ['admin', 'GET', '/api/audit-log', 200, null],
    ['operator', 'GET', `/api/alerts/${alert}/evidence.jpg`, 200, null],
    ['operator', 'POST', '/api/cases', 201, null],
    ['operator', 'POST', `/api/cases/${id}/views`, 204, null],
    ['operator', 'POST', `/api/cases/${id}/entries`, 403, 'not-allowed'],
    ['admin', 'GET', '/api/case-rates.csv', 200, null],
  ]);
  expect(fresh.items.find(({ path }) => path === '/api/case-rates.csv')).toMatchObject({
    ...{ route: '/api/case-rates.csv', query: { by: 'unit' } },
    fromAddress: expect.stringMatching(/127\.0\.0\.1$/),
  });
});

test('who came in, and who did not, is in it; no password is', async () => {
  const credentials = { username: 'operator', password: 'a wrong password that nobody has' };
  await site.stranger.send('POST', '/api/session', credentials);
  await site.stranger.get('/api/alerts');
  const [failed, , in3] = told(await log('path=/api/session'));
  expect(failed).toEqual([null, 'POST', '/api/session', 401, 'wrong-credentials']);
  expect(in3).toEqual(['operator', 'POST', '/api/session', 200, null]);
  expect(JSON.stringify(await log('limit=500'))).not.toContain('wrong password');
});

test('it is narrowed by person, path, day and outcome, and read page by page', async () => {
  expect(new Set((await log('refused=true')).items.map(({ code }) => code))).toEqual(
    new Set(['not-allowed', 'wrong-credentials']),
  );
  const { accountId } = (await log('path=/api/cases')).items[0]!;
  const own = await log(`account=${accountId}&limit=2`);
  expect(new Set(own.items.map(({ by }) => by))).toEqual(new Set(['operator']));
  const next = await log(`account=${accountId}&limit=2&before=${own.next}`);
  expect(next.items[0]!.n).toBeLessThan(own.items.at(-1)!.n);
  expect((await log('until=2001-01-01')).items).toEqual([]);
  expect((await admin.get('/api/audit-log?from=yesterday')).status).toBe(400);
});

test('it is an administrator’s to read: of a county those of its own people', async () => {
  expect((await operator.get('/api/audit-log')).status).toBe(403);
  await county.send('POST', '/api/units', { name: 'x', division: '371402' });
  const seen = new Set((await log('limit=500', county)).items.map(({ by }) => by));
  expect(seen).toEqual(new Set(['county']));
});

test('what is written there stays', async () => {
  for (const change of [sql`delete from audit_log`, sql`update audit_log set by = 'x'`, sql`truncate audit_log`])
    await expect(change.execute(site.store.db)).rejects.toThrow('stays');
});
