import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { recordUse } from '../accounts/record-use.ts';
import { accountOfToken } from '../accounts/sessions.ts';
import { refusedCamera, withinSight } from '../accounts/sight.ts';
import { seesScope } from '../accounts/visible-to.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import type { StoredCamera } from '../cameras/stored-camera.ts';
import type { Account } from '../contract/account.ts';
import { Refusal } from '../contract/refusal.ts';
import { MOST_CAMERAS_PER_SOCKET, type Rendition, VIDEO_PATH, VideoWish } from '../contract/video.ts';
import { type ScopedBatch, sameScope } from './change-batches.ts';
import type { ServerContext } from './context.ts';
import { sessionToken } from './cookie.ts';
import { foreignOrigin } from './same-origin.ts';
import { troubleOf } from './trouble.ts';
import { type OpenableCamera, VideoChannels } from './video-channels.ts';
import { VideoClient } from './video-client.ts';
import { may } from './who-may.ts';

const RECHECK_MS = 30_000;
const PING_MS = 10_000;
const LARGEST_WISH_BYTES = 1024;
/** Wishes that may wait for the database; a page that has more is no page of ours. */
const MOST_WAITING = 4 * MOST_CAMERAS_PER_SOCKET;
/** Codes with which a socket is closed, beside those of RFC 6455. */
const SESSION_ENDED = 4401;
const NOT_UNDERSTOOD = 1008;
const UNEXPECTED = 1011;

/** The pages that look at video now. */
export interface VideoSockets {
  /** Cameras changed, or what is granted: who may not play them any more loses them. */
  changed(batch: ScopedBatch): void;
  /** Opens a camera that nobody looks at for a while, for single pictures of it. */
  glance(camera: OpenableCamera): void;
  /** Looks again whether each socket's session still holds, and drops those where it does not. */
  recheck(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the video socket on an http server: for pages of this origin whose account may see cameras. */
export function openVideoSockets(http: HttpServer, context: ServerContext, lingerMs?: number): VideoSockets {
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: LARGEST_WISH_BYTES });
  const channels = new VideoChannels<VideoClient>(context.live, lingerMs);
  const clients = new Map<WebSocket, VideoClient>();
  const { db } = context.store;

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (new URL(request.url ?? '/', 'http://this').pathname !== VIDEO_PATH) return;
    socket.on('error', () => socket.destroy());
    admitVideo(request, context).then(
      (admitted) => {
        if (typeof admitted === 'number') refuseUpgrade(socket, admitted);
        else wss.handleUpgrade(request, socket, head, (line) => serve(line, admitted.token, admitted.account));
      },
      (error: unknown) => refuseUpgrade(socket, troubleOf(error, context.log).status),
    );
  };
  http.on('upgrade', onUpgrade);

  function serve(line: WebSocket, token: string, account: Account): void {
    const client = new VideoClient(line, token, account);
    clients.set(line, client);
    let heard = true;
    const heart = setInterval(() => {
      if (!heard) line.terminate();
      heard = false;
      line.ping();
      // A page cannot see a ping.
      client.onNews({ kind: 'beat' });
    }, PING_MS);
    line.on('pong', () => {
      heard = true;
    });
    line.on('error', () => line.terminate());
    line.on('close', () => {
      clearInterval(heart);
      clients.delete(line);
      for (const { cameraId, as } of client.videos) channels.leave(cameraId, as, client);
    });
    let waiting = 0;
    let working = Promise.resolve();
    line.on('message', (data, isBinary) => {
      const wish = isBinary ? null : readWish(String(data));
      if (wish === null || ++waiting > MOST_WAITING) {
        line.close(NOT_UNDERSTOOD, wish === null ? 'expected a wish of the contract' : 'too many wishes at once');
        return;
      }
      working = working.then(async () => {
        await fulfil(line, client, wish);
        waiting--;
      });
    });
  }

  /** One wish of a page after the other. */
  async function fulfil(line: WebSocket, client: VideoClient, { kind, cameraId, as }: VideoWish): Promise<void> {
    if (kind === 'stop') {
      if (client.closed(cameraId, as)) channels.leave(cameraId, as, client);
      return;
    }
    if (client.has(cameraId, as)) return;
    const { account } = client;
    try {
      if (client.isFull) throw tooMany();
      const camera = await readCamera(db, account, cameraId, 'play');
      if (camera === null) throw await refusedCamera(db, account, cameraId, 'play');
      const opened = openable(camera);
      const isOwn = seesScope(account, camera);
      if (!isOwn) await recordUse(db, account, 'play', cameraId);
      // The page may have gone while the database answered.
      if (clients.get(line) !== client) return;
      channels.join(opened, as, client);
      client.opened(cameraId, as);
      // What was revoked meanwhile was not open yet when that was told.
      if (!isOwn) await dropWhatMayNotPlay(line, client);
    } catch (error) {
      client.onNews({ kind: 'refused', cameraId, as, problem: troubleOf(error, context.log).problem });
    }
  }

  async function cameraChanged(id: string): Promise<void> {
    const camera = await readCamera(db, null, id);
    if (camera?.config.source) channels.changed(openable(camera));
    for (const { viewer, as } of channels.viewersOf(id)) {
      const isOwn = camera !== null && seesScope(viewer.account, camera);
      if (!isOwn && !(await withinSight(db, viewer.account, 'play', [id])).has(id))
        takeAway(viewer, id, as, await refusedCamera(db, viewer.account, id, 'play'));
      else if (!camera?.config.source) takeAway(viewer, id, as, noStream(id));
    }
  }

  function takeAway(viewer: VideoClient, cameraId: string, as: Rendition, why: Refusal): void {
    if (!viewer.closed(cameraId, as)) return;
    channels.leave(cameraId, as, viewer);
    viewer.onNews({ kind: 'refused', cameraId, as, problem: troubleOf(why, context.log).problem });
  }

  /** Who cannot be told whether it may go on does not go on: its page comes back and asks anew. */
  async function dropWhatMayNotPlay(line: WebSocket, client: VideoClient): Promise<void> {
    const { videos } = client;
    if (videos.length === 0) return;
    try {
      const ids = videos.map(({ cameraId }) => cameraId);
      const playable = await withinSight(db, client.account, 'play', ids);
      for (const { cameraId, as } of videos)
        if (!playable.has(cameraId))
          takeAway(client, cameraId, as, await refusedCamera(db, client.account, cameraId, 'play'));
    } catch (error) {
      context.log(`video: rights not read, a page is cut off: ${troubleOf(error, context.log).message}`);
      line.close(UNEXPECTED, 'rights could not be read');
    }
  }

  async function recheck(): Promise<void> {
    const accounts = new Map<string, Promise<Account | null>>();
    for (const [line, client] of [...clients]) {
      const asked = accounts.get(client.token) ?? accountOfToken(db, client.token).catch(() => null);
      accounts.set(client.token, asked);
      const now = await asked;
      if (now === null || !sameRights(now, client.account)) line.close(SESSION_ENDED, 'the session has ended');
      else await dropWhatMayNotPlay(line, client);
    }
  }

  const timer = setInterval(() => void recheck(), RECHECK_MS);
  timer.unref();
  return {
    glance: (camera) => channels.glance(camera),
    recheck,
    changed(batch) {
      const sights = batch.items.filter(({ change }) => change.kind === 'sight').map((it) => it.changeScope);
      for (const [line, client] of clients)
        if (sights.some((scope) => sameScope(scope, client.account))) void dropWhatMayNotPlay(line, client);
      const ids = new Set(batch.items.filter(({ change }) => change.kind === 'camera').map((it) => it.change.entityId));
      for (const id of ids) {
        if (channels.viewersOf(id).length === 0) continue;
        cameraChanged(id).catch((error) =>
          context.log(`video: camera ${id}: ${troubleOf(error, context.log).message}`),
        );
      }
    },
    async close() {
      clearInterval(timer);
      http.off('upgrade', onUpgrade);
      for (const line of clients.keys()) line.terminate();
      channels.close();
      await new Promise((resolve) => wss.close(resolve));
    },
  };
}

/** Whose socket it would be, or the HTTP status that it is refused with. */
async function admitVideo(
  request: IncomingMessage,
  { store }: ServerContext,
): Promise<{ token: string; account: Account } | number> {
  if (foreignOrigin(request.headers) !== null) return 403;
  const token = sessionToken(request.headers.cookie);
  const account = token === null ? null : await accountOfToken(store.db, token);
  if (token === null || account === null) return 401;
  return may(account, 'cameras.read') ? { token, account } : 403;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function readWish(text: string): VideoWish | null {
  try {
    return VideoWish.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function openable({ id, config: { source } }: StoredCamera): OpenableCamera {
  if (!source) throw noStream(id);
  return { id, source };
}

function noStream(id: string): Refusal {
  return new Refusal(409, 'no-stream', `The camera "${id}" is registered without a stream.`, {
    got: 'no source',
    expected: 'a camera with the address of its stream',
  });
}

function tooMany(): Refusal {
  return new Refusal(409, 'too-many-videos', 'Too many cameras are open on this page.', {
    got: MOST_CAMERAS_PER_SOCKET + 1,
    expected: `at most ${MOST_CAMERAS_PER_SOCKET}`,
  });
}

function sameRights(a: Account, b: Account): boolean {
  const rights = ({ division, department, roles }: Account) => JSON.stringify([division, department, roles]);
  return rights(a) === rights(b);
}
