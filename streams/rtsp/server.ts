import { type AddressInfo, createServer, type Socket } from 'node:net';
import { nowMs } from '../clock.ts';
import type { Clip } from '../files/clip.ts';
import { seeded } from '../seeded.ts';
import { Gate, type ServerAlgorithm, type ServerCredentials } from './server-gate.ts';
import { ServerSession, type Stage } from './server-session.ts';

export interface RtspServerOptions {
  /** 0 takes a free one. */
  port: number;
  host?: string;
  /** By path without the first slash. Many paths may share one clip: it is in memory once. */
  clips: Record<string, Clip>;
  credentials?: ServerCredentials;
  /** What Digest offers, in this order; default both. */
  algorithm?: ServerAlgorithm | readonly ServerAlgorithm[];
  /** Where in its clip the camera of a path is when the server starts; default: spread, so that not all key at once. */
  phaseMs?: (path: string, index: number, clip: Clip) => number;
  /** Default 60. */
  sessionTimeoutS?: number;
}

export interface RtspServer {
  readonly port: number;
  /** Clients that are playing. */
  readonly sessions: number;
  /** The address of a path, with the credentials. */
  url(path: string): string;
  /** Sends nothing for so long while all connections stay open; the clips' time goes on. */
  stall(ms: number): void;
  /** Resets all connections. */
  dropAll(): void;
  /** From now on loses this share of packets, 0..1, by a seeded generator. */
  lose(share: number, seed: number): void;
  /** From now on a request signed for the old nonce is answered `stale`. */
  renewNonce(): void;
  close(): Promise<void>;
}

const GOLDEN_RATIO = 0.618033988749895;

/**
 * A small RTSP server (TCP interleaved) that plays clips, looped and in real time, to any number of clients: for a
 * site without cameras, for tests and for benches. Every path is a live camera: all who join see the same moment.
 */
export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const host = options.host ?? '127.0.0.1';
  const algorithms = options.algorithm === undefined ? (['SHA-256', 'MD5'] as const) : [options.algorithm].flat();
  const startedAtMs = nowMs();
  const phases = new Map(
    Object.entries(options.clips).map(([path, clip], index) => [
      path,
      options.phaseMs?.(path, index, clip) ?? ((index * GOLDEN_RATIO) % 1) * clip.periodMs,
    ]),
  );
  let loss = { share: 0, random: seeded(0) };
  const stage: Stage = {
    gate: new Gate(options.credentials ?? null, algorithms),
    sessionTimeoutS: options.sessionTimeoutS ?? 60,
    faults: { stalledUntilMs: 0, loses: () => loss.share > 0 && loss.random() < loss.share },
    look: (path) => {
      const clip = options.clips[path];
      if (clip === undefined) return null;
      return { clip, positionMs: (nowMs() - startedAtMs + (phases.get(path) ?? 0)) % clip.periodMs };
    },
  };
  const sessions = new Map<Socket, ServerSession>();
  const server = createServer((socket) => {
    sessions.set(socket, new ServerSession(socket, stage));
    socket.on('close', () => sessions.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const dropAll = () => {
    for (const socket of sessions.keys()) socket.resetAndDestroy();
  };
  return {
    port,
    get sessions() {
      return [...sessions.values()].filter(({ playing }) => playing).length;
    },
    url: (path) => {
      const { username, password } = options.credentials ?? {};
      const credentials =
        username === undefined ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password ?? '')}@`;
      return `rtsp://${credentials}${host.includes(':') ? `[${host}]` : host}:${port}/${encodeURI(path)}`;
    },
    stall: (ms) => {
      stage.faults.stalledUntilMs = nowMs() + ms;
    },
    dropAll,
    lose: (share, seed) => {
      loss = { share, random: seeded(seed) };
    },
    renewNonce: () => stage.gate.renewNonce(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropAll();
      }),
  };
}
