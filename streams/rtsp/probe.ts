import type { Probe } from '../probe-answer.ts';
import { parseAddress, type StreamAddress } from './address.ts';
import { dial, faultOfSocket, readyEvent } from './dial.ts';
import { InterleavedReader } from './interleaved.ts';
import { RefusedError, Requests } from './requests.ts';
import { Route } from './route.ts';
import { readVideoTrack } from './sdp.ts';

/** Asks for OPTIONS and DESCRIBE, and for nothing that would make the camera play. Redirects are followed. */
export async function probeRtsp(url: string, timeoutMs: number): Promise<Probe> {
  let route: Route;
  try {
    route = new Route(parseAddress(url));
  } catch (error) {
    return { code: 'bad-address', reason: (error as Error).message, reached: true };
  }
  for (;;) {
    const answer = await describe(route.address, timeoutMs);
    const isSentOn = 'location' in answer && answer.location !== null && route.follow(answer.location);
    if (!isSentOn) return { code: answer.code, reason: answer.reason, reached: answer.reached };
  }
}

function describe(address: StreamAddress, timeoutMs: number): Promise<Probe & { location?: string | null }> {
  return new Promise((resolve) => {
    let reached = false;
    const socket = dial(address);
    const requests = new Requests((text) => socket.write(text), address.username, address.password);
    const reader = new InterleavedReader({ onPacket: () => {}, onMessage: (message) => requests.take(message) });
    const end = (code: Probe['code'], reason: string | null, location: string | null = null) => {
      clearTimeout(timer);
      resolve({ code, reason, reached, location });
      requests.end(new Error('closed'));
      socket.destroy();
    };
    const timer = setTimeout(() => {
      const span = `${(timeoutMs / 1000).toFixed(1)} s`;
      end('unreachable', reached ? `connected, and no answer for ${span}` : `no answer for ${span}`);
    }, timeoutMs);
    socket.on(readyEvent(address), () => {
      reached = true;
      ask(requests, address.plainUrl).then(
        () => end(null, null),
        (error: Error) => {
          if (error instanceof RefusedError) end(error.code, error.message, error.location);
          else end(error instanceof RangeError ? 'no-video' : 'garbled', error.message);
        },
      );
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        end('garbled', (error as Error).message);
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(...faultOfSocket(error)));
    socket.on('close', () => end('connection-lost', 'the camera closed the connection'));
  });
}

async function ask(requests: Requests, url: string): Promise<void> {
  try {
    await requests.ask('OPTIONS', url);
  } catch (error) {
    // Some servers know no OPTIONS and still serve.
    if (!(error instanceof RefusedError) || error.status === 401 || error.location !== null) throw error;
  }
  const described = await requests.ask('DESCRIBE', url, { Accept: 'application/sdp' });
  readVideoTrack(described.body, url);
}
