import { createDecipheriv, createECDH, createHmac, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount } from '../accounts/accounts.ts';
import type { Account } from '../contract/account.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { NoticeSender } from './notice-sender.ts';
import { openPushKeys, type PushKeys } from './push-keys.ts';
import {
  acknowledgeNotice,
  addWebhook,
  listNotices,
  listWebhooks,
  notePushAddress,
  removeWebhook,
} from './read-notices.ts';

interface Taken {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

let opened: TestStore;
let sender: NoticeSender;
let keys: PushKeys;
let program: Server;
let pushService: Server;
let desk: Account;
const taken: Taken[] = [];
/** What one program never answers. */
const hung: ServerResponse[] = [];
/** What the program and the push service answer with. */
let answer = 200;
const SECRET = 'a secret of the webhook';
const browser = createECDH('prime256v1');
const auth = randomBytes(16);

beforeAll(async () => {
  opened = await openTestStore('embedded');
  const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const take: Parameters<typeof createServer>[1] = async (request, response) => {
    if (request.url === '/hangs') return hung.push(response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    taken.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(answer, { location: 'http://127.0.0.1:1/elsewhere' }).end();
  };
  program = createServer(take);
  pushService = createTlsServer({ key: certificate.private, cert: certificate.cert }, take);
  for (const server of [program, pushService]) await new Promise<void>((done) => server.listen(0, 'localhost', done));
  keys = openPushKeys(join(opened.dataDir, 'push-key.json'));
  expect(openPushKeys(join(opened.dataDir, 'push-key.json'))).toEqual(keys);
  sender = new NoticeSender({ db: db(), keys, say: () => undefined, ca: certificate.cert });
  const person = { username: 'desk', displayName: 'desk', password: 'a long enough word', department: null };
  desk = await createAccount(db(), { ...person, roles: ['operator'], division: '371400' });
  const { port } = program.address() as AddressInfo;
  await addWebhook(db(), desk, { url: `http://localhost:${port}/told`, secret: SECRET });
  const endpoint = `https://localhost:${(pushService.address() as AddressInfo).port}/push/1`;
  const subscribed = {
    endpoint,
    keys: { p256dh: browser.generateKeys('base64url'), auth: auth.toString('base64url') },
  };
  await expect(notePushAddress(db(), desk, subscribed)).rejects.toMatchObject({ code: 'push-host' });
  await notePushAddress(db(), desk, subscribed, ['localhost']);
});
afterAll(async () => {
  await sender?.close();
  program?.close();
  pushService?.close();
  await opened?.remove();
});
const db = () => opened.store.db;

const notice = (division = '371402') =>
  db()
    .insertInto('notices')
    .values({ kind: 'left-area', case_id: null, about: '张伟', unit_id: null, division, department: '城管' })
    .returning('id')
    .executeTakeFirstOrThrow();
const dueAgain = () => sql`update notice_deliveries set next_at = now()`.execute(db());

test('a notice is pushed so that only the browser can read it, and told to a program with a signature', async () => {
  const { id } = await notice();
  await sender.sendDue();
  const told = taken.find(({ path }) => path === '/told')!;
  const pushed = taken.find(({ path }) => path === '/push/1')!;
  expect(JSON.parse(told.body.toString())).toMatchObject({ id, kind: 'left-area', about: '张伟' });
  expect(told.headers['x-chengnao-notice']).toBe(id);
  const stamp = told.headers['x-chengnao-timestamp'];
  const signed = createHmac('sha256', SECRET).update(`${stamp}.${told.body}`).digest('hex');
  expect(told.headers['x-chengnao-signature']).toBe(`sha256=${signed}`);
  expect(pushed.body.toString('latin1')).not.toContain('left-area');
  expect(JSON.parse(decrypted(pushed.body))).toMatchObject({ id, kind: 'left-area', about: '张伟' });
  const [head, claims, signature] = /vapid t=([^,]+)/.exec(pushed.headers.authorization ?? '')![1]!.split('.');
  const key = createPublicKey({ key: { ...keys.privateKey, d: undefined } as never, format: 'jwk' });
  const bytes = Buffer.from(`${head}.${claims}`);
  expect(verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature!, 'base64url'))).toBe(true);
});

test('what is not taken is tried again, and no redirect is followed; acknowledged, it is told to nobody any more', async () => {
  taken.length = 0;
  answer = 302;
  const { id } = await notice();
  await sender.sendDue();
  expect(taken).toHaveLength(2);
  await sender.sendDue();
  expect(taken, 'not at once').toHaveLength(2);
  const [refusing] = await listWebhooks(db(), desk);
  expect(refusing).toMatchObject({ waiting: 1, lastProblem: 'answered with 302' });
  expect(Date.parse(refusing!.lastTakenAt!), 'what it took before').toBeLessThan(Date.now());
  await dueAgain();
  await sender.sendDue();
  expect(taken).toHaveLength(4);
  expect(new Set(taken.map(({ headers }) => headers['x-chengnao-notice']).filter(Boolean))).toEqual(new Set([id]));
  expect((await listNotices(db(), desk)).map((one) => one.id)).toContain(id);
  expect(await acknowledgeNotice(db(), desk, id)).toMatchObject({ acknowledgedBy: 'desk' });
  answer = 200;
  await dueAgain();
  await sender.sendDue();
  expect(taken).toHaveLength(4);
  expect((await listNotices(db(), desk)).map((one) => one.id)).not.toContain(id);
});

test('a program that does not answer keeps nobody else waiting, and is not given up', async () => {
  taken.length = 0;
  const { port } = program.address() as AddressInfo;
  const hanging = await addWebhook(db(), desk, { url: `http://localhost:${port}/hangs`, secret: SECRET });
  await notice();
  const first = sender.sendDue();
  await expect.poll(() => hung.length, { timeout: 10_000 }).toBe(1);
  await expect.poll(() => taken.length, { timeout: 10_000 }).toBe(2);
  await notice();
  const second = sender.sendDue();
  await expect.poll(() => taken.length, { timeout: 10_000 }).toBe(4);
  expect(hung, 'one at a time').toHaveLength(1);
  hung[0]!.destroy();
  await Promise.all([first, second]);
  await sql`update notice_deliveries set tries = 50, next_at = now() where webhook_id = ${hanging.id}`.execute(db());
  const third = sender.sendDue();
  await expect.poll(() => hung.length, { timeout: 10_000 }).toBe(2);
  hung[1]!.destroy();
  await third;
  expect((await listWebhooks(db(), desk)).find(({ id }) => id === hanging.id)).toMatchObject({ waiting: 2 });
  await removeWebhook(db(), desk, hanging.id);
});

test('what is acknowledged while others are sent is not sent any more', async () => {
  const { port } = program.address() as AddressInfo;
  const slow = await addWebhook(db(), desk, { url: `http://localhost:${port}/hangs`, secret: SECRET });
  hung.length = 0;
  const [, second] = [await notice(), await notice()];
  const sending = sender.sendDue();
  await expect.poll(() => hung.length, { timeout: 10_000 }).toBe(1);
  await acknowledgeNotice(db(), desk, second.id);
  hung[0]!.writeHead(200).end();
  await sending;
  expect(hung).toHaveLength(1);
  await removeWebhook(db(), desk, slow.id);
});

test('a browser that is gone is forgotten, and another division’s notice is told to nobody here', async () => {
  taken.length = 0;
  await notice('370102');
  await sender.sendDue();
  expect(taken).toEqual([]);
  answer = 410;
  await notice();
  await sender.sendDue();
  expect(await db().selectFrom('push_addresses').select('endpoint').execute()).toEqual([]);
  answer = 200;
});

/** RFC 8291: as the browser does. */
function decrypted(body: Buffer): string {
  const salt = body.subarray(0, 16);
  const keyLength = body[20]!;
  const serverKey = body.subarray(21, 21 + keyLength);
  const sealed = body.subarray(21 + keyLength);
  const derive = (secret: Buffer, from: Buffer, info: Buffer, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, from, info, length));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.getPublicKey(), serverKey]);
  const secret = derive(browser.computeSecret(serverKey), auth, info, 32);
  const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString();
}
