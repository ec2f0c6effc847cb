/**
 * `npm run bench:alert [-- --alerts 40 --cameras 8]`: the whole product, from the last packet of the picture that made a fact
 * stand to the alert at a client of the socket. Cameras with a parked van are added and removed one after the other, so that
 * alerts come one by one, as in a city. Prints one JSON line.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { io } from 'socket.io-client';
import { nowMs } from '#streams/clock.ts';
import { seeded } from '#streams/seeded.ts';
import type { Alert } from '../contract/alert.ts';
import { ChangeBatch } from '../contract/change.ts';
import { parkingClip } from '../proofs/clips.ts';
import { PARKING_ZONES } from '../proofs/parking-zones.ts';
import { Product } from '../proofs/product.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';
import { cpuMsOf, startCameras } from './programs.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    /** Alerts that are counted. */
    alerts: { type: 'string', default: '40' },
    /** Watched at once. */
    cameras: { type: 'string', default: '4' },
  },
});
const ALERTS = Number(values.alerts);
const CAMERAS = Number(values.cameras);
if (!(ALERTS > 0 && CAMERAS > 0))
  throw new Error(`got --alerts ${values.alerts} --cameras ${values.cameras}, expected more than none`);
const DWELL_MS = 1000;
/** Of a product that was just started: its code is not yet compiled, its database not yet warm. */
const NOT_COUNTED = 6;
/** From one camera to the next, so that no two alerts wait for one another. */
const PAUSE_MS = [400, 1400] as const;
const WITHIN_MS = 180_000;

/** The shards of the product, by their process ids. */
function shardsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('analysis/main.ts'));
}

/** CPU time of the whole machine so far: a busy one makes everybody wait. */
function machineMs(): { busy: number; all: number } {
  const times = cpus().flatMap(({ times: { idle, ...busy } }) => [
    [idle, 0],
    ...Object.values(busy).map((ms) => [ms, ms]),
  ]);
  return { all: times.reduce((sum, [ms]) => sum + ms!, 0), busy: times.reduce((sum, [, ms]) => sum + ms!, 0) };
}

/** When the picture that made it stand was captured. */
function stoodAtMs({ evidence, id }: Alert): number {
  const onset = evidence.find(({ moment }) => moment === 'onset');
  if (!onset) throw new Error(`got alert ${id} without its onset picture, expected it with the first change`);
  return Date.parse(onset.capturedAt);
}

const { urls, stop } = await startCameras(await parkingClip({ codec: 'h264', seconds: 24 }), CAMERAS);
const product = await Product.start({ env: { CHENGNAO_SHARDS: '1' } });
try {
  await product.signIn();
  const socket = io(product.url, { extraHeaders: { cookie: product.cookie }, transports: ['websocket'] });
  const latenciesMs = new Map<string, number>();
  socket.on('changes', (raw) => {
    const arrivedAtMs = nowMs();
    for (const change of ChangeBatch.parse(raw).items) {
      if (change.kind !== 'alert' || !change.entity || latenciesMs.has(change.entityId)) continue;
      latenciesMs.set(change.entityId, arrivedAtMs - stoodAtMs(change.entity));
    }
  });
  await new Promise<void>((resolve) => socket.once('hello', () => resolve()));

  const random = seeded(7);
  const watched: string[] = [];
  const beganAtMs = performance.now();
  let before: ReturnType<typeof sample> | null = null;
  const sample = () => ({
    atMs: performance.now(),
    shardMs: shardsOf(product.pid).reduce((sum, pid) => sum + cpuMsOf(pid), 0),
    machine: machineMs(),
    count: latenciesMs.size,
  });
  for (let n = 0; before === null || latenciesMs.size < before.count + ALERTS; n++) {
    if (performance.now() - beganAtMs > WITHIN_MS)
      throw new Error(`got ${latenciesMs.size} alerts in ${WITHIN_MS / 1000} s, expected ${NOT_COUNTED + ALERTS}`);
    if (latenciesMs.size >= NOT_COUNTED) before ??= sample();
    if (watched.length === CAMERAS) await product.api('DELETE', `/api/cameras/${watched.shift()}`);
    const id = `bench-${n}`;
    await product.api('POST', '/api/cameras', {
      id,
      name: id,
      source: { kind: 'url', url: urls[n % urls.length] },
      lngLat: [116.3594, 37.4341],
      views: [{ zones: PARKING_ZONES }],
      algorithms: [{ rule: 'illegal-parking', dwellMs: DWELL_MS }],
    });
    watched.push(id);
    await sleep(PAUSE_MS[0] + random() * (PAUSE_MS[1] - PAUSE_MS[0]));
  }
  const after = sample();
  const counted = [...latenciesMs.values()].slice(before.count).sort((a, b) => a - b);
  socket.disconnect();
  printOutcome(
    {
      bench: 'alert',
      workload: `vtest 768×576, 10 fps, a keyframe every 1000 ms, ${CAMERAS} cameras watched, one added and one removed every ${PAUSE_MS.join('–')} ms`,
      alerts: counted.length,
      latencyP50Ms: round(percentile(counted, 0.5), 1),
      latencyP95Ms: round(percentile(counted, 0.95), 1),
      latencyMaxMs: round(percentile(counted, 1), 1),
      latencyIs:
        'last packet, read from the socket, of the picture in which the fact first stood (capturedAt of the alert’s onset picture) → first change of that alert at a socket.io client in another process of the machine; between them decode, detector, tracker, rules, two JPEGs, the report, files, transaction, feed and the wait for the change batch',
      shards: 1,
      shardLoad: round((after.shardMs - before.shardMs) / (after.atMs - before.atMs)),
      machineBusy: round((after.machine.busy - before.machine.busy) / (after.machine.all - before.machine.all)),
    },
    values,
  );
} finally {
  await product.end();
  stop();
}
process.exit(0);
