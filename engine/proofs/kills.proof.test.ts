import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '#streams/files/clip.ts';
import { type RtspServer, startRtspServer } from '#streams/rtsp/server.ts';
import type { Case } from '../contract/case.ts';
import { ChangeBatch } from '../contract/change.ts';
import { parkingClip } from './clips.ts';
import { PARKING_ZONES } from './parking-zones.ts';
import { Product, until } from './product.ts';
import { freePort } from './servers.ts';

/** CHENGNAO_PROOF=full kills it twenty times. */
const KILLS = process.env.CHENGNAO_PROOF === 'full' ? 20 : 3;
const ANALYSED_AGAIN_MS = 5000;
const DWELL_MS = 1000;

let server: RtspServer;
let cameraUrl: string;

beforeAll(async () => {
  const clip = await readClip(await parkingClip({ codec: 'h264', seconds: 24 }));
  server = await startRtspServer({ port: 0, clips: { parking: clip } });
  cameraUrl = server.url('parking');
});
afterAll(() => server?.close());

async function addCamera(product: Product, id: string, dwellMs = DWELL_MS): Promise<void> {
  await product.api('POST', '/api/cameras', {
    id,
    name: id,
    source: { kind: 'url', url: cameraUrl },
    lngLat: [116.3594, 37.4341],
    views: [{ zones: PARKING_ZONES }],
    algorithms: [{ rule: 'illegal-parking', dwellMs }],
  });
}

/** Process ids of the engine's shards, as the system knows them. */
function shardPids(product: Product): number[] {
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(product.pid)], { encoding: 'utf8' }).split(
    '\n',
  );
  return lines.filter((line) => line.includes('analysis/main.ts')).map((line) => Number.parseInt(line, 10));
}

async function metric(product: Product, line: string): Promise<number> {
  const text = await (await product.fetch('GET', '/metrics')).text();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  return found ? Number(found.slice(line.length + 1)) : Number.NaN;
}

test('kill -9 of a shard: its cameras are analysed again ≤ 5 s later, and the van is not alerted again', async () => {
  const product = await Product.start();
  try {
    await product.signIn();
    await addCamera(product, 'k-1');
    const before = await until('two alerts', 30_000, async () => {
      const alerts = await product.alerts();
      return alerts.length === 2 && alerts;
    });
    const analysed = 'chengnao_camera_frames{camera="k-1",fate="analysed"}';
    await until('some frames were analysed', 30_000, async () => (await metric(product, analysed)) >= 12);
    const [pid] = shardPids(product);
    process.kill(pid!, 'SIGKILL');
    const killedAtMs = Date.now();
    await until('analysed again', ANALYSED_AGAIN_MS, async () => {
      const count = await metric(product, analysed);
      return count >= 1 && count < 12;
    });
    console.log(`analysed again ${Date.now() - killedAtMs} ms after kill -9 of the shard`);
    expect(shardPids(product)).not.toContain(pid);
    await sleep(DWELL_MS + 8000);
    expect((await product.alerts()).map((alert) => alert.id)).toEqual(before.map((alert) => alert.id));
    expect((await product.alerts()).every((alert) => alert.presence === 'standing')).toBe(true);
  } finally {
    await product.end();
  }
});

test(`kill -9 of the engine ${KILLS} times while alerts flow: every alert that a client was told of is in the database`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chengnao-kills-'));
  const port = await freePort();
  const toldOf = new Set<string>();
  for (let round = 0; round < KILLS; round++) {
    const product = await Product.start({ dataDir, port });
    await product.signIn();
    if (round > 0) await product.api('DELETE', `/api/cameras/round-${round - 1}`);
    const socket = io(product.url, { extraHeaders: { cookie: product.cookie }, transports: ['websocket'] });
    const told = new Promise<void>((resolve) => {
      socket.on('changes', (raw) => {
        for (const { kind, entityId } of ChangeBatch.parse(raw).items) {
          if (kind !== 'alert') continue;
          toldOf.add(entityId);
          resolve();
        }
      });
    });
    await addCamera(product, `round-${round}`);
    await Promise.race([told, sleep(30_000).then(() => Promise.reject(new Error(`round ${round}: no alert`)))]);
    // Somewhere in the second or third alert's way, another place each time.
    await sleep((round * 37) % 400);
    socket.disconnect();
    const shards = shardPids(product);
    await product.kill('SIGKILL');
    await until('no shard outlives its engine', 5000, async () => shards.every((pid) => !isAlive(pid)));
  }
  const product = await Product.start({ dataDir, port });
  try {
    await product.signIn();
    expect(toldOf.size).toBeGreaterThanOrEqual(KILLS);
    const kept = new Set((await product.alerts()).map((alert) => alert.id));
    expect([...toldOf].filter((id) => !kept.has(id))).toEqual([]);
  } finally {
    await product.end();
  }
}, 600_000);

test('kill -9 of the engine in the middle of 200 timers that are due: each effect once, no later than 15 s', async () => {
  const limit = { amount: 0.0055, unit: 'urgent-hours' };
  const escalations = [
    { afterOverdue: { amount: 0.0003, unit: 'urgent-hours' }, tell: ['administrator'], supervise: true },
  ];
  const site = { caseClocks: { registerWithin: limit, escalations } };
  const dataDir = mkdtempSync(join(tmpdir(), 'chengnao-timers-'));
  let product = await Product.start({ dataDir, site });
  try {
    await product.signIn();
    const report = { codeset: 'CJ/T 214', code: '01-02', lngLat: [116.3, 37.4], place: '测试数据' };
    const dueMs = new Map<string, number>();
    for (let i = 0; i < 200; i += 10) {
      const batch = Array.from({ length: 10 }, () => product.api<Case>('POST', '/api/case-reports', report));
      for (const { id, clock } of await Promise.all(batch)) dueMs.set(id, Date.parse(clock!.dueAt!));
    }
    const all = async () => (await product.api<{ items: Case[] }>('GET', '/api/cases')).items;
    const has = (kind: string) => (one: Case) => one.entries.some((entry) => entry.kind === kind);
    const late = await until('some are overdue', 40_000, async () => {
      const { length } = (await all()).filter(has('overdue'));
      return length > 9 && length;
    });
    await product.kill('SIGKILL');
    expect(late, 'it was killed in the middle').toBeLessThan(200);
    product = await Product.start({ dataDir, site });
    await product.signIn();
    const cases = await until('all are told to somebody higher', 40_000, async () => {
      const now = await all();
      return now.filter(has('escalated')).length === 200 && now;
    });
    const lateness: number[] = [];
    for (const { id, entries } of cases) {
      expect(
        entries.map(({ kind }) => kind),
        id,
      ).toEqual(['reported', 'overdue', 'escalated', 'supervised']);
      lateness.push(Date.parse(entries[1]!.at) - dueMs.get(id)!, Date.parse(entries[2]!.at) - dueMs.get(id)! - 1080);
    }
    console.log(`200 timers, killed after ${late}: the latest effect ${Math.max(...lateness)} ms after it was due`);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(15_000);
    expect(Math.min(...lateness), 'nothing happens before it is due').toBeGreaterThanOrEqual(0);
  } finally {
    await product.end();
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
