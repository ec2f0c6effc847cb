import { io } from 'socket.io-client';
import { Account } from '#engine/contract/account.ts';
import { type Alert, AlertPage, Suppression } from '#engine/contract/alert.ts';
import { Camera } from '#engine/contract/camera.ts';
import { Case, Unit } from '#engine/contract/case.ts';
import { ChangeBatch } from '#engine/contract/change.ts';
import { Outage } from '#engine/contract/outage.ts';
import { ask, listOf } from './ask.ts';
import type { City } from './city.ts';

/** What the live city hears from its wire. */
export interface WireListener {
  /** The socket is up; `lastSeq` is how far the server is. */
  onHello(lastSeq: number): void;
  /** A batch as it came, not yet checked. */
  onBatch(batch: unknown): void;
  /** The server was heard in some other way. */
  onSign(): void;
  /** The socket is down; it is tried again without being asked. */
  onDown(): void;
}

/** How the live city reaches the server; a test brings its own. */
export interface CityWire {
  /** A seq that everything asked for after this call includes. */
  readSeq(): Promise<number>;
  readCity(): Promise<Omit<City, 'lastSeq' | 'poolSeq' | 'cameraSeq' | 'algorithmSeq' | 'fieldSeq' | 'algorithmNews'>>;
  readChanges(afterSeq: number): Promise<ChangeBatch>;
  connect(listener: WireListener): { close(): void };
}

const PAGE = 500;

/** The wire to this page's own server: HTTP for asking, Socket.IO for being told. */
export const serverWire: CityWire = {
  readSeq: async () => (await ask(AlertPage, `/api/alerts?after=${Number.MAX_SAFE_INTEGER}&limit=1`)).lastSeq,
  readCity: async () => {
    const [standing, untouched, cases, cameras, units, suppressions, outages] = await Promise.all([
      readAlerts('presence=standing'),
      readAlerts('presence=ended&handling=new'),
      readOpenCases(),
      ask(listOf(Camera), '/api/cameras?which=wall'),
      ask(listOf(Unit), '/api/units'),
      ask(listOf(Suppression), '/api/suppressions'),
      ask(listOf(Outage), '/api/outages'),
    ]);
    return {
      alerts: byId([...standing, ...untouched]),
      cases: byId(cases),
      cameras: byId(cameras.items),
      units: byId(units.items),
      suppressions: byId(suppressions.items),
      outages: byId(outages.items),
    };
  },
  readChanges: (afterSeq) => ask(ChangeBatch, `/api/changes?after=${afterSeq}&limit=${PAGE}`),
  connect: connectSocket,
};

async function readAlerts(filter: string): Promise<Alert[]> {
  const alerts: Alert[] = [];
  for (let after = 0; ; ) {
    const page = await ask(AlertPage, `/api/alerts?${filter}&after=${after}&limit=${PAGE}`);
    alerts.push(...page.items);
    if (page.items.length < PAGE) return alerts;
    after = Math.max(...page.items.map((alert) => alert.seq));
  }
}

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

const RETRY_REFUSED_MS = 2000;

function connectSocket(listener: WireListener): { close(): void } {
  const socket = io({
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 400,
    reconnectionDelayMax: 3000,
  });
  let retry: ReturnType<typeof setTimeout> | undefined;
  const connectAgain = () => {
    clearTimeout(retry);
    retry = setTimeout(() => {
      ask(Account, '/api/session').then(
        () => socket.connect(),
        () => connectAgain(),
      );
    }, RETRY_REFUSED_MS);
  };
  socket.on('hello', (state: { lastSeq: number }) => listener.onHello(state.lastSeq));
  socket.on('changes', (batch: unknown) => listener.onBatch(batch));
  socket.io.on('ping', () => listener.onSign());
  socket.on('disconnect', () => {
    listener.onDown();
    if (!socket.active) connectAgain();
  });
  socket.on('connect_error', () => {
    listener.onDown();
    if (!socket.active) connectAgain();
  });
  return {
    close: () => {
      clearTimeout(retry);
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
}

const CASES_AT_ONCE = 1000;

/** All that are open, page by page: what is left out would be missing in the queue and in its lamps. */
async function readOpenCases(): Promise<Case[]> {
  const all: Case[] = [];
  for (let before = ''; ; before = `&before=${encodeURIComponent(all.at(-1)!.id)}`) {
    const { items } = await ask(listOf(Case), `/api/cases?state=open&limit=${CASES_AT_ONCE}${before}`);
    all.push(...items);
    if (items.length < CASES_AT_ONCE) return all;
  }
}
