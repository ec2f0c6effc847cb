/**
 * `npm run bench:loop [-- --cameras 16 --seconds 30]`: the frame loop in 720p keyframe mode against the limit that is
 * measured in the same run, before and after. Prints one JSON line.
 */
import { fork, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readPackage } from '#models/package.ts';
import { nowMs } from '#streams/clock.ts';
import { FromShard, type ShardSettings, type WatchedCameraConfig } from '../analysis/messages.ts';
import { demoClipFile, fetchDemoClip } from '../setup/demo-clip.mjs';

const { values } = parseArgs({
  options: {
    cameras: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '30' },
    /** A fresh shard settles in this time: connects, opens decoders, warms the model. */
    warm: { type: 'string', default: '8' },
    /** A folder: the shard writes a CPU profile there. */
    profile: { type: 'string' },
  },
});
const CAMERAS = Number(values.cameras);
const TSX = import.meta.resolve('tsx');
const KEY_INTERVAL_MS = 2000;
const WHOLE_PICTURE: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const CACHE = join(tmpdir(), 'chengnao-bench');

/** vtest.avi as a 720p camera: 25 fps, sensor noise, a keyframe every 2 s, 2 Mbit/s. Seeded by the clip itself. */
async function makeClip(): Promise<string> {
  const file = join(CACHE, 'h264-720p-moving.mp4');
  if (existsSync(file)) return file;
  mkdirSync(CACHE, { recursive: true });
  const near = here('../../../shared/data/clips/vtest.avi');
  const trouble = existsSync(near) ? null : await fetchDemoClip(CACHE);
  if (trouble) throw new Error(`the bench needs vtest.avi: ${trouble}`);
  const part = join(CACHE, 'part.mp4');
  const filters = 'fps=25,crop=768:432:0:72,scale=1280:720:flags=bicubic,noise=alls=5:allf=t:all_seed=7';
  const encode = '-c:v libx264 -preset veryfast -profile:v main -bf 0 -g 50 -keyint_min 50 -sc_threshold 0';
  const rate = '-b:v 2M -maxrate 2M -bufsize 4M -pix_fmt yuv420p';
  const source = existsSync(near) ? near : demoClipFile(CACHE);
  const args = [
    '-v',
    'error',
    '-y',
    '-i',
    source,
    '-t',
    '60',
    '-vf',
    filters,
    '-an',
    ...`${encode} ${rate}`.split(' '),
    part,
  ];
  const { status, stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ffmpeg could not make the clip: ${stderr}`);
  renameSync(part, file);
  return file;
}

function limit(clip: string, model: string): { decodeKeyMs: number; inferenceMs: number } {
  const args = ['--import', TSX, here('./limit.ts'), clip, model];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`the limit program failed: ${stderr}`);
  }
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function measureShard(urls: string[], modelFolder: string) {
  const shard = fork(here('../analysis/main.ts'), [], {
    execArgv: ['--import', TSX, ...(values.profile ? ['--cpu-prof', '--cpu-prof-dir', values.profile] : [])],
    serialization: 'advanced',
  });
  const latenciesMs: number[] = [];
  let measuring = false;
  let last: Extract<FromShard, { kind: 'figures' }> | null = null;
  shard.on('message', (raw) => {
    const message = FromShard.parse(raw);
    if (message.kind === 'scene' && measuring) latenciesMs.push(nowMs() - message.report.analysedAtMs);
    if (message.kind === 'figures') last = message;
  });
  const settings: ShardSettings = {
    shardId: 'bench',
    modelFolder,
    timeZone: 'Asia/Shanghai',
    longestQuietMs: 15_000,
    latestPictureMs: 30_000,
  };
  const cameras: WatchedCameraConfig[] = urls.map((url, i) => ({
    id: `cam${i}`,
    viewId: 'default',
    source: { kind: 'url', url },
    lngLat: [116.36, 37.43],
    zones: [{ kind: 'no-parking', polygon: WHOLE_PICTURE }],
    algorithms: [{ rule: 'illegal-parking', dwellMs: 60_000 }],
    decode: 'keyframes',
    samplePeriodMs: 1000,
  }));
  shard.send({ kind: 'start', settings });
  shard.send({ kind: 'watch', cameras });
  await sleep(Number(values.warm) * 1000);
  const figures = async () => {
    last = null;
    while (!last) await sleep(5);
    return { ...(last as Extract<FromShard, { kind: 'figures' }>), atMs: performance.now() };
  };
  const before = await figures();
  measuring = true;
  await sleep(Number(values.seconds) * 1000);
  measuring = false;
  const after = await figures();
  const gone = new Promise((resolve) => shard.once('exit', resolve));
  shard.disconnect();
  await gone;
  const sum = (of: typeof after, key: 'analysed' | 'dropped' | 'gated' | 'damaged' | 'inferenceMs') =>
    of.cameras.reduce((total, camera) => total + camera[key], 0);
  const difference = (key: Parameters<typeof sum>[1]) => sum(after, key) - sum(before, key);
  return {
    cameraSeconds: ((after.atMs - before.atMs) / 1000) * CAMERAS,
    cpuMs: after.cpuMs - before.cpuMs,
    rssMiB: after.rssBytes / 2 ** 20,
    analysed: difference('analysed'),
    dropped: difference('dropped'),
    gated: difference('gated'),
    damaged: difference('damaged'),
    latenciesMs: latenciesMs.sort((a, b) => a - b),
  };
}

const round = (value: number, digits = 2) => Number(value.toFixed(digits));

const clip = await makeClip();
const modelFolder = here('../../models/street');
const pack = await readPackage(modelFolder);
const model = join(modelFolder, pack.manifest.onnx.file);
const server = fork(here('./cameras.ts'), [clip, String(CAMERAS)], { execArgv: ['--import', TSX] });
const urls = await new Promise<string[]>((resolve) => {
  server.once('message', (message) => resolve((message as { urls: string[] }).urls));
});
const limitBefore = limit(clip, model);
const shard = await measureShard(urls, modelFolder);
server.disconnect();
const limitAfter = limit(clip, model);
const decodeKeyMs = (limitBefore.decodeKeyMs + limitAfter.decodeKeyMs) / 2;
const inferenceMs = (limitBefore.inferenceMs + limitAfter.inferenceMs) / 2;
const decodedPerCameraSecond = (shard.analysed + shard.gated) / shard.cameraSeconds;
const analysedPerCameraSecond = shard.analysed / shard.cameraSeconds;
const limitMs = decodeKeyMs * decodedPerCameraSecond + inferenceMs * analysedPerCameraSecond;
const shardMs = shard.cpuMs / shard.cameraSeconds;
process.stdout.write(
  `${JSON.stringify({
    bench: 'loop',
    workload: `720p H.264 moving, a keyframe every ${KEY_INTERVAL_MS} ms`,
    cameras: CAMERAS,
    camerasPerCore: Math.floor(1000 / shardMs),
    shardMsPerCameraSecond: round(shardMs),
    limitMsPerCameraSecond: round(limitMs),
    ratio: round(shardMs / limitMs, 3),
    neitherMsPerCameraSecond: round(shardMs - limitMs),
    decodeKeyMs: round(decodeKeyMs),
    inferenceMs: round(inferenceMs),
    analysedPerCameraSecond: round(analysedPerCameraSecond, 3),
    dropped: shard.dropped,
    gated: shard.gated,
    damaged: shard.damaged,
    latencyP50Ms: round(percentile(shard.latenciesMs, 0.5), 1),
    latencyP95Ms: round(percentile(shard.latenciesMs, 0.95), 1),
    latencyIs: 'last packet of the picture → its report at the parent',
    rssMiB: round(shard.rssMiB, 0),
    node: process.version,
    cpu: cpus()[0]?.model,
  })}\n`,
);
process.exit(0);
