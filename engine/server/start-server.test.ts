import { createServer, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount } from '../accounts/accounts.ts';
import { AlgorithmUploads } from '../algorithms/uploads.ts';
import { BindingWatch } from '../bindings/binding-watch.ts';
import { CameraImports } from '../camera-imports/camera-imports.ts';
import { casePolicyOf } from '../cases/case-clocks.ts';
import { MediaCopies } from '../clips/media-copies.ts';
import type { NewAccount } from '../contract/account.ts';
import { FinishedDays } from '../online-rates/finished-days.ts';
import { PtzDesk } from '../ptz/ptz-desk.ts';
import { CameraTiles } from '../tiles/camera-tiles.ts';
import { CaseTexts } from './case-texts.ts';
import { mountRoutes } from './mount.ts';
import { openField } from './open-field.ts';
import { Proof } from './proof.ts';
import { route } from './route.ts';
import { selfSignedCertificate } from './self-signed.ts';
import { AccountList } from './shapes.ts';
import { openSiteUnderTest, SETTINGS, type SiteUnderTest, signedIn } from './site-under-test.ts';
import { startServer } from './start-server.ts';

const PERSON: NewAccount = {
  username: 'x',
  displayName: 'x',
  password: 'correct horse battery',
  roles: ['operator'],
  division: '371400',
  department: null,
};

let site: SiteUnderTest;
beforeAll(async () => {
  site = await openSiteUnderTest();
});
afterAll(() => site.close());

function options() {
  const { store, counties, live, dataDir } = site;
  const log = (line: string) => void site.logLines.push(line);
  return { store, counties, live, settings: SETTINGS, port: 0, host: '127.0.0.1', pageDir: dataDir, version: '0', log };
}

test('a port that is in use is said in a sentence that names it and how to choose another', async () => {
  const port = Number(new URL(site.address).port);
  await expect(startServer({ ...options(), port })).rejects.toThrow(`Port ${port} is in use`);
  await expect(startServer({ ...options(), port })).rejects.toThrow('CHENGNAO_PORT');
});

test('it closes within a second, whatever still holds on to it: a wall, a kept connection, half a request', async () => {
  const server = await startServer(options());
  const port = Number(new URL(server.address).port);
  const address = `http://127.0.0.1:${port}`;
  await createAccount(site.store.db, { ...PERSON, username: 'holding-on' });
  const { cookie } = await signedIn(address, 'holding-on', PERSON.password);
  const wall = io(address, {
    reconnection: false,
    forceNew: true,
    transports: ['websocket'],
    extraHeaders: { cookie },
  });
  await new Promise<void>((resolve) => wall.once('hello', () => resolve()));
  const half = connect(port, '127.0.0.1');
  half.on('error', () => undefined);
  half.write('POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const beganAtMs = performance.now();
  await server.close();
  expect(performance.now() - beganAtMs).toBeLessThan(1_000);
  expect(wall.connected).toBe(false);
  wall.disconnect();
  await expect(fetch(`${address}/api/health`)).rejects.toThrow();
});

test('over TLS the session’s cookie is Secure', async () => {
  const tls = await selfSignedCertificate();
  const server = await startServer({ ...options(), tls });
  expect(server.address).toMatch(/^https:\/\/localhost:\d+$/);
  const port = Number(new URL(server.address).port);
  await createAccount(site.store.db, { ...PERSON, username: 'by-tls' });
  const body = JSON.stringify({ username: 'by-tls', password: PERSON.password });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      { method: 'POST', host: 'localhost', family: 4, port, path: '/api/session', ca: tls.cert, agent: false, headers },
      resolve,
    )
      .on('error', reject)
      .end(body);
  });
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['set-cookie']?.[0]).toMatch(/; Secure/i);
  expect(answer.headers['strict-transport-security']).toBeUndefined();
  await server.close();
});

test('a field that the contract does not name does not get out, wherever it hides', async () => {
  const account = { id: '1', username: 'u', displayName: 'u', roles: [], division: '371400', department: null };
  const leaky = route({
    method: 'GET',
    path: '/leak',
    who: 'anyone',
    summary: 'Says too much.',
    answer: AccountList,
    run: () => ({ items: [{ ...account, password_hash: 'argon-secret' }], source: 'rtsp-secret' }),
  });
  const app = express();
  const { store, counties, live, logLines } = site;
  mountRoutes(app, [leaky], {
    store,
    counties,
    live,
    casePolicy: casePolicyOf(SETTINGS),
    caseTexts: new CaseTexts(store.db),
    basemap: null,
    townships: null,
    tiles: new CameraTiles(store),
    finishedDays: new FinishedDays(),
    copies: new MediaCopies(site.dataDir, SETTINGS.timeZone),
    algorithms: new AlgorithmUploads({ db: store.db, folder: site.dataDir, say: () => undefined }),
    proof: new Proof({ store, say: () => undefined }),
    bindings: new BindingWatch({ db: store.db, refresh: live.refreshAll, say: () => undefined }),
    siteModel: { name: SETTINGS.model, labels: null },
    imports: new CameraImports({
      db: store.db,
      area: { division: SETTINGS.division, counties },
      onChanged: async () => undefined,
      say: (line) => logLines.push(line),
    }),
    ptz: new PtzDesk({ db: store.db, nowMs: Date.now, onLease: async () => undefined, say: () => undefined }),
    ...openField(store, SETTINGS.timeZone, () => undefined),
    settings: SETTINGS,
    version: '0',
    log: (line) => logLines.push(line),
    secure: false,
    metricsToken: null,
    openApi: () => ({}),
    glance: () => undefined,
    sessionsEnded: () => undefined,
  });
  const http = createServer(app);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/leak`);
  expect(await answer.json()).toEqual({ items: [account] });
  http.closeAllConnections();
  http.close();
});
