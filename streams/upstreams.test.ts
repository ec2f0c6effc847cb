import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Recorder } from './fixtures/listener.ts';
import { paintedClip } from './fixtures/painted-clip.ts';
import { type RtspServer, startRtspServer } from './rtsp/server.ts';
import { SharedStreams } from './upstreams.ts';

const clip = paintedClip({ frames: 40, keyIntervalFrames: 8 });
let server: RtspServer;
beforeEach(async () => {
  server = await startRtspServer({ port: 0, clips: { a: clip, b: clip } });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
});

const source = (path: string) => ({ kind: 'url', url: server.url(path) }) as const;
const keys = ({ units }: Recorder) => units.filter(({ key }) => key).length;

test('who looks at one address shares its connection, and it is closed when the last has left', async () => {
  const streams = new SharedStreams();
  const recorders = [new Recorder(), new Recorder(), new Recorder()];
  const [first, second, other] = recorders.map((each, i) => streams.open(source(i < 2 ? 'a' : 'b'), each));
  await Promise.all(recorders.map((each) => each.when(() => each.units.length >= 5)));
  expect([server.sessions, streams.size]).toEqual([2, 2]);
  expect(first!.counters).toBe(second!.counters);
  expect(first!.counters).not.toBe(other!.counters);
  expect(first!.lastUnitAtMs).toBe(second!.lastUnitAtMs);
  await first!.close();
  const had = [recorders[0]!.units.length, recorders[1]!.units.length];
  await recorders[1]!.when(() => recorders[1]!.units.length > had[1]! + 5);
  expect([recorders[0]!.units.length, streams.size]).toEqual([had[0], 2]);
  await Promise.all([second!.close(), second!.close(), other!.close()]);
  await expect.poll(() => server.sessions).toBe(0);
  expect(streams.size).toBe(0);
});

test('who joins late is told the present state at once, and gets whole units from the next key on', async () => {
  const streams = new SharedStreams();
  const early = new Recorder();
  const first = streams.open(source('a'), early);
  await early.when(() => early.units.length % 8 === 4);
  const late = new Recorder();
  const second = streams.open(source('a'), late);
  await Promise.resolve();
  expect(late.states.map(({ state }) => state)).toEqual(['playing']);
  await late.when(() => keys(late) >= 1 && late.units.length >= 10);
  const firstKey = late.units.findIndex(({ key }) => key);
  expect(firstKey).toBeGreaterThan(0);
  expect(late.units.map(({ whole }) => whole)).toEqual(late.units.map((_, i) => i >= firstKey));
  server.dropAll();
  await Promise.all([early.whenState('offline'), late.whenState('offline')]);
  await Promise.all([first.close(), second.close()]);
});

test('each gets what it wishes: the connection passes on all as long as anyone wants all', async () => {
  const streams = new SharedStreams();
  const sparing = new Recorder();
  const greedy = new Recorder();
  const first = streams.open(source('a'), sparing, { keyUnitsOnly: true });
  await sparing.when(() => keys(sparing) >= 1);
  const second = streams.open(source('a'), greedy);
  await greedy.when(() => keys(greedy) >= 2);
  expect(greedy.units.filter(({ key }) => !key).length).toBeGreaterThanOrEqual(7);
  expect(sparing.units.every(({ key }) => key)).toBe(true);

  const sinceKey = () => greedy.units.length - 1 - greedy.units.findLastIndex(({ key }) => key);
  await greedy.when(() => sinceKey() === 3);
  const missed = sinceKey();
  // From keys alone to all: what comes before the next key is not whole for it, though it is for the other.
  first.keyUnitsOnly = false;
  const from = sparing.units.length;
  await sparing.when(() => sparing.units.length >= from + 8);
  const since = sparing.units.slice(from);
  const key = since.findIndex((unit) => unit.key);
  expect(key).toBe(7 - missed);
  expect(since.map(({ whole }) => whole)).toEqual(since.map((_, i) => i >= key));

  first.keyUnitsOnly = second.keyUnitsOnly = true;
  const counted = [sparing.units.length, greedy.units.length];
  const accessUnits = first.counters.accessUnits;
  await greedy.when(() => keys({ units: greedy.units.slice(counted[1]) } as Recorder) >= 2);
  expect(greedy.units.slice(counted[1]).every((unit) => unit.key)).toBe(true);
  expect(sparing.units.slice(counted[0]).every((unit) => unit.key)).toBe(true);
  expect(first.counters.accessUnits).toBeGreaterThan(accessUnits + 8);
  await Promise.all([first.close(), second.close()]);
});

test('what one listener throws does not reach the others', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const streams = new SharedStreams();
  const angry = streams.open(source('a'), {
    onAccessUnit: () => {
      throw new Error('no');
    },
    onState: () => {
      throw new Error('never');
    },
  });
  const calm = new Recorder();
  const second = streams.open(source('a'), calm);
  await calm.when(() => calm.units.length >= 5);
  expect(calm.state).toBe('playing');
  await Promise.all([angry.close(), second.close()]);
  await expect.poll(() => said.mock.calls.length, { timeout: 3000 }).toBeGreaterThan(0);
});

test('an address that no opener knows is refused, and nothing is kept of it', () => {
  const streams = new SharedStreams();
  expect(() => streams.open({ kind: 'url', url: 'ftp://c/' }, new Recorder())).toThrow(RangeError);
  expect(streams.size).toBe(0);
});
