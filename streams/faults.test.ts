import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { KeyframeDecoders } from './decoders.ts';
import { FAULTS, type FaultCode } from './faults.ts';
import { PLAYLISTS, startFaultPlaylists } from './fixtures/fault-playlists.ts';
import { type FaultServer, startFaultServer } from './fixtures/fault-server.ts';
import { Recorder } from './fixtures/listener.ts';
import { SCENARIOS } from './fixtures/scenarios.ts';
import { openStream, type Stream, type StreamOptions } from './open-stream.ts';

type Camera = Recorder & { stream: Stream };

interface Row {
  camera: string;
  /** playing: nothing is wrong, whatever the camera does. */
  fault: FaultCode | 'playing';
  /** How the address is written, where it is not the scenario's. */
  url?: (url: string) => string;
  options?: StreamOptions;
  /** What holds besides, once that state is reached. */
  proof?: (camera: Camera) => Promise<void> | void;
}

/** Pictures that decode from the whole keys so far. */
function decoded({ units }: Camera): { widthPx: number; heightPx: number }[] {
  const decoders = new KeyframeDecoders();
  const sizes = units.flatMap((unit) => {
    const frame = decoders.decode(unit);
    return frame === null ? [] : [{ widthPx: frame.widthPx, heightPx: frame.heightPx }];
  });
  decoders.close();
  return sizes;
}

const keys = (count: number) => async (camera: Camera) => {
  const wholeKeys = () => camera.units.filter(({ key, whole }) => key && whole).length;
  await camera.when(() => wholeKeys() >= count);
  expect(decoded(camera).length).toBe(wholeKeys());
};
const sizes = (...wanted: [widthPx: number, heightPx: number][]) => {
  return async (camera: Camera) => {
    const seen = () => new Set(decoded(camera).map(({ widthPx, heightPx }) => `${widthPx}×${heightPx}`));
    const all = wanted.map(([widthPx, heightPx]) => `${widthPx}×${heightPx}`);
    await camera.when(() => camera.units.at(-1)?.key === true && all.every((size) => seen().has(size)));
  };
};
/** The clock of a unit is its arrival: it runs on at the pace of real time, whatever the camera's timestamps do. */
const arrivalTimes = async (camera: Camera) => {
  await camera.when(() => camera.units.length >= 30);
  const atMs = camera.units.map(({ capturedAtMs }) => capturedAtMs);
  expect(atMs.every((at, i) => i === 0 || at >= atMs[i - 1]!)).toBe(true);
  expect(Math.abs(atMs[29]! - atMs[0]! - 29 * 50)).toBeLessThan(300);
  expect(camera.units.slice(10).every(({ whole }) => whole)).toBe(true);
};
const stays = (ms: number, connects = 1) => {
  return async (camera: Camera) => {
    const state = camera.state;
    await sleep(ms);
    expect(camera.state).toBe(state);
    expect(camera.stream.counters.connects).toBe(connects);
  };
};
const reason = (text: RegExp) => (camera: Camera) => expect(camera.reason).toMatch(text);

const ROWS: Row[] = [
  { camera: 'silent-after-connect', fault: 'silent', proof: (camera) => seenWithin(camera, 4000) },
  { camera: 'silent-mid-stream', fault: 'silent', proof: reason(/^no picture for 3\.\d s$/) },
  { camera: 'reset', fault: 'connection-lost', proof: (camera) => camera.whenState('playing') },
  { camera: 'reset-at-once', fault: 'connection-lost', proof: reason(/reset/) },
  { camera: 'good', url: () => 'rtsp://127.0.0.1:1/x', fault: 'unreachable', proof: reason(/refused/) },
  { camera: 'good', url: () => 'rtsp://nobody.invalid/x', fault: 'unknown-host' },
  { camera: 'good', url: () => 'rtsp://', fault: 'bad-address' },
  { camera: 'digest-md5', fault: 'playing' },
  { camera: 'digest-sha-256', fault: 'playing' },
  {
    camera: 'wrong-password',
    url: (url) => url.replace('another', 'wrong'),
    fault: 'wrong-credentials',
    proof: stays(500),
  },
  { camera: 'wrong-password', url: (url) => url.replace(/admin.*@/, ''), fault: 'credentials-missing' },
  { camera: 'odd-sign-in', fault: 'sign-in-unknown', proof: reason(/Negotiate/) },
  { camera: 'forbidden', fault: 'forbidden' },
  { camera: 'nowhere', fault: 'not-found' },
  { camera: 'busy', fault: 'busy' },
  { camera: 'no-transport', fault: 'transport-refused' },
  { camera: 'udp', fault: 'udp-only', proof: overUdp },
  { camera: 'redirect', fault: 'playing', proof: stays(300, 2) },
  { camera: 'redirect-circle', fault: 'redirected-away' },
  { camera: 'redirect-elsewhere', fault: 'redirected-away' },
  { camera: 'server-error', fault: 'server-error', proof: reason(/^PLAY was answered 500/) },
  { camera: 'audio', fault: 'no-video' },
  { camera: 'garbage', fault: 'garbled' },
  { camera: 'wrong-codec', fault: 'playing', proof: async (camera) => comesAs(camera, 'h265') },
  { camera: 'wrong-codec-back', fault: 'playing', proof: async (camera) => comesAs(camera, 'h264') },
  { camera: 'mid-gop', fault: 'playing', proof: joinedInTheMiddle },
  { camera: 'b-frames', fault: 'playing', proof: keys(3) },
  { camera: 'slice-missing', fault: 'damaged', proof: (camera) => expect(decoded(camera)).toEqual([]) },
  { camera: 'lossy', fault: 'damaged', proof: reasonless },
  { camera: 'day-jump', fault: 'playing', proof: arrivalTimes },
  { camera: 'time-backwards', fault: 'playing', proof: arrivalTimes },
  { camera: 'odd-size', fault: 'playing', proof: sizes([1920, 1072]) },
  { camera: 'portrait', fault: 'playing', proof: sizes([192, 320]) },
  { camera: 'size-change', fault: 'playing', proof: sizes([320, 192], [480, 272]) },
  { camera: 'one-fps', fault: 'playing', proof: stays(4500) },
  { camera: 'sixty-fps', fault: 'playing', proof: keys(3) },
  { camera: 'long-gop', fault: 'playing', options: { keyUnitsOnly: true }, proof: stays(4500) },
  { camera: 'good', url: () => 'file:///nowhere/x.mp4', fault: 'file-unreadable' },
];

const PLAYLIST_ROWS: Row[] = [
  { camera: 'hls-fmp4', fault: 'playing', proof: keys(2) },
  { camera: 'hls-byte-ranges', fault: 'playing', proof: keys(2) },
  { camera: 'hls-some-segments-404', fault: 'playing', proof: keys(2) },
  { camera: 'hls-all-segments-404', fault: 'silent', options: { silentAfterMs: 3000 } },
  { camera: 'hls-404', fault: 'not-found' },
  { camera: 'hls-401', fault: 'wrong-credentials' },
  { camera: 'hls-403', fault: 'forbidden' },
  { camera: 'hls-503', fault: 'busy' },
  { camera: 'hls-500', fault: 'server-error' },
  { camera: 'hls-ends', fault: 'playlist-ended' },
];

function seenWithin({ states }: Camera, ms: number): void {
  expect(states.at(-1)!.atMs - states[0]!.atMs).toBeLessThan(ms);
}

function reasonless({ reason, states }: Camera): void {
  expect(reason).toBeNull();
  expect(states.map(({ state }) => state)).toEqual(['connecting', 'playing', 'degraded']);
}

async function comesAs(camera: Camera, codec: 'h264' | 'h265'): Promise<void> {
  await keys(2)(camera);
  expect(camera.units.filter(({ whole }) => whole).every((unit) => unit.codec === codec)).toBe(true);
}

async function joinedInTheMiddle(camera: Camera): Promise<void> {
  await camera.when(() => camera.units.length >= 10);
  const firstKey = camera.units.findIndex(({ key }) => key);
  expect(firstKey).toBeGreaterThan(0);
  expect(camera.units.map(({ whole }) => whole)).toEqual(camera.units.map((_, i) => i >= firstKey));
}

/** Neighbours that changed places are in order again; what is lost damages its picture and the rest till the next key. */
async function overUdp(camera: Camera): Promise<void> {
  await camera.when(() => camera.stream.counters.lostPackets >= 3 && decoded(camera).length >= 1);
  expect(camera.units.some(({ whole }) => !whole)).toBe(true);
  const known = new Set(SCENARIOS.udp.clip.units.map(({ data }) => plain(data)));
  const whole = camera.units.filter((unit) => unit.whole);
  expect(whole.every(({ parts }) => known.has(plain(Buffer.concat(parts))))).toBe(true);
  await camera.stream.close();
  expect(server.requests).toContain('udp TEARDOWN');
}

const plain = (data: Buffer) => data.toString('latin1').replaceAll('\0\0\0\x01', '\0\0\x01');

function open({ onTestFinished }: TestContext, url: string, options: StreamOptions = {}): Camera {
  const recorder = new Recorder();
  const stream = openStream({ kind: 'url', url }, recorder, options);
  onTestFinished(() => stream.close());
  return Object.assign(recorder, { stream });
}

async function prove(context: TestContext, url: string, { fault, options, proof }: Row): Promise<void> {
  const camera = open(context, url, options);
  const state = fault === 'playing' ? 'playing' : FAULTS[fault].state;
  await camera.when(() => camera.state === state && camera.code === (fault === 'playing' ? null : fault));
  expect(`${camera.reason}`).not.toMatch(/:\/\//);
  await proof?.(camera);
}

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer(SCENARIOS);
});
afterAll(() => server.close());

describe.concurrent('a camera over RTSP that misbehaves', () => {
  test.for(ROWS)('$camera → $fault', async (row, context) => {
    const url = server.url(row.camera);
    await prove(context, row.url?.(url) ?? url, row);
  });

  test('fifty dead cameras cost a good one less than 1 % of its pictures', async (context) => {
    const own = await startFaultServer(SCENARIOS, '::1');
    context.onTestFinished(() => own.close());
    const dead = ['silent-after-connect', 'reset-at-once', 'nowhere', 'busy', 'forbidden'];
    for (let i = 0; i < 50; i++) open(context, own.url(dead[i % dead.length]!), { firstRetryMs: 100 });
    const camera = open(context, own.url('digest-sha-256'));
    await camera.whenState('playing');
    await sleep(5000);
    const sent = own.sent('digest-sha-256');
    expect(sent).toBeGreaterThan(80);
    expect(camera.stream.counters.accessUnits).toBeGreaterThanOrEqual(sent - 1 - sent * 0.01);
    expect(camera.stream.counters.damagedUnits).toBe(0);
  });
});

describe.skipIf(!hasFfmpeg)('an HLS camera that misbehaves', () => {
  let playlists: Awaited<ReturnType<typeof startFaultPlaylists>>;
  beforeAll(async () => {
    playlists = await startFaultPlaylists(PLAYLISTS);
  });
  afterAll(() => playlists.close());

  test.concurrent.for(PLAYLIST_ROWS)('$camera → $fault', async (row, context) => {
    await prove(context, playlists.url(row.camera), row);
  });
});

test('every fault of the table has a camera that shows it', () => {
  const shown = new Set([...ROWS, ...PLAYLIST_ROWS].map(({ fault }) => fault));
  // Shown in ffmpeg.test.ts, which takes the program away.
  const elsewhere = ['program-missing'];
  expect(Object.keys(FAULTS).filter((code) => !shown.has(code as FaultCode))).toEqual(elsewhere);
});
