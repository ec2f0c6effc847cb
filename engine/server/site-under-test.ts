import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import { CaseChecks } from '#config/case-checks.ts';
import { CASE_CLASSES } from '#config/case-classes.ts';
import { CaseClocks } from '#config/case-clocks.ts';
import { createAccount } from '../accounts/accounts.ts';
import { AlertDesk } from '../alerts/desk.ts';
import { alertsAfter } from '../alerts/read-alerts.ts';
import type { BasemapTiles } from '../basemaps/basemap-tiles.ts';
import type { Counties } from '../cameras/counties.ts';
import type { Role } from '../contract/account.ts';
import type { County } from '../contract/camera.ts';
import type { Box, SceneReport } from '../contract/observation.ts';
import { Refusal } from '../contract/refusal.ts';
import type { RenditionListener } from '../renditions/render.ts';
import type { VideoTap } from '../shards/views.ts';
import { openStore, type Store } from '../store/open-store.ts';
import type { SiteSettings } from './context.ts';
import { SESSION_COOKIE } from './cookie.ts';
import type { LiveCameras } from './live.ts';
import { startServer } from './start-server.ts';

const PASSWORD = 'correct horse battery';

/** A city of two counties, west and east of 116.5°, with a store and a server of its own; for tests. */
export interface SiteUnderTest {
  address: string;
  dataDir: string;
  store: Store;
  counties: Counties;
  live: LentCameras;
  /** Lets a parked car be seen at a camera until it is an alert; answers with the alert's id. */
  raiseAlert(cameraId: string, lngLat: [number, number]): Promise<string>;
  /** What the server wrote to its log. */
  logLines: string[];
  /** Makes an account and signs it in; answers with its requests. */
  signIn(person: Person): Promise<Client>;
  /** Requests without a session. */
  stranger: Client;
  close(): Promise<void>;
}

interface Person {
  username: string;
  roles?: Role[];
  division?: string;
  department?: string | null;
}

export interface Client {
  cookie: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<Answer>;
}

interface Answer {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, else null. */
  json: never;
  text: string;
}

/** The engine's part, as a test sets it. */
interface LentCameras extends LiveCameras {
  pictures: Map<string, { jpeg: Uint8Array; capturedAtMs: number }>;
  refreshed: string[];
  /** What each camera shows, as its shard would say. */
  shown: Map<string, Awaited<ReturnType<LiveCameras['fingerprintNow']>>>;
  /** What is coded again now; one at a time. */
  renditions: Set<LentRendition>;
  /** The taps that are open now, by camera. */
  taps: Map<string, VideoTap>;
}

interface LentRendition {
  listener: RenditionListener;
  /** The pictures that it was given. */
  pushed: Uint8Array[];
}

const RENDITION_CHANNEL = 1000;

export const CITY = '371400';
export const WEST: County = { code: '371402', name: '德城区' };
export const EAST: County = { code: '371403', name: '陵城区' };
export const IN_WEST: [number, number] = [116.3, 37.4];
export const IN_EAST: [number, number] = [116.7, 37.4];

export const SETTINGS: SiteSettings = {
  name: { zh: '德州', en: 'Dezhou' },
  division: CITY,
  timeZone: 'Asia/Shanghai',
  centre: [116.5, 37.4],
  zoom: 11,
  suppressionMs: 7 * 86_400_000,
  model: 'street',
  caseClocks: CaseClocks.parse({}),
  caseClasses: [...CASE_CLASSES],
  caseChecks: CaseChecks.parse({}),
  boundaries: { path: 'none.geojson', crs: 'WGS84', attribution: 'test data' },
  rules: {
    'illegal-parking': { dwellMs: 60_000, severity: 'major', codeset: 'CJ/T 214', code: '05-05' },
    'exposed-garbage': { dwellMs: 30_000, severity: 'minor', codeset: 'CJ/T 214', code: '01-02' },
    'street-vendor': { dwellMs: 60_000, severity: 'minor', codeset: 'CJ/T 214', code: '05-01' },
    'unleashed-dog': { dwellMs: 10_000, severity: 'info', codeset: 'local', code: '01-84' },
  },
};

export async function openSiteUnderTest(
  options: { metricsToken?: string; videoLingerMs?: number } = {},
): Promise<SiteUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chengnao-server-'));
  const store = await openStore({ dataDir });
  const logLines: string[] = [];
  const live = lentCameras();
  const counties = twoCounties();
  const server = await startServer({
    store,
    counties,
    basemap: oneTile(),
    live,
    port: 0,
    host: '127.0.0.1',
    pageDir: join(dataDir, 'no-page'),
    version: '0.0.0-test',
    log: (line) => logLines.push(line),
    ...options,
    settings: SETTINGS,
    // What townships have is what counties have.
    townships: counties.geojson,
  });
  const address = server.address.replace('localhost', '127.0.0.1');
  const { evidenceDir } = store;
  const desk = new AlertDesk({
    store,
    evidenceDir,
    counties,
    settings: () => ({ rules: SETTINGS.rules, endAfterMs: 12_000 }),
    log: (line) => logLines.push(line),
  });
  return {
    address,
    dataDir,
    store,
    counties,
    live,
    logLines,
    stranger: client(address, ''),
    async signIn({ username, roles = ['operator'], division = CITY, department = null }) {
      await createAccount(store.db, {
        username,
        displayName: username,
        password: PASSWORD,
        roles,
        division,
        department,
      });
      return signedIn(address, username, PASSWORD);
    },
    async raiseAlert(cameraId, lngLat) {
      const before = new Set((await alertsAfter(store.db, null, 0, 500)).items.map(({ id }) => id));
      await desk.receive(parkedCar(cameraId, lngLat));
      const raised = (await alertsAfter(store.db, null, 0, 500)).items.find(({ id }) => !before.has(id));
      if (raised === undefined) throw new Error(`no alert was raised at ${cameraId}`);
      return raised.id;
    },
    async close() {
      await desk.close();
      await server.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Signs in over the wire; answers with the requests of that session. */
export async function signedIn(address: string, username: string, password: string): Promise<Client> {
  const answer = await client(address, '').send('POST', '/api/session', { username, password });
  const cookie = new RegExp(`${SESSION_COOKIE}=[^;]+`).exec(answer.headers.get('set-cookie') ?? '')?.[0];
  if (cookie === undefined) throw new Error(`${username} could not sign in: ${answer.status} ${answer.text}`);
  return client(address, cookie);
}

function client(address: string, cookie: string): Client {
  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(address + path, { method, headers: { ...type, cookie, ...headers }, ...sent });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: (isJson ? JSON.parse(text) : null) as never,
    };
  }
  return { cookie, send, get: (path) => send('GET', path) };
}

function lentCameras(): LentCameras {
  const pictures: LentCameras['pictures'] = new Map();
  const refreshed: string[] = [];
  const taps: LentCameras['taps'] = new Map();
  const renditions: LentCameras['renditions'] = new Set();
  let channel = 0;
  return {
    renditions,
    pictures,
    refreshed,
    taps,
    view({ id }, tap) {
      if (taps.has(id)) throw new Error(`camera ${id} is tapped already`);
      taps.set(id, tap);
      tap.onOpened(++channel);
      return () => taps.delete(id);
    },
    render(listener) {
      if (renditions.size >= 1) throw new Refusal(409, 'too-many-renditions', 'Too many.', { got: 2, expected: 1 });
      const rendition: LentRendition = { listener, pushed: [] };
      renditions.add(rendition);
      return {
        channel: RENDITION_CHANNEL + ++channel,
        push: (message) => rendition.pushed.push(message),
        close: () => renditions.delete(rendition),
      };
    },
    lastFrameAtMs: (id) => pictures.get(id)?.capturedAtMs ?? null,
    shown: new Map(),
    async fingerprintNow(id) {
      return this.shown.get(id) ?? null;
    },
    currentPicture: async (id) => pictures.get(id) ?? null,
    health: () => ({
      cameras: { online: 1, offline: 0 },
      shards: [{ id: '1', state: 'running', cameras: 1, provider: 'cpu', verifiers: [], restarts: 0, uptimeMs: 1000 }],
    }),
    load: () => ({ cores: 2, measuredMs: 0, usedCores: null, cameras: new Map() }),
    metricsText: async () => '# HELP chengnao_up 1\nchengnao_up 1\n',
    versionsMoved: async () => undefined,
    rollout: () => ({ runs: null, open: 0, down: 0, looks: 0, lookMs: null, rssBytes: 0, cameras: [] }),
    async refresh(id) {
      refreshed.push(id);
    },
    async refreshAll(ids) {
      refreshed.push(...ids);
    },
  };
}

/** A base map of which every tile is the same few bytes. */
function oneTile(): BasemapTiles {
  const bounds: BasemapTiles['about']['bounds'] = [116, 37, 117, 38];
  return {
    about: { kind: 'pictures', minZoom: 1, maxZoom: 18, bounds, vectorLayers: [], attribution: 'test data' },
    tile: async () => ({ bytes: Buffer.from('a tile'), mediaType: 'image/png' }),
    close: async () => undefined,
  };
}

function twoCounties(): Counties {
  const box = (west: number, east: number): Polygon => ({
    type: 'Polygon',
    coordinates: [
      [
        [west, 37],
        [east, 37],
        [east, 38],
        [west, 38],
        [west, 37],
      ],
    ],
  });
  const geojson: FeatureCollection<Polygon | MultiPolygon, County> = {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', geometry: box(116, 116.5), properties: WEST },
      { type: 'Feature', geometry: box(116.5, 117), properties: EAST },
    ],
  };
  const of: Counties['of'] = ([lng, lat]) => {
    if (lng < 116 || lng > 117 || lat < 37 || lat > 38) return null;
    return lng < 116.5 ? WEST : EAST;
  };
  return { geojson, of };
}

function parkedCar(cameraId: string, lngLat: [number, number]): SceneReport {
  const nowMs = performance.timeOrigin + performance.now();
  const boxes: Box[] = [{ xyxy: [0.2, 0.3, 0.4, 0.6], class: 'car', score: 0.9 }];
  const picture = { capturedAtMs: nowMs, widthPx: 640, heightPx: 360, boxes, jpeg: Buffer.from('a picture') };
  return {
    cameraId,
    viewId: 'default',
    analysedAtMs: nowMs,
    model: { name: 'street', version: '1.0.0', sha256: '0'.repeat(64) },
    observations: [
      {
        key: 'illegal-parking:1',
        rule: 'illegal-parking',
        classGroup: 'vehicle',
        phase: 'standing',
        zoneKind: 'no-parking',
        zoneIndex: 0,
        boxes,
        confidence: 0.9,
        dwellMs: 60_000,
        startedAtMs: nowMs - 61_000,
        lastSeenAtMs: nowMs,
        lngLat,
        errorM: 5,
      },
    ],
    pictures: { 'illegal-parking:1': [{ ...picture, moment: 'onset' }] },
  };
}
