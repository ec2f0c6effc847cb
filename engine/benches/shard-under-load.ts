import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '#streams/clock.ts';
import { FromShard, type ShardSettings, type WatchedCameraConfig } from '../analysis/messages.ts';
import { SHARD_ENV, SHARD_FLAGS } from '../shards/shard-process.ts';
import { memoryMiBOf, startProgram } from './programs.ts';

const WHOLE_PICTURE: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

export interface Load {
  urls: readonly string[];
  modelFolder: string;
  decode: WatchedCameraConfig['decode'];
  /** Absent: what the rule asks for. */
  samplePeriodMs?: number | undefined;
  /** Of the one rule, whose zone is the whole picture: while it runs, the gate passes nothing over. */
  dwellMs: number;
  /** A fresh shard settles in this time: connects, opens decoders, warms the model. */
  warmSeconds: number;
  seconds: number;
  /** A folder: the shard writes a CPU profile there. */
  profile?: string | undefined;
}

export interface Measured {
  cameraSeconds: number;
  cpuMs: number;
  memoryMiB: number;
  seen: number;
  analysed: number;
  dropped: number;
  interDecoded: number;
  gated: number;
  damaged: number;
  inferences: number;
  inferenceMs: number;
  /** Analysed pictures of each camera. */
  analysedOfCamera: number[];
  /** Last packet of a picture → its report at the parent, ascending. */
  latenciesMs: number[];
}

type Figures = Extract<FromShard, { kind: 'figures' }>;
type Counter = 'seen' | 'analysed' | 'dropped' | 'interDecoded' | 'gated' | 'damaged' | 'inferences' | 'inferenceMs';

/** Runs one shard, as the engine starts it, over the cameras, and says what it spent between two of its own figures. */
export async function measureShard(load: Load): Promise<Measured> {
  const { urls, profile, seconds } = load;
  const flags = [...SHARD_FLAGS, ...(profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : [])];
  const shard = startProgram('../analysis/main.ts', [], flags, SHARD_ENV);
  const latenciesMs: number[] = [];
  let measuring = false;
  let last: Figures | null = null;
  shard.on('message', (raw) => {
    const message = FromShard.parse(raw);
    if (message.kind === 'scene') {
      const { cameraId, analysedAtMs, pictures } = message.report;
      if (measuring) latenciesMs.push(nowMs() - analysedAtMs);
      const keys = Object.keys(pictures);
      if (keys.length > 0) shard.send({ kind: 'filed', cameraId, keys });
    }
    if (message.kind === 'figures') last = message;
  });
  shard.send({ kind: 'start', settings: settingsOf(load) });
  shard.send({ kind: 'watch', cameras: urls.map((url, i) => cameraOf(load, url, i)) });
  const figures = async () => {
    last = null;
    while (!last) await sleep(5);
    return { ...(last as Figures), atMs: performance.now() };
  };
  await sleep(load.warmSeconds * 1000);
  const before = await figures();
  measuring = true;
  await sleep(seconds * 1000);
  measuring = false;
  const after = await figures();
  const memoryMiB = memoryMiBOf(shard.pid!);
  const gone = new Promise((resolve) => shard.once('exit', resolve));
  // Not `disconnect`: in the middle of a message it never comes to its end (a message that is whole after it is not emitted).
  shard.kill();
  await gone;
  const sum = (of: Figures, counter: Counter) => of.cameras.reduce((total, camera) => total + camera[counter], 0);
  const difference = (counter: Counter) => sum(after, counter) - sum(before, counter);
  return {
    cameraSeconds: ((after.atMs - before.atMs) / 1000) * urls.length,
    cpuMs: after.cpuMs - before.cpuMs,
    memoryMiB,
    seen: difference('seen'),
    analysed: difference('analysed'),
    dropped: difference('dropped'),
    interDecoded: difference('interDecoded'),
    gated: difference('gated'),
    damaged: difference('damaged'),
    inferences: difference('inferences'),
    inferenceMs: difference('inferenceMs'),
    analysedOfCamera: after.cameras.map(({ id, analysed }) => {
      return analysed - (before.cameras.find((camera) => camera.id === id)?.analysed ?? 0);
    }),
    latenciesMs: latenciesMs.sort((a, b) => a - b),
  };
}

function settingsOf({ modelFolder }: Load): ShardSettings {
  return {
    shardId: 'bench',
    modelFolder,
    timeZone: 'Asia/Shanghai',
    longestQuietMs: 15_000,
    latestPictureMs: 30_000,
  };
}

function cameraOf({ decode, samplePeriodMs, dwellMs }: Load, url: string, i: number): WatchedCameraConfig {
  return {
    id: `cam${i}`,
    source: { kind: 'url', url },
    lngLat: [116.36, 37.43],
    views: [{ id: 'default', zones: [{ kind: 'no-parking', polygon: WHOLE_PICTURE }], drawing: '', fingerprint: null }],
    algorithms: [{ rule: 'illegal-parking', dwellMs }],
    decode,
    ...(samplePeriodMs !== undefined && { samplePeriodMs }),
  };
}
