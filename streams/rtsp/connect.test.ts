import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { describe, expect, type TestContext, test } from 'vitest';
import { nowMs } from '../clock.ts';
import { Recorder } from '../fixtures/listener.ts';
import { paintedClip } from '../fixtures/painted-clip.ts';
import { openStream, type StreamOptions } from '../open-stream.ts';
import { type RtspServerOptions, startRtspServer } from './server.ts';

const clip = paintedClip({ frames: 40, slices: 2 });
const h265 = paintedClip({ codec: 'h265', bFrames: 2, frames: 40 });

async function serve({ onTestFinished }: TestContext, options: Partial<RtspServerOptions> = {}) {
  const server = await startRtspServer({ port: 0, clips: { live: clip, h265 }, phaseMs: () => 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

function watch({ onTestFinished }: TestContext, url: string, options: StreamOptions = {}) {
  const recorder = new Recorder();
  const stream = openStream({ kind: 'url', url }, recorder, options);
  onTestFinished(() => stream.close());
  return Object.assign(recorder, { stream });
}

const PASSWORD = 'p#a$s@s%/?词';

/** Equal but for the length of start codes. */
function sameUnit(a: Buffer, b: Buffer): boolean {
  const plain = (data: Buffer) => data.toString('latin1').replaceAll('\0\0\0\x01', '\0\0\x01');
  return plain(a) === plain(b);
}

describe.concurrent('a camera over RTSP', () => {
  test.for([
    { name: 'Digest SHA-256', algorithm: 'SHA-256', scheme: 'digest' },
    { name: 'Digest MD5', algorithm: 'MD5', scheme: 'digest' },
    { name: 'Basic', algorithm: 'MD5', scheme: 'basic' },
  ] as const)(
    '$name, H.264 and H.265: the units are the clip’s, whole, over its seam',
    async ({ algorithm, scheme }, context) => {
      const server = await serve(context, {
        algorithm,
        credentials: { username: 'admin', password: PASSWORD, scheme },
      });
      const cameras = [
        watch(context, server.url('live')),
        watch(context, `rtsp://admin:${PASSWORD}@127.0.0.1:${server.port}/h265`),
      ];
      for (const [i, camera] of cameras.entries()) {
        await camera.when(() => camera.units.length >= 44);
        const source = i === 0 ? clip : h265;
        const units = camera.units.slice(0, 44);
        const first = source.units.findIndex(({ data }) => sameUnit(data, Buffer.concat(units[0]!.parts)));
        units.forEach(({ parts, key, bytes, codec }, n) => {
          const expected = source.units[(first + n) % source.units.length]!;
          expect(sameUnit(Buffer.concat(parts), expected.data)).toBe(true);
          expect({ key, codec, bytes }).toEqual({
            key: expected.key,
            codec: source.codec,
            bytes: Buffer.concat(parts).length,
          });
        });
        const firstKey = units.findIndex(({ key }) => key);
        expect(units.every(({ whole }, n) => whole === n >= firstKey)).toBe(true);
        expect(camera.states.map(({ state }) => state)).toEqual(['connecting', 'playing']);
        expect(camera.stream.counters).toMatchObject({ lostPackets: 0, damagedUnits: 0, connects: 1 });
      }
      expect(server.sessions).toBe(2);
    },
  );

  test('a wrong password is offline after one signed try, masked, and is not tried again soon', async (context) => {
    const server = await serve(context, { credentials: { username: 'admin', password: 'right' } });
    const camera = watch(context, `rtsp://admin:wrong@127.0.0.1:${server.port}/live`, { firstRetryMs: 50 });
    await camera.whenState('offline');
    await sleep(400);
    expect(camera.reason).toBe('wrong user or password');
    expect(camera.stream.counters.connects).toBe(1);
    const none = watch(context, `rtsp://127.0.0.1:${server.port}/live`);
    await none.whenState('offline');
    expect(none.reason).toContain('asks for a user and password');
    const lost = watch(context, server.url('nowhere'));
    await lost.whenState('offline');
    expect(lost.reason).toBe('DESCRIBE was answered 404 Not Found');
  });

  test('keep-alives go on over a nonce that has become stale', async (context) => {
    const server = await serve(context, { credentials: { username: 'admin', password: 'x' }, sessionTimeoutS: 1 });
    const camera = watch(context, server.url('live'));
    await camera.whenState('playing');
    server.renewNonce();
    await sleep(1200);
    expect(camera.state).toBe('playing');
    expect(camera.stream.counters.connects).toBe(1);
  });

  test('a server that falls silent is lost within 4 s, and plays again within 1.2 s after it resumes', async (context) => {
    const server = await serve(context);
    const camera = watch(context, server.url('live'));
    await camera.when(() => camera.units.length > 5);
    const stalledAtMs = nowMs();
    server.stall(4200);
    await camera.whenState('offline');
    expect(nowMs() - stalledAtMs).toBeGreaterThan(3400);
    expect(nowMs() - stalledAtMs).toBeLessThan(4000);
    expect(camera.reason).toMatch(/^no picture for 3\.\d s$/);
    await camera.whenState('playing');
    expect(nowMs() - stalledAtMs - 4200).toBeLessThan(1200);
  });

  test('a server that is gone is seen at once, tried each second, and plays within 1.2 s after it is back', async (context) => {
    const server = await serve(context);
    const camera = watch(context, server.url('live'));
    await camera.whenState('playing');
    const goneAtMs = nowMs();
    await server.close();
    await camera.whenState('offline');
    expect(nowMs() - goneAtMs).toBeLessThan(200);
    await sleep(2300);
    expect(camera.reason).toBe('connection refused');
    expect(camera.stream.counters.connects).toBeLessThanOrEqual(4);
    const back = await startRtspServer({ port: server.port, clips: { live: clip } });
    context.onTestFinished(() => back.close());
    const backAtMs = nowMs();
    await camera.whenState('playing');
    expect(nowMs() - backAtMs).toBeLessThan(1200);
  });

  test('rtsps with a certificate of the camera’s own, and IPv6', async (context) => {
    const server = await serve(context, { host: '::1', credentials: { username: 'admin', password: 'x' } });
    const plain = watch(context, server.url('live'));
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'camera' }]);
    const tunnel = createTlsServer({ key, cert }, (socket) => {
      const inner = connect(server.port, '::1');
      socket.on('error', () => inner.destroy()).pipe(inner);
      inner.on('error', () => socket.destroy()).pipe(socket);
    });
    await new Promise<void>((resolve) => tunnel.listen(0, '127.0.0.1', resolve));
    context.onTestFinished(() => void tunnel.close());
    const { port } = tunnel.address() as AddressInfo;
    const secure = watch(context, `rtsps://admin:x@127.0.0.1:${port}/live`);
    await Promise.all([plain, secure].map((camera) => camera.when(() => camera.units.some(({ whole }) => whole))));
  });

  test('with 2 % of packets lost no unit that differs from the clip’s is called whole', async (context) => {
    const server = await serve(context, {
      clips: Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`c${i}`, i % 2 ? h265 : clip])),
    });
    server.lose(0.02, 7);
    const cameras = Array.from({ length: 8 }, (_, i) => watch(context, server.url(`c${i}`)));
    await sleep(4000);
    let damaged = 0;
    let whole = 0;
    for (const [i, camera] of cameras.entries()) {
      const known = new Set(
        (i % 2 ? h265 : clip).units.map(({ data }) => data.toString('latin1').replaceAll('\0\0\0\x01', '\0\0\x01')),
      );
      for (const unit of camera.units) {
        const isKnown = known.has(Buffer.concat(unit.parts).toString('latin1').replaceAll('\0\0\0\x01', '\0\0\x01'));
        if (unit.whole) expect(isKnown).toBe(true);
        if (unit.whole) whole++;
      }
      damaged += camera.stream.counters.damagedUnits;
    }
    expect(damaged).toBeGreaterThan(10);
    expect(whole).toBeGreaterThan(50);
  });

  test('a server that accepts and says nothing is given up, and closing does not wait for it', async (context) => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    context.onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      mute.close();
    });
    const { port } = mute.address() as AddressInfo;
    const camera = watch(context, `rtsp://u:p@127.0.0.1:${port}/x`, { silentAfterMs: 600 });
    const openedAtMs = nowMs();
    await camera.whenState('offline');
    expect(nowMs() - openedAtMs).toBeLessThan(1100);
    await sleep(500);
    const closedAtMs = nowMs();
    await camera.stream.close();
    expect(nowMs() - closedAtMs).toBeLessThan(1000);
    const connects = camera.stream.counters.connects;
    await sleep(300);
    expect(camera.stream.counters.connects).toBe(connects);
  });

  test('fifty dead addresses do not slow a good one, and all close within a second', async (context) => {
    const server = await serve(context);
    const dead = Array.from({ length: 50 }, (_, i) =>
      watch(context, i % 2 ? `rtsp://127.0.0.1:1/${i}` : `rtsp://nobody-${i}.invalid/x`, { firstRetryMs: 100 }),
    );
    const camera = watch(context, server.url('live'));
    await camera.whenState('playing');
    const before = camera.units.length;
    await sleep(1500);
    expect(camera.units.length - before).toBeGreaterThanOrEqual(26);
    const closedAtMs = nowMs();
    await Promise.all([camera, ...dead].map(({ stream }) => stream.close()));
    expect(nowMs() - closedAtMs).toBeLessThan(1000);
    expect(camera.state).toBe('playing');
  });

  test('keys only: the others are counted and not passed on; a listener that throws is called all the same', async (context) => {
    const server = await serve(context);
    let calls = 0;
    const stream = openStream(
      { kind: 'url', url: server.url('live') },
      {
        onAccessUnit: (unit) => {
          calls++;
          expect(unit.key).toBe(true);
          throw new Error('a listener’s own fault');
        },
        onState: () => {},
      },
      { keyUnitsOnly: true },
    );
    context.onTestFinished(() => stream.close());
    await sleep(1600);
    expect(calls).toBeGreaterThanOrEqual(2);
    expect(stream.counters.keyUnits).toBe(calls);
    expect(stream.counters.accessUnits).toBeGreaterThan(25);
    expect(nowMs() - stream.lastUnitAtMs).toBeLessThan(300);
  });
});
