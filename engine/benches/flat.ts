/**
 * `npm run bench:flat [-- --sizes 8,16,32,64,96 --height 1080 --scene moving --seconds 20]`: what a camera costs one shard, at
 * each number of cameras. Prints one JSON line: CPU time per camera-second at each size, how far the sizes lie from their median,
 * and the memory that one camera more takes. Still scenes, as a machine may not decode so many moving ones.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeWorkload, makeClip, readWorkload } from './clips.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';
import { startCameras } from './programs.ts';
import { type Measured, measureShard } from './shard-under-load.ts';
import { slope } from './soak-faults.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    sizes: { type: 'string', default: '8,16,32,64,96' },
    codec: { type: 'string', default: 'h264' },
    height: { type: 'string', default: '720' },
    scene: { type: 'string', default: 'static' },
    seconds: { type: 'string', default: '20' },
    warm: { type: 'string', default: '12' },
  },
});
const workload = readWorkload(values);
const sizes = values.sizes.split(',').map(Number);
if (sizes.length < 3 || !sizes.every((size) => Number.isInteger(size) && size > 0))
  throw new Error(`got --sizes ${values.sizes}, expected at least three numbers of cameras`);

const { urls, stop } = await startCameras(await makeClip(workload), Math.max(...sizes));
const measured: Measured[] = [];
for (const size of sizes) {
  const shard = await measureShard({
    urls: urls.slice(0, size),
    modelFolder: fileURLToPath(new URL('../../models/street', import.meta.url)),
    decode: 'keyframes',
    samplePeriodMs: 1000,
    dwellMs: workload.scene === 'static' ? 1000 : 60_000,
    warmSeconds: Number(values.warm),
    seconds: Number(values.seconds),
    profile: undefined,
  });
  measured.push(shard);
}
stop();

const costs = measured.map(({ cpuMs, cameraSeconds }) => cpuMs / cameraSeconds);
const median = percentile(
  [...costs].sort((a, b) => a - b),
  0.5,
);
const bySize = (figures: number[], digits?: number) =>
  Object.fromEntries(sizes.map((size, i) => [size, round(figures[i]!, digits)]));
printOutcome(
  {
    bench: 'flat',
    workload: `${describeWorkload(workload)}, keyframes decoded, ${values.sizes} cameras`,
    shardMsPerCameraSecond: bySize(costs),
    medianMsPerCameraSecond: round(median),
    /** The size that lies farthest from the median, as a share of it. */
    spread: round(Math.max(...costs.map((cost) => Math.abs(cost - median))) / median, 3),
    /** Pictures that were decoded, and those that were analysed: where these differ by size, so does the work. */
    gatedPerCameraSecond: bySize(
      measured.map(({ gated, cameraSeconds }) => gated / cameraSeconds),
      3,
    ),
    analysedPerCameraSecond: bySize(
      measured.map(({ analysed, cameraSeconds }) => analysed / cameraSeconds),
      3,
    ),
    dropped: measured.reduce((sum, { dropped }) => sum + dropped, 0),
    memoryMiB: bySize(
      measured.map(({ memoryMiB }) => memoryMiB),
      0,
    ),
    memoryMiBPerCamera: round(slope(measured.map(({ memoryMiB }, i) => ({ x: sizes[i]!, y: memoryMiB })))),
  },
  values,
);
process.exit(0);
