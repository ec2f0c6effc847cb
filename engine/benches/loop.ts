/**
 * `npm run bench:loop [-- --cameras 16 --height 1080 --codec h265 --scene static --decode as-needed|all --seconds 30]`: the frame
 * loop against the limit that is measured in the same run, before and after. Prints one JSON line.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readPackage } from '#models/package.ts';
import { describeWorkload, makeClip, oneOf, readWorkload } from './clips.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';
import { measureLimit, startCameras } from './programs.ts';
import { measureShard } from './shard-under-load.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    cameras: { type: 'string', default: '16' },
    codec: { type: 'string', default: 'h264' },
    height: { type: 'string', default: '720' },
    scene: { type: 'string', default: 'moving' },
    decode: { type: 'string', default: 'keyframes' },
    seconds: { type: 'string', default: '30' },
    warm: { type: 'string', default: '8' },
    profile: { type: 'string' },
  },
});
const workload = readWorkload(values);
const decode = oneOf('decode', values.decode, ['keyframes', 'as-needed', 'all']);
const everyFrame = decode === 'all';
const DECODED = {
  keyframes: 'keyframes decoded',
  'as-needed': 'decoded as needed',
  all: 'every frame decoded',
} as const;

const clip = await makeClip(workload);
const modelFolder = fileURLToPath(new URL('../../models/street', import.meta.url));
const model = join(modelFolder, (await readPackage(modelFolder)).manifest.onnx.file);
const { urls, stop } = await startCameras(clip, Number(values.cameras));
const limits = [measureLimit(clip, model, decode !== 'keyframes')];
const shard = await measureShard({
  urls,
  modelFolder,
  decode,
  samplePeriodMs: { keyframes: 1000, 'as-needed': undefined, all: 500 }[decode],
  // What stands in the still scene is an alert already: nothing is to be waited for.
  dwellMs: workload.scene === 'static' ? 1000 : 60_000,
  warmSeconds: Number(values.warm),
  seconds: Number(values.seconds),
  profile: values.profile,
});
stop();
limits.push(measureLimit(clip, model, decode !== 'keyframes'));

const mean = (figures: number[]) => figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
const perCameraSecond = (count: number) => count / shard.cameraSeconds;
const inferenceMs = mean(limits.map((limit) => limit.inferenceMs));
const decodedMs = mean(limits.map((limit) => (everyFrame ? limit.decodeFrameMs! : limit.decodeKeyMs)));
const decoded = perCameraSecond(everyFrame ? shard.seen : shard.analysed + shard.gated);
const interMs =
  decode === 'as-needed' ? mean(limits.map((limit) => limit.decodeFrameMs!)) * perCameraSecond(shard.interDecoded) : 0;
const limitMs = decodedMs * decoded + interMs + inferenceMs * perCameraSecond(shard.inferences);
const shardMs = perCameraSecond(shard.cpuMs);
printOutcome(
  {
    bench: 'loop',
    workload: `${describeWorkload(workload)}, ${DECODED[decode]}, ${urls.length} cameras`,
    camerasPerCore: Math.floor(1000 / shardMs),
    shardMsPerCameraSecond: round(shardMs),
    limitMsPerCameraSecond: round(limitMs),
    ratio: round(shardMs / limitMs, 3),
    neitherMsPerCameraSecond: round(shardMs - limitMs),
    /** The same where inference counts as it took in the loop, between other work, and not as in a row of its own. */
    neitherAsTakenMsPerCameraSecond: round(
      shardMs - limitMs - (shard.inferenceMs / shard.inferences - inferenceMs) * perCameraSecond(shard.inferences),
    ),
    [everyFrame ? 'decodeFrameMs' : 'decodeKeyMs']: round(decodedMs),
    inferenceMs: round(inferenceMs),
    inferenceInLoopMs: round(shard.inferenceMs / shard.inferences),
    decodedPerCameraSecond: round(decoded, 3),
    analysedPerCameraSecond: round(perCameraSecond(shard.analysed), 3),
    inferencesPerCameraSecond: round(perCameraSecond(shard.inferences), 3),
    dropped: shard.dropped,
    interDecoded: shard.interDecoded,
    gated: shard.gated,
    damaged: shard.damaged,
    latencyP50Ms: round(percentile(shard.latenciesMs, 0.5), 1),
    latencyP95Ms: round(percentile(shard.latenciesMs, 0.95), 1),
    latencyIs: 'last packet of the picture → its report at the parent',
    memoryMiB: round(shard.memoryMiB, 0),
  },
  values,
);
process.exit(0);
