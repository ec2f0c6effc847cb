import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, type TestContext, test, vi } from 'vitest';
import { startFaultServer } from './fixtures/fault-server.ts';
import { Recorder } from './fixtures/listener.ts';
import { SCENARIOS } from './fixtures/scenarios.ts';
import { openStream } from './open-stream.ts';

/** Minutes and hours run on a fake clock; the sockets are real. */
vi.mock('./clock.ts', () => ({ nowMs: () => Date.now() }));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

async function pass(ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += SECOND_MS) {
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    for (let i = 0; i < 25; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function watch(context: TestContext, scenario: keyof typeof SCENARIOS, changed = (url: string) => url) {
  const server = await startFaultServer({ [scenario]: SCENARIOS[scenario] });
  const camera = new Recorder();
  const stream = openStream({ kind: 'url', url: changed(server.url(scenario)) }, camera, { keyUnitsOnly: true });
  context.onTestFinished(async () => {
    vi.useRealTimers();
    await stream.close();
    await server.close();
  });
  return { server, camera, stream };
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test('steady: a server gone for half an hour is tried each second, then up to once a minute, in flat memory', async (context) => {
  const { server, camera, stream } = await watch(context, 'one-fps');
  await pass(3 * SECOND_MS);
  expect(camera.state).toBe('playing');
  await server.close();
  await pass(MINUTE_MS);
  expect(camera).toMatchObject({ state: 'offline', code: 'unreachable' });
  const inFirstMinute = stream.counters.connects - 1;
  expect(inFirstMinute).toBeGreaterThanOrEqual(55);
  expect(inFirstMinute).toBeLessThanOrEqual(62);
  await pass(4 * MINUTE_MS);
  const before = { heap: heapBytes(), connects: stream.counters.connects, states: camera.states.length };
  await pass(25 * MINUTE_MS);
  expect(stream.counters.connects - before.connects).toBeGreaterThanOrEqual(24);
  expect(stream.counters.connects - before.connects).toBeLessThanOrEqual(35);
  expect(camera.states.length).toBe(before.states);
  expect((heapBytes() - before.heap) / 2 ** 20).toBeLessThan(0.5);
});

test('new-source: a wrong password is tried twice, then every half hour', async (context) => {
  const { server, camera } = await watch(context, 'wrong-password', (url) => url.replace('another', 'wrong'));
  const signed = () => server.requests.filter((request) => request.endsWith('signed')).length;
  await pass(5 * SECOND_MS);
  expect(signed()).toBe(1);
  await pass(29 * MINUTE_MS);
  expect(signed()).toBe(2);
  expect(camera).toMatchObject({ state: 'offline', code: 'wrong-credentials' });
  await pass(2 * MINUTE_MS);
  expect(signed()).toBe(3);
});

test('backing-off: a server that is full is asked ever more rarely from the first time on', async (context) => {
  const { server, camera } = await watch(context, 'busy');
  const asked = () => server.requests.filter((request) => request === 'busy SETUP').length;
  await pass(MINUTE_MS);
  expect(camera.code).toBe('busy');
  expect(asked()).toBeGreaterThanOrEqual(4);
  expect(asked()).toBeLessThanOrEqual(7);
  const before = asked();
  await pass(10 * MINUTE_MS);
  expect(asked() - before).toBeLessThanOrEqual(14);
});

test('none: a session of 60 s is kept alive for ten minutes on one connection', async (context) => {
  const { server, camera, stream } = await watch(context, 'keep-alive');
  await pass(10 * MINUTE_MS);
  expect(camera.states.map(({ state }) => state)).toEqual(['connecting', 'playing']);
  expect(stream.counters.connects).toBe(1);
  expect(server.requests.filter((request) => request === 'keep-alive GET_PARAMETER').length).toBeGreaterThanOrEqual(18);
});
