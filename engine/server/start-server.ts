import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import compression from 'compression';
import express from 'express';
import { nowMs } from '#streams/clock.ts';
import { maskAddress } from '#streams/mask.ts';
import { AlgorithmUploads } from '../algorithms/uploads.ts';
import type { BasemapTiles } from '../basemaps/basemap-tiles.ts';
import { BindingWatch } from '../bindings/binding-watch.ts';
import { CameraImports } from '../camera-imports/camera-imports.ts';
import type { Outlines } from '../cameras/counties.ts';
import { casePolicyOf } from '../cases/case-clocks.ts';
import { MediaCopies } from '../clips/media-copies.ts';
import { watchGrants } from '../libraries/watch-grants.ts';
import { FinishedDays } from '../online-rates/finished-days.ts';
import { PtzDesk } from '../ptz/ptz-desk.ts';
import { CameraTiles } from '../tiles/camera-tiles.ts';
import { CaseTexts } from './case-texts.ts';
import { openChangeSender } from './change-sender.ts';
import type { ServerContext } from './context.ts';
import { securityHeaders } from './headers.ts';
import { answerErrors, mountRoutes } from './mount.ts';
import { openField } from './open-field.ts';
import { openApiDocument } from './openapi.ts';
import { servePage } from './page.ts';
import { Proof } from './proof.ts';
import type { Tls } from './self-signed.ts';
import { openWalls } from './sockets.ts';
import { ROUTES } from './table.ts';
import { openVideoSockets } from './video-sockets.ts';

/** Cases opened now may run so far. */
const LOOKED_AHEAD_MS = 31 * 86_400_000;
const GRACE_MS = 300;

/** `port` 0 takes a free one. `host` absent: all of the machine's addresses. `metricsToken` absent: see the environment. */
export interface ServerOptions
  extends Omit<
    ServerContext,
    | 'casePolicy'
    | 'caseTexts'
    | 'basemap'
    | 'tiles'
    | 'finishedDays'
    | 'imports'
    | 'algorithms'
    | 'proof'
    | 'bindings'
    | 'siteModel'
    | 'copies'
    | 'ptz'
    | 'field'
    | 'notices'
    | 'townships'
    | 'secure'
    | 'metricsToken'
    | 'openApi'
    | 'glance'
    | 'sessionsEnded'
  > {
  port: number;
  host?: string;
  tls?: Tls;
  metricsToken?: string;
  /** Whom push services may ask about what they are sent. */
  pushContact?: string;
  /** The labels of the site’s model; absent: not known. */
  modelLabels?: readonly string[] | undefined;
  basemap?: BasemapTiles | null;
  townships?: Outlines | null;
  /** How long a camera that nobody looks at any more stays open; 10 s. */
  videoLingerMs?: number;
  /** Where the page was built to. */
  pageDir: string;
}

export interface RunningServer {
  /** Where this machine reaches it: "http://localhost:8080". */
  address: string;
  /** Ends all connections; done within a second. */
  close(): Promise<void>;
}

/**
 * Starts the API, the walls' sockets and the page on one port.
 * @throws Error with a plain sentence when the port is in use or not allowed
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { store, settings, counties, live, version, log, port, host, tls, pageDir } = options;
  const document = openApiDocument(ROUTES, version);
  const imports = new CameraImports({
    db: store.db,
    area: { division: settings.division, counties },
    onChanged: async (ids) => {
      for (const id of ids) await live.refresh(id);
    },
    say: (line) => log(maskAddress(line)),
  });
  await imports.start();
  const say = (line: string) => log(maskAddress(line));
  const algorithms = new AlgorithmUploads({
    db: store.db,
    folder: join(dirname(store.evidenceDir), 'algorithms'),
    say,
  });
  await algorithms.start();
  const proof = new Proof({ store, say });
  await proof.start();
  const bindings = new BindingWatch({ db: store.db, refresh: (ids) => live.refreshAll(ids), say });
  bindings.start();
  const copies = new MediaCopies(join(dirname(store.evidenceDir), 'copies'), settings.timeZone);
  const ptz = new PtzDesk({
    db: store.db,
    nowMs,
    onLease: (id) => live.refresh(id),
    say: (line) => log(maskAddress(line)),
  });
  await ptz.start();
  const patrol = openField(store, settings.timeZone, say, options.pushContact);
  const casePolicy = casePolicyOf(settings);
  const soon = new Date(nowMs() + LOOKED_AHEAD_MS).getUTCFullYear();
  if (!casePolicy.calendar.isAnnounced(soon))
    log(`case clocks: the holidays of ${soon} are not known yet; until then its weekends alone are off`);
  const context: ServerContext = {
    store,
    settings,
    casePolicy,
    caseTexts: new CaseTexts(store.db),
    counties,
    basemap: options.basemap ?? null,
    townships: options.townships ?? null,
    live,
    tiles: new CameraTiles(store),
    finishedDays: new FinishedDays(),
    imports,
    algorithms,
    proof,
    bindings,
    siteModel: { name: settings.model, labels: options.modelLabels ?? null },
    copies,
    ptz,
    field: patrol.field,
    notices: patrol.notices,
    version,
    log,
    secure: tls !== undefined,
    metricsToken: options.metricsToken ?? process.env.CHENGNAO_METRICS_TOKEN ?? null,
    openApi: () => document,
    glance: (camera) => video.glance(camera),
    sessionsEnded: () => void Promise.all([walls.recheck(), video.recheck()]),
  };
  const app = express();
  app.set('query parser', 'simple');
  app.use(securityHeaders(tls === undefined ? 'http' : tls.selfSigned === true ? 'self-signed' : 'https'));
  app.use(compression());
  mountRoutes(app, ROUTES, context);
  servePage(app, pageDir);
  answerErrors(app, context);

  const http =
    tls === undefined
      ? createServer(app)
      : createTlsServer({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' }, app);
  const connections = new Set<Socket>();
  http.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const sender = await openChangeSender(context);
  const walls = openWalls(http, context, () => sender.sentSeq);
  const video = openVideoSockets(http, context, options.videoLingerMs);
  const grants = watchGrants(store.db, log);
  sender.start((batch) => {
    walls.send(batch);
    video.changed(batch);
  });
  try {
    await listen(http, port, host);
  } catch (error) {
    await Promise.all([grants.close(), sender.close(), walls.close(), video.close(), ptz.close(), patrol.close()]);
    throw error;
  }

  const { port: heardPort } = http.address() as AddressInfo;
  return {
    address: `${tls === undefined ? 'http' : 'https'}://localhost:${heardPort}`,
    async close() {
      const rest = setTimeout(() => {
        for (const socket of connections) socket.destroy();
      }, GRACE_MS);
      await Promise.all([
        grants.close(),
        sender.close(),
        walls.close(),
        video.close(),
        imports.close(),
        algorithms.close(),
        proof.close(),
        bindings.close(),
        copies.close(),
        ptz.close(),
        patrol.close(),
      ]);
      clearTimeout(rest);
    },
  };
}

function listen(http: HttpServer, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => reject(listenTrouble(error, port)));
    http.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  });
}

function listenTrouble(error: NodeJS.ErrnoException, port: number): Error {
  const remedy = 'set CHENGNAO_PORT to another port';
  const sentence: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use: end what listens there, or ${remedy}.`,
    EACCES: `Port ${port} is not open to this user: ${remedy}, 1024 or above.`,
    EADDRNOTAVAIL: `CHENGNAO_HOST is not an address of this machine.`,
  };
  return new Error(sentence[error.code ?? ''] ?? `The server cannot listen on port ${port}: ${error.message}`, {
    cause: error,
  });
}
