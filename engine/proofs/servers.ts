import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT, until } from './product.ts';

export interface Served {
  url: string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

/** GStreamer's RTSP server, with Digest where credentials are given. */
export async function gstRtsp(
  port: number,
  clips: Record<string, string>,
  credentials?: { user: string; password: string },
): Promise<Served> {
  const auth = credentials ? ['--user', credentials.user, '--password', credentials.password] : [];
  const streams = Object.entries(clips).map(([name, file]) => `${name}=${file}`);
  const script = join(ROOT, 'engine/proofs/gst-rtsp-server.py');
  // Debian's python3 has the bindings; another one first in the path may not.
  const child = spawn('/usr/bin/python3', [script, '--port', String(port), ...auth, ...streams]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  await until(`GStreamer's server is ready: ${said}`, 20_000, async () => {
    if (child.exitCode !== null) throw new Error(`GStreamer's server ended: ${said}`);
    return said.includes('ready');
  });
  const login = credentials
    ? `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@`
    : '';
  return { url: `rtsp://${login}127.0.0.1:${port}`, kill: () => killed(child) };
}

/** The clip as a live HLS stream: segments of 2 s made by ffmpeg, served over HTTP. */
export async function hls(clip: string): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'chengnao-hls-'));
  const playlist = join(folder, 'live.m3u8');
  const packaging = ['-f', 'hls', '-hls_time', '2', '-hls_list_size', '5', '-hls_flags', 'delete_segments+temp_file'];
  const child = spawn('ffmpeg', [
    '-v',
    'error',
    '-re',
    '-stream_loop',
    '-1',
    '-i',
    clip,
    '-c',
    'copy',
    ...packaging,
    playlist,
  ]);
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(folder, basename(request.url ?? ''))));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await until('the first HLS segments', 30_000, async () => {
    try {
      return readFileSync(playlist, 'utf8').split('.ts').length > 3;
    } catch {
      return false;
    }
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live.m3u8`,
    async kill() {
      await killed(child);
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface CuttableLine {
  url: string;
  /** Resets what is open and refuses what is new. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A line to an HTTP server that can be cut, as a cable is. */
export async function cuttableLine(to: string): Promise<CuttableLine> {
  const target = new URL(to);
  const open = new Set<Socket>();
  let isCut = false;
  const server = createTcpServer((near) => {
    if (isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      reset();
    },
    mend() {
      isCut = false;
    },
    async close() {
      reset();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A port that nobody listens on. Below those that the system gives by itself: proofs run side by side, and one's outgoing line must
 * not take the port that another is about to listen on.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createTcpServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return Promise.resolve();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  return gone;
}
