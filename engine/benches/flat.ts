/**
 * `npm run bench:flat [-- --sizes 8,16,32,64,96 --rounds 3 --height 1080 --scene moving --seconds 32]`: what a camera costs one
 * shard, at each number of cameras, the sizes in turns. Prints one JSON line: CPU time per camera-second at each size, and against
 * decode and inference alone at that moment; how far the sizes lie from their median; and the memory that one camera more takes.
 * `--warm` is for the largest size: a smaller one has longer, until it has seen as many pictures, as what runs more rarely is
 * compiled later.
 * Still scenes, as a machine may not decode so many moving ones.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readPackage } from '#models/package.ts';
import { describeWorkload, makeClip, readWorkload } from './clips.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';
import { measureLimit, startCameras } from './programs.ts';
import { type Measured, measureShard } from './shard-under-load.ts';
import { slope } from './soak-faults.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    sizes: { type: 'string', default: '8,16,32,64,96' },
    codec: { type: 'string', default: 'h264' },
    height: { type: 'string', default: '720' },
    scene: { type: 'string', default: 'static' },
    rounds: { type: 'string', default: '3' },
    /** Of a still scene a picture in 15 s is analysed, a key each 2 s: two whole rounds of 16 s are the same work at each size. */
    seconds: { type: 'string', default: '32' },
    warm: { type: 'string', default: '25' },
  },
});
const workload = readWorkload(values);
const sizes = values.sizes.split(',').map(Number);
if (sizes.length < 3 || !sizes.every((size) => Number.isInteger(size) && size > 0))
  throw new Error(`got --sizes ${values.sizes}, expected at least three numbers of cameras`);

const clip = await makeClip(workload);
const modelFolder = fileURLToPath(new URL('../../models/street', import.meta.url));
const model = join(modelFolder, (await readPackage(modelFolder)).manifest.onnx.file);
const { urls, stop } = await startCameras(clip, Math.max(...sizes));
/** Of each size: its shards, round by round. */
const shards: Measured[][] = sizes.map(() => []);
/** And what they cost, as multiples of decode and inference alone, measured just before and just after. */
const ratios: number[][] = sizes.map(() => []);
let before = measureLimit(clip, model, false);
for (let turn = 0; turn < Number(values.rounds); turn++) {
  for (const [i, size] of sizes.entries()) {
    const shard = await measureShard({
      urls: urls.slice(0, size),
      modelFolder,
      decode: 'keyframes',
      samplePeriodMs: 1000,
      dwellMs: workload.scene === 'static' ? 1000 : 60_000,
      warmSeconds: (Number(values.warm) * Math.max(...sizes)) / size,
      seconds: Number(values.seconds),
      profile: undefined,
    });
    const after = measureLimit(clip, model, false);
    const decodeMs = ((before.decodeKeyMs + after.decodeKeyMs) / 2) * (shard.analysed + shard.gated);
    const inferenceMs = ((before.inferenceMs + after.inferenceMs) / 2) * shard.inferences;
    shards[i]!.push(shard);
    ratios[i]!.push(shard.cpuMs / (decodeMs + inferenceMs));
    before = after;
  }
}
stop();

const median = (figures: readonly number[]) =>
  percentile(
    [...figures].sort((a, b) => a - b),
    0.5,
  );
/** By size, the median of its rounds. */
const ofSizes = (figure: (shard: Measured) => number) => shards.map((rounds) => median(rounds.map(figure)));
const bySize = (figures: number[], digits?: number) =>
  Object.fromEntries(sizes.map((size, i) => [size, round(figures[i]!, digits)]));
/** How far the size that lies farthest from the median lies from it, as a share of it. */
const spreadOf = (figures: number[]) => {
  const middle = median(figures);
  return round(Math.max(...figures.map((figure) => Math.abs(figure - middle))) / middle, 3);
};
/** Half the way from the least to the most, as a share of the middle between them: what "± so much" says. */
const plusMinusOf = (figures: number[]) => {
  const [least, most] = [Math.min(...figures), Math.max(...figures)];
  return round((most - least) / (most + least), 3);
};
const costs = ofSizes(({ cpuMs, cameraSeconds }) => cpuMs / cameraSeconds);
const costRatios = ratios.map(median);
const memoryMiB = ofSizes((shard) => shard.memoryMiB);
printOutcome(
  {
    bench: 'flat',
    workload: `${describeWorkload(workload)}, keyframes decoded, ${values.sizes} cameras`,
    shardMsPerCameraSecond: bySize(costs),
    medianMsPerCameraSecond: round(median(costs)),
    plusMinus: plusMinusOf(costs),
    spread: spreadOf(costs),
    ratioToLimit: bySize(costRatios, 3),
    /** The one to judge by where the machine's speed changes from minute to minute. */
    spreadOfRatios: spreadOf(costRatios),
    /** Pictures that were decoded, and those that were analysed: where these differ by size, so does the work. */
    gatedPerCameraSecond: bySize(
      ofSizes(({ gated, cameraSeconds }) => gated / cameraSeconds),
      3,
    ),
    analysedPerCameraSecond: bySize(
      ofSizes(({ analysed, cameraSeconds }) => analysed / cameraSeconds),
      3,
    ),
    dropped: shards.flat().reduce((sum, { dropped }) => sum + dropped, 0),
    memoryMiB: bySize(memoryMiB, 0),
    memoryMiBPerCamera: round(slope(memoryMiB.map((y, i) => ({ x: sizes[i]!, y })))),
  },
  values,
);
process.exit(0);
