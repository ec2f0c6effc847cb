import type { Socket } from 'node:net';
import { nowMs } from '../clock.ts';
import type { FaultCode } from '../faults.ts';
import { ParameterSets } from '../nal-units/parameter-sets.ts';
import type { Connection, Progress } from '../watch.ts';
import { Depacketiser, type ServerHabits } from './depacketiser.ts';
import { dial, faultOfSocket, readyEvent } from './dial.ts';
import { Gulps } from './gulps.ts';
import { InterleavedReader, type RtspMessage } from './interleaved.ts';
import { readWaiting } from './read-waiting.ts';
import { RefusedError, Requests } from './requests.ts';
import type { Route } from './route.ts';
import { readVideoTrack } from './sdp.ts';
import { UdpPorts } from './udp-ports.ts';

const DEFAULT_SESSION_TIMEOUT_S = 60;
/** A server that does not close after TEARDOWN is not waited for any longer. */
const GOODBYE_MS = 300;

/**
 * All cameras of a process receive into this one buffer: a chunk is used up before the next is read. A buffer for each
 * read costs the collector more than all of the parsing (measured: 1.2 ms per camera-second at 720p, 2 Mbit/s).
 */
const RECEIVED = Buffer.allocUnsafeSlow(64 * 1024);

/** One connection to one camera, from the TCP handshake to TEARDOWN. */
export class RtspConnection implements Connection {
  readonly #route: Route;
  readonly #url: string;
  readonly #habits: ServerHabits;
  readonly #progress: Progress;
  readonly #socket: Socket;
  readonly #requests: Requests;
  readonly #reader = new InterleavedReader({
    onPacket: (channel, data, start, end) => {
      if (channel === this.#channel) this.#depacketiser?.packet(data, start, end, this.#chunkAtMs);
    },
    onMessage: (message) => this.#requests.take(message),
  });
  #depacketiser: Depacketiser | null = null;
  #channel = 0;
  #chunkAtMs = 0;
  #sessionUrl: string | null = null;
  #udp: UdpPorts | null = null;
  #keepAlive: NodeJS.Timeout | null = null;
  readonly #gulps = new Gulps(() => this.#takeGulp());
  #keyUnits: number;
  #over = false;
  reached = false;

  constructor(route: Route, habits: ServerHabits, progress: Progress) {
    const address = route.address;
    this.#route = route;
    this.#url = address.plainUrl;
    this.#habits = habits;
    this.#progress = progress;
    this.#keyUnits = progress.counters.keyUnits;
    this.#socket = dial(address, {
      buffer: RECEIVED,
      callback: (bytes) => {
        this.#received(RECEIVED.subarray(0, bytes));
        return this.#readsOn(bytes);
      },
    });
    this.#requests = new Requests((text) => this.#socket.write(text), address.username, address.password);
    this.#listen(readyEvent(address));
  }

  async close(): Promise<void> {
    this.#over = true;
    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);
    this.#requests.end(new Error('closed'));
    this.#udp?.close();
    this.#udp = null;
    this.#gulps.close();
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (this.#sessionUrl === null || !socket.writable) {
      socket.destroy();
      return;
    }
    this.#requests.tell('TEARDOWN', this.#sessionUrl);
    // Between two gulps nothing is read, and the server's goodbye would not be seen.
    socket.resume();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.destroy(), GOODBYE_MS);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end();
    });
  }

  #received(chunk: Buffer): void {
    if (this.#over) return;
    this.#progress.counters.bytes += chunk.length;
    this.#chunkAtMs = nowMs();
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#end('garbled', (error as Error).message);
    }
  }

  /** After a chunk of plain TCP; a chunk that filled the buffer has more behind it. */
  #readsOn(bytes: number): boolean {
    const { counters, keyUnitsOnly } = this.#progress;
    if (counters.keyUnits > this.#keyUnits) {
      this.#keyUnits = counters.keyUnits;
      this.#gulps.keyCame(this.#chunkAtMs);
    }
    if (this.#over || this.#udp !== null || !keyUnitsOnly) return true;
    if (bytes === RECEIVED.length || this.#depacketiser?.keyBegan) return true;
    return this.#gulps.readOn(bytes, this.#chunkAtMs);
  }

  /** What has gathered while nothing was read; after it the same question again. */
  #takeGulp(): void {
    const bytes = this.#readWaiting();
    if (bytes !== null) {
      if (bytes > 0) this.#received(RECEIVED.subarray(0, bytes));
      else this.#chunkAtMs = nowMs();
      if (!this.#readsOn(bytes)) return;
    }
    this.#socket.resume();
  }

  #readWaiting(): number | null {
    try {
      return readWaiting(this.#socket, RECEIVED);
    } catch (error) {
      this.#socket.destroy(error as Error);
      return null;
    }
  }

  #listen(ready: ReturnType<typeof readyEvent>): void {
    this.#socket.on(ready, () => {
      this.reached = true;
      this.#play().catch((error: Error) => this.#refused(error));
    });
    // TLS alone delivers this way; plain TCP reads into RECEIVED.
    this.#socket.on('data', (chunk: Buffer) => this.#received(chunk));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      const [code, detail] = faultOfSocket(error);
      this.#end(code, detail);
    });
    this.#socket.on('close', () => this.#end('connection-lost', 'the camera closed the connection'));
  }

  async #play(): Promise<void> {
    const requests = this.#requests;
    const methods = await this.#methods();
    const described = await requests.ask('DESCRIBE', this.#url, { Accept: 'application/sdp' });
    const baseUrl =
      described.headers.get('content-base')?.[0] || described.headers.get('content-location')?.[0] || this.#url;
    const track = readVideoTrack(described.body, baseUrl);
    const sets = new ParameterSets(track.codec, track.parameterSets);
    this.#depacketiser = new Depacketiser({ ...track, sets }, this.#progress, this.#habits);

    const setUp = await this.#setUp(track.trackUrl);
    const [session, ...parameters] = (setUp.headers.get('session')?.[0] ?? '').split(';');
    if (session !== undefined && session !== '') requests.session = session.trim();
    this.#sessionUrl = track.sessionUrl;

    await requests.ask('PLAY', track.sessionUrl, { Range: 'npt=0.000-' });
    const timeoutS = Number(/timeout\s*=\s*(\d+)/i.exec(parameters.join(';'))?.[1]) || DEFAULT_SESSION_TIMEOUT_S;
    const method = methods.includes('GET_PARAMETER') ? 'GET_PARAMETER' : 'OPTIONS';
    if (this.#over) return;
    this.#keepAlive = setInterval(() => {
      // The watchdog judges by pictures: a server that refuses this and still plays is left in peace.
      requests.ask(method, track.sessionUrl).catch(() => {});
      this.#udp?.report();
    }, timeoutS * 500);
  }

  /** Over TCP, in this one connection; over a pair of UDP ports from a server that refuses that. */
  async #setUp(trackUrl: string): Promise<RtspMessage> {
    try {
      const setUp = await this.#requests.ask('SETUP', trackUrl, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' });
      const transport = setUp.headers.get('transport')?.[0] ?? '';
      this.#channel = Number(/interleaved=(\d+)/i.exec(transport)?.[1] ?? 0);
      return setUp;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== 'transport-refused') throw error;
    }
    const ports = await UdpPorts.bind(this.#socket);
    if (this.#over) {
      ports.close();
      throw new Error('closed');
    }
    this.#udp = ports;
    const setUp = await this.#requests.ask('SETUP', trackUrl, { Transport: ports.transport });
    const answered = setUp.headers.get('transport')?.[0] ?? '';
    ports.receive(
      answered,
      this.#socket.remoteAddress ?? '',
      (data, start, end, atMs) => this.#depacketiser?.packet(data, start, end, atMs),
      (bytes) => {
        this.#progress.counters.bytes += bytes;
      },
    );
    this.#progress.degraded('udp-only');
    return setUp;
  }

  /** What the server can do; nothing from one that does not answer OPTIONS well. */
  async #methods(): Promise<string> {
    try {
      const answer = await this.#requests.ask('OPTIONS', this.#url);
      return (answer.headers.get('public') ?? []).join(',').toUpperCase();
    } catch (error) {
      if (this.#over || !(error instanceof RefusedError)) throw error;
      // Some servers know no OPTIONS and still serve.
      if (error.status === 401 || error.location !== null) throw error;
      return '';
    }
  }

  #refused(error: Error): void {
    if (this.#over) return;
    const location = error instanceof RefusedError ? error.location : null;
    if (location !== null && this.#route.follow(location)) {
      this.#over = true;
      this.#progress.otherwise();
    } else if (error instanceof RefusedError) this.#end(error.code, error.message);
    else this.#end(error instanceof RangeError ? 'no-video' : 'garbled', error.message);
  }

  #end(code: FaultCode, detail: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#gulps.close();
    this.#route.backHome();
    this.#progress.ended(code, detail);
    this.#socket.destroy();
    this.#requests.end(new Error(detail));
  }
}
