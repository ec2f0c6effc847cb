import { afterEach, expect, test, vi } from 'vitest';
import type { Change, ChangeBatch } from '#engine/contract/change.ts';
import { Refused } from './ask.ts';
import { EMPTY_CITY } from './city.ts';
import { alertForTest } from './city-for-test.ts';
import { LiveCity } from './live-city.ts';
import type { CityWire, WireListener } from './wire.ts';

/** A server in the test's hand: a log of changes, a socket that can be cut, and requests that can fail. */
class TestServer implements CityWire {
  log: Change[] = [];
  reachable = true;
  loads = 0;
  asked: number[] = [];
  listener: WireListener | null = null;

  raise(id: string): void {
    const seq = (this.log.at(-1)?.seq ?? 0) + 1;
    this.log.push({ kind: 'alert', seq, entityId: id, at: '2026-11-25T03:00:00Z', entity: alertForTest({ id, seq }) });
  }
  get lastSeq(): number {
    return this.log.at(-1)?.seq ?? 0;
  }
  batch(fromSeq: number, toSeq = this.lastSeq): ChangeBatch {
    return { fromSeq, toSeq, items: this.log.filter(({ seq }) => seq > fromSeq && seq <= toSeq) };
  }
  up(): void {
    this.listener?.onHello(this.lastSeq);
  }
  cut(): void {
    this.listener?.onDown();
  }
  send(fromSeq: number, toSeq?: number): void {
    this.listener?.onBatch(this.batch(fromSeq, toSeq));
  }
  async readSeq(): Promise<number> {
    return this.lastSeq;
  }
  async readCity() {
    if (!this.reachable) throw new Refused(0, { code: 'unreachable', message: '', got: null, expected: null });
    this.loads += 1;
    const { lastSeq: _, ...nothing } = EMPTY_CITY;
    const alerts = new Map(
      this.log.flatMap(({ entityId, entity }) => (entity ? [[entityId, alertForTest(entity as object)]] : [])),
    );
    return { ...nothing, alerts };
  }
  async readChanges(afterSeq: number): Promise<ChangeBatch> {
    this.asked.push(afterSeq);
    if (!this.reachable) throw new Refused(0, { code: 'unreachable', message: '', got: null, expected: null });
    if (afterSeq > this.lastSeq) {
      throw new Refused(409, { code: 'unknown-seq', message: '', got: afterSeq, expected: this.lastSeq });
    }
    return this.batch(afterSeq);
  }
  connect(listener: WireListener) {
    this.listener = listener;
    return { close: () => undefined };
  }
}

const TIMING = { helloWithinMs: 20, askAfterQuietMs: 60_000, downAfterQuietMs: 120_000, retryMs: 5 };
let live: LiveCity | null = null;
afterEach(() => live?.close());

async function openLive(server: TestServer, timing = {}): Promise<LiveCity> {
  live = new LiveCity(server, { ...TIMING, ...timing });
  server.up();
  await vi.waitFor(() => expect(live?.connection().phase).toBe('live'));
  return live;
}

const alertIds = (city: LiveCity): string[] => [...city.city().alerts.keys()].sort();

test('it loads what is there and takes in what the socket tells', async () => {
  const server = new TestServer();
  server.raise('a');
  const city = await openLive(server);
  expect(alertIds(city)).toEqual(['a']);
  server.raise('b');
  server.send(1);
  expect(alertIds(city)).toEqual(['a', 'b']);
  expect(city.city().lastSeq).toBe(2);
});

test('a hole is asked for', async () => {
  const server = new TestServer();
  const city = await openLive(server);
  server.raise('missed');
  server.raise('told');
  server.send(1, 2);
  await vi.waitFor(() => expect(alertIds(city)).toEqual(['missed', 'told']));
  expect(city.connection().phase).toBe('live');
});

test('two drops with no change between, and what happened while it was down is there', async () => {
  const server = new TestServer();
  const city = await openLive(server);
  server.cut();
  expect(city.connection().phase).toBe('down');
  server.up();
  expect(city.connection().phase).toBe('live');
  server.cut();
  server.raise('while-down');
  server.up();
  await vi.waitFor(() => expect(alertIds(city)).toEqual(['while-down']));
  server.raise('after');
  server.send(1);
  await vi.waitFor(() => expect(alertIds(city)).toEqual(['after', 'while-down']));
});

test('a batch that comes twice and one that comes late change nothing twice', async () => {
  const server = new TestServer();
  const city = await openLive(server);
  server.raise('a');
  server.raise('b');
  server.send(0, 1);
  server.send(1, 2);
  server.send(0, 1);
  server.send(1, 2);
  expect(city.city().lastSeq).toBe(2);
  expect(alertIds(city)).toEqual(['a', 'b']);
  expect(server.loads).toBe(1);
});

test('what is no batch is not taken in but asked for', async () => {
  const server = new TestServer();
  const city = await openLive(server);
  server.raise('a');
  server.listener?.onBatch({ fromSeq: 0, toSeq: 1, items: [{ kind: 'alert', nonsense: true }] });
  await vi.waitFor(() => expect(alertIds(city)).toEqual(['a']));
});

test('a server that is not there at first is waited for', async () => {
  const server = new TestServer();
  server.reachable = false;
  live = new LiveCity(server, TIMING);
  await vi.waitFor(() => expect(live?.connection().problem?.code).toBe('unreachable'));
  expect(live.connection().phase).toBe('loading');
  server.raise('a');
  server.reachable = true;
  server.up();
  await vi.waitFor(() => expect(live?.connection().phase).toBe('live'));
  expect(alertIds(live)).toEqual(['a']);
});

test('a server with another database is read anew', async () => {
  const server = new TestServer();
  server.raise('old-1');
  server.raise('old-2');
  const city = await openLive(server);
  server.cut();
  server.log = [];
  server.raise('new');
  server.up();
  await vi.waitFor(() => expect(alertIds(city)).toEqual(['new']));
  await vi.waitFor(() => expect(city.connection().phase).toBe('live'));
});

test('a silent line is asked, and one that does not answer is told as down', async () => {
  const server = new TestServer();
  const city = await openLive(server, { askAfterQuietMs: 20, downAfterQuietMs: 80 });
  server.raise('unsaid');
  await vi.waitFor(() => expect(alertIds(city)).toEqual(['unsaid']));
  server.reachable = false;
  await vi.waitFor(() => expect(city.connection().phase).toBe('down'));
  server.reachable = true;
  await vi.waitFor(() => expect(city.connection().phase).toBe('live'));
});

test('told that it sees other cameras now, it reads all anew, by the socket and while it catches up', async () => {
  const server = new TestServer();
  server.raise('a');
  const city = await openLive(server);
  const sight = () => {
    const seq = server.lastSeq + 1;
    server.log.push({ kind: 'sight', seq, entityId: '371402/', at: '2026-11-25T03:00:00Z', entity: null });
  };
  sight();
  server.send(1);
  await vi.waitFor(() => expect([server.loads, city.city().lastSeq, city.connection().phase]).toEqual([2, 2, 'live']));
  server.cut();
  sight();
  server.up();
  await vi.waitFor(() => expect([server.loads, city.city().lastSeq, city.connection().phase]).toEqual([3, 3, 'live']));
  server.raise('b');
  server.send(3);
  await vi.waitFor(() => expect(alertIds(city)).toContain('b'));
  expect(server.loads).toBe(3);
});
