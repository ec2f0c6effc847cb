import type { Server as HttpServer } from 'node:http';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import { accountOfToken } from '../accounts/sessions.ts';
import type { Account } from '../contract/account.ts';
import type { ClientToServerEvents, ServerToClientEvents } from '../contract/change.ts';
import { type ScopedBatch, seenBy } from './change-batches.ts';
import type { ServerContext } from './context.ts';
import { sessionToken } from './cookie.ts';
import { foreignOrigin } from './same-origin.ts';
import { notSignedIn } from './trouble.ts';
import { may } from './who-may.ts';

const RECHECK_MS = 30_000;
const LARGEST_MESSAGE_BYTES = 4096;

interface Session {
  token: string;
  account: Account;
}
type Sockets = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, Session>;
type WallSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, Session>;

/** The walls that are connected now. */
export interface Walls {
  /** Sends a batch to every wall, each account its own part, read and filtered once per scope. */
  send(batch: ScopedBatch): void;
  /** Looks again whether each socket's session still holds, and drops those where it does not. */
  recheck(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the sockets on an http server: for pages of this origin with a session, who listen and say nothing.
 * @param sentSeq the seq up to which batches were sent; the next batch a new socket gets begins there
 */
export function openWalls(http: HttpServer, context: ServerContext, sentSeq: () => number): Walls {
  const io: Sockets = new Server(http, {
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: LARGEST_MESSAGE_BYTES,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    connectTimeout: 10_000,
    allowRequest: (request, answer) => answer(null, foreignOrigin(request.headers) === null),
  });
  io.use((socket, next) => {
    admitSocket(socket, context).then(
      (refused) => next(refused ?? undefined),
      (error: unknown) => {
        context.log(
          `sockets: a session could not be checked: ${error instanceof Error ? error.message : String(error)}`,
        );
        next(new Error('unexpected'));
      },
    );
  });
  io.on('connection', (socket) => {
    socket.onAny(() => socket.disconnect(true));
    socket.join(roomOf(socket.data.account));
    socket.emit('hello', { lastSeq: sentSeq() });
  });

  const recheck = () => recheckAll(io, context);
  const timer = setInterval(() => void recheck(), RECHECK_MS);
  timer.unref();
  return {
    send: (batch) => sendToAll(io, batch),
    recheck,
    async close() {
      clearInterval(timer);
      io.disconnectSockets(true);
      await io.close();
    },
  };
}

/** Fills in whose socket it is; answers with the error that the page gets as `connect_error`. */
async function admitSocket(socket: WallSocket, context: ServerContext): Promise<Error | null> {
  const token = sessionToken(socket.handshake.headers.cookie);
  const account = token === null ? null : await accountOfToken(context.store.db, token);
  if (token === null || account === null) {
    const { problem } = notSignedIn();
    return Object.assign(new Error(problem.code), { data: problem });
  }
  socket.data = { token, account };
  return null;
}

/** Accounts of one scope see the same, so they share a room and a batch is filtered and encoded once for all of them. */
function roomOf(account: Account): string {
  const { division, department, unitId } = account;
  const own = may(account, 'changes.read') ? [] : [unitId];
  return `scope:${JSON.stringify([division, department, ...own])}`;
}

function sendToAll(io: Sockets, batch: ScopedBatch): void {
  const viewers = new Map<string, Account>();
  for (const { data } of io.sockets.sockets.values()) {
    if (data.account !== undefined) viewers.set(roomOf(data.account), data.account);
  }
  for (const [room, viewer] of viewers) io.to(room).emit('changes', seenBy(viewer, batch));
}

async function recheckAll(io: Sockets, context: ServerContext): Promise<void> {
  const accounts = new Map<string, Promise<Account | null>>();
  for (const socket of [...io.sockets.sockets.values()]) {
    const { token, account: before } = socket.data;
    if (token === undefined) continue;
    const asked = accounts.get(token) ?? accountOfToken(context.store.db, token).catch(() => null);
    accounts.set(token, asked);
    const now = await asked;
    if (now === null || roomOf(now) !== roomOf(before)) socket.disconnect(true);
  }
}
