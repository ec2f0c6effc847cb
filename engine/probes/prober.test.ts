import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FaultServer, startFaultServer } from '#streams/fixtures/fault-server.ts';
import { SCENARIOS } from '#streams/fixtures/scenarios.ts';
import { probeStream } from '#streams/probe.ts';
import type { Probe } from '#streams/probe-answer.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import { createCamera, patchCamera, resetCameraStates } from '../cameras/write-cameras.ts';
import { readChanges } from '../store/changes.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { Prober, type ProberOptions } from './prober.ts';
import { askAgain } from './record-probe.ts';

const area = { division: '371400', counties: { of: () => null, geojson: { type: 'FeatureCollection', features: [] } } };
const RULE = { rule: 'illegal-parking' } as const;
const PERIOD_MS = 1_800_000;
const MINUTE_MS = 60_000;

let kept: TestStore;
let server: FaultServer;
/** Long after all that `now()` of the database says. */
let clockMs = Date.parse('2030-01-01T00:00:00Z');
const db = () => kept.store.db;

beforeAll(async () => {
  kept = await openTestStore('embedded');
  server = await startFaultServer(SCENARIOS);
});
afterAll(async () => {
  await server.close();
  await kept.remove();
});
beforeEach(async () => {
  await db().deleteFrom('cameras').execute();
});

function prober(options: Partial<ProberOptions> = {}): Prober {
  return new Prober({
    db: db(),
    periodMs: PERIOD_MS,
    probe: (source) => probeStream(source, 500),
    nowMs: () => clockMs,
    say: (line) => {
      throw new Error(line);
    },
    ...options,
  });
}

async function register(id: string, url: string | null, more: { algorithms?: [typeof RULE]; disabled?: boolean } = {}) {
  const source = url === null ? {} : { source: { kind: 'url' as const, url } };
  await createCamera(db(), { id, name: id, lngLat: [116.3, 37.4], ...source, ...more } as never, 'test', area as never);
}

async function pass(of: Prober, ms: number, stepMs = 1000): Promise<void> {
  for (const endMs = clockMs + ms; clockMs < endMs; ) {
    clockMs = Math.min(endMs, clockMs + stepMs);
    await of.tick();
    await of.settled();
  }
}

const stateOf = async (id: string) => {
  const { state, stateCode } = (await readCamera(db(), null, id))!;
  return stateCode === null ? state : `${state} ${stateCode}`;
};
const asked = (scenario: string) =>
  server.requests.filter((request) => request.startsWith(`${scenario} DESCRIBE`)).length;

test('each camera that nobody has open is asked within the period, others are left alone, and the answer is its state', async () => {
  await register('answers', server.url('good'));
  await register('gone', server.url('nowhere'));
  await register('no-address', null);
  await register('analysed', server.url('one-fps'), { algorithms: [RULE] });
  await register('disabled', server.url('portrait'), { disabled: true });
  const before = (await readChanges(db(), 0, 10_000)).at(-1)!.seq;
  const one = prober();
  await pass(one, 2000);
  expect(await stateOf('answers')).toBe('reachable');
  // One failed try says little.
  expect(await stateOf('gone')).toBe('unknown');
  await pass(one, 16_000);
  expect(await stateOf('gone')).toBe('offline not-found');
  const rest = await Promise.all(['no-address', 'analysed', 'disabled'].map(stateOf));
  expect(rest).toEqual(['unknown', 'connecting', 'disabled']);
  expect([asked('one-fps'), asked('portrait')]).toEqual([0, 0]);
  const told = (await readChanges(db(), before, 100)).map(({ kind, entityId }) => `${kind} ${entityId}`);
  expect(told).toEqual(['camera answers', 'camera gone']);
  const history = await sql<{ state: string }>`
    select state from camera_state_changes where camera_id in ('answers', 'gone') order by n`.execute(db());
  expect(history.rows.map(({ state }) => state)).toEqual(['reachable', 'offline']);

  const once = asked('good');
  await pass(one, PERIOD_MS - MINUTE_MS, 10_000);
  expect(asked('good')).toBe(once);
  await pass(one, 2 * MINUTE_MS, 5000);
  expect(asked('good')).toBe(once + 1);
});

test('after a refused password a camera is not asked again until its address changes or an administrator says so', async () => {
  const wrong = server.url('wrong-password').replace('another', 'wrong');
  const signed = () => server.requests.filter((request) => request === 'wrong-password DESCRIBE signed').length;
  await register('locked', wrong);
  const one = prober();
  await pass(one, 2000);
  expect(await stateOf('locked')).toBe('offline wrong-credentials');
  expect(signed()).toBe(1);
  clockMs += 10 * PERIOD_MS;
  // Neither an engine that starts anew, nor another name.
  await resetCameraStates(db());
  await patchCamera(db(), 'locked', { name: '新名' }, 'test', area as never);
  const anew = prober();
  await pass(anew, 5000);
  expect(await stateOf('locked')).toBe('offline wrong-credentials');
  expect(signed()).toBe(1);
  await askAgain(db(), 'locked');
  await pass(anew, 2000);
  expect(signed()).toBe(2);
  const source = { kind: 'url' as const, url: server.url('wrong-password') };
  await patchCamera(db(), 'locked', { source }, 'test', area as never);
  await pass(anew, 2000);
  expect(await stateOf('locked')).toBe('reachable');
});

test('of one host one at a time is asked, and many hosts at once', async () => {
  const open = new Map<string, number>();
  let most = 0;
  let mostHosts = 0;
  const probe = async ({ url }: { url: string }): Promise<Probe> => {
    const { hostname } = new URL(url);
    open.set(hostname, (open.get(hostname) ?? 0) + 1);
    most = Math.max(most, open.get(hostname)!);
    mostHosts = Math.max(mostHosts, [...open.values()].filter((count) => count > 0).length);
    await new Promise((resolve) => setTimeout(resolve, 20));
    open.set(hostname, open.get(hostname)! - 1);
    return { code: null, reason: null, reached: true };
  };
  for (let i = 0; i < 20; i++) await register(`c${i}`, `rtsp://10.0.0.${i % 4}:${1000 + i}/x`);
  const one = prober({ probe });
  clockMs += 1000;
  await one.tick();
  clockMs += 1000;
  await one.tick();
  await one.settled();
  await pass(one, 3000);
  expect(await stateOf('c19')).toBe('reachable');
  expect([most, mostHosts]).toEqual([1, 4]);
});

test('the rate is bounded: of 300 cameras no more are asked a second than the period needs, or ten', async () => {
  let count = 0;
  const probe = async (): Promise<Probe> => {
    count++;
    return { code: null, reason: null, reached: true };
  };
  await sql`
    insert into cameras (id, body, revision, division, department)
    select 'n' || i, jsonb_build_object('name', 'n', 'lngLat', '[116,37]'::jsonb, 'algorithms', '[]'::jsonb,
      'source', jsonb_build_object('kind', 'url', 'url', 'rtsp://10.0.' || i / 200 || '.' || i % 200 || '/x')), 1, '371400', 'x'
    from generate_series(1, 300) i`.execute(db());
  await sql`insert into camera_states (id, state) select id, 'unknown' from cameras`.execute(db());
  const one = prober();
  const bounded = prober({ probe });
  await pass(bounded, 5000);
  expect(count).toBe(50);
  await one.close();
});

test('a host at which nobody answers is asked twice, and that is so for all of its streams; when one is back all are asked', async () => {
  let isDown = false;
  const calls: string[] = [];
  const probe = async ({ url }: { url: string }): Promise<Probe> => {
    calls.push(url);
    return isDown && url.includes('10.0.0.9')
      ? { code: 'unreachable', reason: 'no answer for 5.0 s', reached: false }
      : { code: null, reason: null, reached: true };
  };
  for (let i = 0; i < 30; i++) await register(`nvr-${i}`, `rtsp://10.0.0.9/${i}`);
  await register('other', 'rtsp://10.0.0.8/x');
  const one = prober({ probe });
  await pass(one, 10_000);
  expect(await stateOf('nvr-29')).toBe('reachable');
  isDown = true;
  calls.length = 0;
  await pass(one, PERIOD_MS + MINUTE_MS, 5000);
  const states = await Promise.all(Array.from({ length: 30 }, (_, i) => stateOf(`nvr-${i}`)));
  expect(new Set(states)).toEqual(new Set(['offline unreachable']));
  expect(await stateOf('other')).toBe('reachable');
  expect(calls.filter((url) => url.includes('10.0.0.9')).length).toBeLessThan(6);
  isDown = false;
  await pass(one, 11 * MINUTE_MS, 5000);
  expect(await stateOf('nvr-0')).toBe('reachable');
  expect(await stateOf('nvr-29')).toBe('reachable');
});

test('when one camera of a subnet is lost its neighbours are asked at once, not in their turn', async () => {
  let isDown = false;
  const probe = async ({ url }: { url: string }): Promise<Probe> =>
    isDown && url.includes('10.9.9.')
      ? { code: 'unreachable', reason: null, reached: false }
      : { code: null, reason: null, reached: true };
  for (let i = 0; i < 12; i++) await register(`s${i}`, `rtsp://10.9.9.${i + 1}/x`);
  const one = prober({ probe });
  await pass(one, 3000);
  await sql`
    update camera_probes set asked_at = asked_at - interval '5 minutes',
      due_at = due_at + case when camera_id = 's0' then interval '-29 minutes' else interval '20 minutes' end`.execute(
    db(),
  );
  isDown = true;
  await pass(one, 3 * MINUTE_MS);
  for (let i = 0; i < 12; i++) expect(await stateOf(`s${i}`), `s${i}`).toBe('offline unreachable');
});

test('what is known survives a new start, and goes when rules are bound, taken away, or the camera is out of service', async () => {
  await register('kept', server.url('good'));
  const one = prober();
  await pass(one, 2000);
  await resetCameraStates(db());
  expect(await stateOf('kept')).toBe('reachable');
  const patch = (change: object) => patchCamera(db(), 'kept', change, 'test', area as never);
  await patch({ algorithms: [RULE] });
  expect(await stateOf('kept')).toBe('connecting');
  await patch({ disabled: true });
  expect(await stateOf('kept')).toBe('disabled');
  const before = asked('good');
  await pass(one, 5000);
  expect(asked('good')).toBe(before);
  await patch({ disabled: false });
  expect(await stateOf('kept')).toBe('connecting');
  await patch({ algorithms: [] });
  expect(await stateOf('kept')).toBe('unknown');
  await pass(one, 2000);
  expect(await stateOf('kept')).toBe('reachable');
});

test('an answer that comes after the camera was changed is not noted', async () => {
  await register('swift', server.url('good'));
  let answer: (probe: Probe) => void = () => {};
  const one = prober({ probe: () => new Promise((resolve) => (answer = resolve)) });
  clockMs += 1000;
  await one.tick();
  await patchCamera(db(), 'swift', { disabled: true }, 'test', area as never);
  answer({ code: null, reason: null, reached: true });
  await one.settled();
  expect(await stateOf('swift')).toBe('disabled');
});

test('an engine that ends does not wait for who does not answer', async () => {
  await register('slow', server.url('good'));
  const one = prober({ probe: () => new Promise(() => undefined) });
  clockMs += 1000;
  await one.tick();
  const before = performance.now();
  await one.close();
  expect(performance.now() - before).toBeLessThan(1000);
  expect(await stateOf('slow')).toBe('unknown');
});
