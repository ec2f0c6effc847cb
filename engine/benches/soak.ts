/**
 * `npm run soak -- --hours 1` (CI: `--minutes 2`): cameras with seeded faults, played in real time to real shards.
 * Prints one JSON line: memory slope of each process, reconnects, and alerts that got lost: facts that stood before a
 * fault and were not reported again within 30 s after it.
 */
import { existsSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nowMs } from '#streams/clock.ts';
import { seeded } from '#streams/seeded.ts';
import type { WatchedCameraConfig } from '../analysis/messages.ts';
import { isOnline } from '../contract/camera.ts';
import type { Observation, SceneReport } from '../contract/observation.ts';
import { ffmpeg, parkingClip } from '../proofs/clips.ts';
import { PARKING_ZONES } from '../proofs/parking-zones.ts';
import { Fleet } from '../shards/fleet.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome } from './outcome.ts';
import { startProgram } from './programs.ts';
import { drawFault, missingFacts, type SoakFault, slope } from './soak-faults.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    hours: { type: 'string', default: '0' },
    minutes: { type: 'string', default: '0' },
    cameras: { type: 'string', default: '32' },
    seed: { type: 'string', default: '1' },
    /** The longest quiet between two faults of a camera; the shortest is a third of it. */
    quietS: { type: 'string', default: '40' },
  },
});
const DURATION_MS = Number(values.hours) * 3_600_000 + Number(values.minutes) * 60_000 || 120_000;
const CAMERAS = Number(values.cameras);
const SEED = Number(values.seed);
const QUIET_MS = Number(values.quietS) * 1000;
const DWELL_MS = 3000;
const STANDS_WITHIN_MS = 120_000;
const RECOVERED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 250;
const SAMPLE_EVERY_MS = 2000;
/** Fresh processes grow; their slope is taken from the rest. */
const SETTLING_SHARE = 0.3;

async function makeClips(): Promise<[string, string]> {
  const clip = await parkingClip({ codec: 'h264', seconds: 24 });
  const small = clip.replace(/\.mp4$/, '-small.mp4');
  if (!existsSync(small)) {
    const part = small.replace(/\.mp4$/, `.${process.pid}.mp4`);
    const keys = 'keyint=10:min-keyint=10:scenecut=0';
    const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-bf', '0', '-x264-params', keys];
    ffmpeg(['-i', clip, '-vf', 'scale=640:480', ...encode, part]);
    renameSync(part, small);
  }
  return [clip, small];
}

/** What stands before a camera by its latest report, and since when. */
class Sight {
  standing: Observation[] = [];
  analysedAtMs = 0;

  take(report: SceneReport): void {
    this.standing = report.observations.filter(({ phase }) => phase === 'standing');
    this.analysedAtMs = report.analysedAtMs;
  }
}

const clips = await makeClips();
const server = startProgram('./soak-cameras.ts', [...clips, String(CAMERAS), String(SEED)]);
const played = await new Promise<{ id: string; url: string }[]>((resolve) => {
  server.once('message', (message) => resolve(message as { id: string; url: string }[]));
});
const sights = new Map(played.map(({ id }) => [id, new Sight()]));
const fleet = new Fleet(
  {
    modelFolder: fileURLToPath(new URL('../../models/street', import.meta.url)),
    timeZone: 'Asia/Shanghai',
    longestQuietMs: 15_000,
    latestPictureMs: 30_000,
  },
  {
    onScene: (report) => {
      sights.get(report.cameraId)?.take(report);
      return Promise.resolve(report.observations.map(({ key }) => key));
    },
    onCameraState: () => {},
    onPictureFault: () => {},
    onView: () => {},
    onFingerprint: () => {},
    say: (line) => process.stderr.write(`${line}\n`),
  },
);
fleet.setCameras(
  played.map(
    ({ id, url }): WatchedCameraConfig => ({
      id,
      source: { kind: 'url', url },
      lngLat: [116.36, 37.43],
      views: [{ id: 'default', zones: PARKING_ZONES, drawing: '', fingerprint: null }],
      algorithms: [{ rule: 'illegal-parking', dwellMs: DWELL_MS }],
      decode: 'as-needed',
    }),
  ),
);

const standsUntilMs = Date.now() + STANDS_WITHIN_MS;
while ([...sights.values()].some(({ standing }) => standing.length === 0)) {
  if (Date.now() > standsUntilMs) throw new Error('got cameras before which nothing stands, expected the parked van');
  await sleep(LOOK_EVERY_MS);
}

const samples = new Map<string, { x: number; y: number }[]>();
const beganAtMs = performance.now();
const sampling = setInterval(() => {
  const atMs = performance.now() - beganAtMs;
  if (atMs < DURATION_MS * SETTLING_SHARE) return;
  const sample = (process: string, bytes: number) => {
    const list = samples.get(process) ?? [];
    samples.set(process, list);
    list.push({ x: atMs / 3_600_000, y: bytes / 2 ** 20 });
  };
  for (const shard of fleet.shards) sample(shard.settings.shardId, shard.rssBytes);
  sample('parent', process.memoryUsage.rss());
}, SAMPLE_EVERY_MS);

const faults: Partial<Record<SoakFault['kind'], number>> = {};
const recoveriesMs: number[] = [];
let lostAlerts = 0;
const neverRecovered = new Set<string>();

async function misbehave(id: string, index: number): Promise<void> {
  const random = seeded(SEED * 1000 + index);
  const sight = sights.get(id)!;
  const left = () => DURATION_MS - (performance.now() - beganAtMs);
  for (;;) {
    await sleep(QUIET_MS * (1 / 3 + (2 / 3) * random()));
    const fault = drawFault(random);
    if (left() < fault.forMs) return;
    const before = sight.standing;
    faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
    server.send({ camera: id, fault });
    await sleep(fault.forMs);
    const overAtMs = nowMs();
    const isBack = () => isOnline(fleet.states.get(id) ?? 'offline') && sight.analysedAtMs > overAtMs;
    const isWell = () => isBack() && missingFacts(before, sight.standing).length === 0;
    while (!isWell() && nowMs() - overAtMs < RECOVERED_WITHIN_MS) await sleep(LOOK_EVERY_MS);
    if (isWell()) recoveriesMs.push(nowMs() - overAtMs);
    else {
      lostAlerts += missingFacts(before, isBack() ? sight.standing : []).length;
      if (!isBack()) neverRecovered.add(id);
    }
  }
}
await Promise.all(played.map(({ id }, index) => misbehave(id, index)));
clearInterval(sampling);

const figures = [...fleet.figures.values()];
const sum = (of: 'connects' | 'damaged' | 'seen' | 'analysed') => figures.reduce((total, each) => total + each[of], 0);
const online = [...fleet.states.values()].filter(isOnline).length;
const restarts = fleet.shards.reduce((total, shard) => total + shard.restarts, 0);
const seconds = recoveriesMs.sort((a, b) => a - b).map((ms) => Number((ms / 1000).toFixed(1)));
printOutcome(
  {
    bench: 'soak',
    workload: `${CAMERAS} cameras, seeded faults`,
    minutes: Number((DURATION_MS / 60_000).toFixed(2)),
    seed: SEED,
    cameras: CAMERAS,
    online,
    faults,
    reconnects: sum('connects') - CAMERAS,
    lostAlerts,
    neverRecovered: [...neverRecovered],
    recoveryP50S: seconds.length > 0 ? percentile(seconds, 0.5) : null,
    recoveryMaxS: seconds.at(-1) ?? null,
    shardRestarts: restarts,
    seen: sum('seen'),
    damaged: sum('damaged'),
    analysed: sum('analysed'),
    rssSlopeMiBPerHour: Object.fromEntries([...samples].map(([name, list]) => [name, Number(slope(list).toFixed(1))])),
    rssMiB: Object.fromEntries([...samples].map(([name, list]) => [name, Math.round(list.at(-1)?.y ?? 0)])),
  },
  values,
);
await fleet.close();
server.disconnect();
process.exit(0);
