import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultCode } from './faults.ts';
import { type FaultServer, startFaultServer } from './fixtures/fault-server.ts';
import { SCENARIOS } from './fixtures/scenarios.ts';
import { hostOf, probeStream } from './probe.ts';

const TIMEOUT_MS = 600;
let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer(SCENARIOS);
});
afterAll(() => server.close());

const probe = (url: string) => probeStream({ kind: 'url', url }, TIMEOUT_MS);

const ROWS: [camera: string, code: FaultCode | null, changed?: (url: string) => string][] = [
  ['good', null],
  ['wrong-codec', null],
  ['digest-md5', null],
  ['digest-sha-256', null],
  ['redirect', null],
  // What only playing would show is no fault of a stream that was merely asked.
  ['busy', null],
  ['silent-mid-stream', null],
  ['silent-after-connect', 'unreachable'],
  ['reset-at-once', 'connection-lost'],
  ['wrong-password', 'wrong-credentials', (url) => url.replace('another', 'wrong')],
  ['wrong-password', 'credentials-missing', (url) => url.replace(/admin.*@/, '')],
  ['odd-sign-in', 'sign-in-unknown'],
  ['forbidden', 'forbidden'],
  ['nowhere', 'not-found'],
  ['redirect-circle', 'redirected-away'],
  ['redirect-elsewhere', 'redirected-away'],
  ['audio', 'no-video'],
  ['garbage', 'garbled'],
  ['good', 'unknown-host', () => 'rtsp://nobody.invalid/x'],
  ['good', 'bad-address', () => 'rtsp://'],
  ['good', 'file-unreadable', () => 'file:///nowhere/x.mp4'],
];

test.for(ROWS)('a camera that is asked: %s → %s', async ([camera, code, changed]) => {
  const url = server.url(camera);
  const answer = await probe(changed?.(url) ?? url);
  expect(answer.code).toBe(code);
  expect(answer.reached).toBe(code !== 'unknown-host');
  expect(`${answer.reason}`).not.toMatch(/:\/\//);
});

test('it is asked for its description and never made to play; one wrong password is one signed try', async () => {
  const own = await startFaultServer({ good: SCENARIOS.good, 'wrong-password': SCENARIOS['wrong-password'] });
  await probe(own.url('good'));
  await probe(own.url('wrong-password').replace('another', 'wrong'));
  await own.close();
  expect(own.requests).toEqual([
    'good OPTIONS',
    'good DESCRIBE',
    'wrong-password OPTIONS',
    'wrong-password DESCRIBE',
    'wrong-password DESCRIBE signed',
  ]);
});

test('nobody at the port, and a server that takes the connection and says nothing, are told apart', async () => {
  expect(await probe('rtsp://127.0.0.1:1/x')).toEqual({
    code: 'unreachable',
    reason: 'connection refused',
    reached: false,
  });
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as { port: number };
  const answer = await probe(`rtsp://127.0.0.1:${port}/x`);
  mute.close();
  expect(answer).toEqual({ code: 'unreachable', reason: 'connected, and no answer for 0.6 s', reached: true });
});

describe('a playlist', () => {
  const answers: Record<string, [status: number, body: string]> = {
    '/good.m3u8': [200, '#EXTM3U\n#EXTINF:1,\na.ts\n'],
    '/over.m3u8': [200, '#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n'],
    '/page.m3u8': [200, '<html>sign in</html>'],
    '/401.m3u8': [401, ''],
    '/503.m3u8': [503, ''],
    '/500.m3u8': [500, ''],
  };
  test.each([
    ['good', null],
    ['over', 'playlist-ended'],
    ['page', 'garbled'],
    ['401', 'credentials-missing'],
    ['503', 'busy'],
    ['500', 'server-error'],
    ['404', 'not-found'],
  ])('%s → %s, and no segment is fetched', async (name, code) => {
    const { createServer: createHttp } = await import('node:http');
    const asked: string[] = [];
    const http = createHttp((request, response) => {
      asked.push(request.url ?? '');
      const [status, body] = answers[request.url ?? ''] ?? [404, ''];
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as { port: number };
    const answer = await probe(`http://127.0.0.1:${port}/${name}.m3u8`);
    http.close();
    http.closeAllConnections();
    expect([answer.code, answer.reached]).toEqual([code, true]);
    expect(asked).toEqual([`/${name}.m3u8`]);
    expect(await probe(`http://127.0.0.1:${port}/${name}.m3u8`)).toMatchObject({ code: 'unreachable', reached: false });
  });
});

test('streams of one host are told by host, port and subnet, whatever their password holds', () => {
  const host = (url: string) => hostOf({ kind: 'url', url });
  expect(host('rtsp://admin:p#a@s@10.1.2.3/a@b')).toEqual({
    host: '10.1.2.3',
    endpoint: '10.1.2.3:554',
    subnet: '10.1.2.0/24',
  });
  expect(host('https://NVR.city.example:8443/x.m3u8')).toEqual({
    host: 'nvr.city.example',
    endpoint: 'nvr.city.example:8443',
    subnet: null,
  });
  expect(host('file:///clips/a.mp4').subnet).toBeNull();
});
