/**
 * `npm run bench:overload [-- --cameras 64 --times 3 --seconds 30]`: one shard with more work than it can do. What it leaves
 * out must be shared fairly, and what it does must be fresh. The sampling period is chosen so that the work is `times` what
 * the shard was measured to do in the same run. Prints one JSON line.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeWorkload, makeClip, type Workload } from './clips.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';
import { startCameras } from './programs.ts';
import { measureShard } from './shard-under-load.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    cameras: { type: 'string', default: '24' },
    times: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '30' },
  },
});
const workload: Workload = { codec: 'h264', heightPx: 720, scene: 'moving' };
const cameras = Number(values.cameras);
const clip = await makeClip(workload);
const modelFolder = fileURLToPath(new URL('../../models/street', import.meta.url));
const { urls, stop } = await startCameras(clip, cameras);
const load = { urls, modelFolder, decode: 'all', dwellMs: 60_000, warmSeconds: 8 } as const;

/** As much as it can do: every picture of every camera is due. */
const full = await measureShard({ ...load, samplePeriodMs: 1, seconds: 10 });
const capacityPerSecond = full.analysed / (full.cameraSeconds / cameras);
const samplePeriodMs = (1000 * cameras) / (Number(values.times) * capacityPerSecond);

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const shard = await measureShard({ ...load, samplePeriodMs, seconds: Number(values.seconds) });
delay.disable();
stop();

/** Jain, Chiu and Hawe 1984: 1 when all get the same, 1/n when one gets everything. */
const sum = shard.analysedOfCamera.reduce((total, count) => total + count, 0);
const squares = shard.analysedOfCamera.reduce((total, count) => total + count * count, 0);
printOutcome(
  {
    bench: 'overload',
    workload: `${describeWorkload(workload)}, every frame decoded, ${cameras} cameras, ${values.times} times what a shard can do`,
    capacityPerSecond: round(capacityPerSecond, 1),
    samplePeriodMs: round(samplePeriodMs, 0),
    analysedPerSecond: round(shard.analysed / (shard.cameraSeconds / cameras), 1),
    jain: round((sum * sum) / (cameras * squares), 4),
    agePeriodsP50: round(percentile(shard.latenciesMs, 0.5) / samplePeriodMs, 2),
    agePeriodsMax: round(percentile(shard.latenciesMs, 1) / samplePeriodMs, 2),
    ageMaxMs: round(percentile(shard.latenciesMs, 1), 0),
    parentLoopDelayP99Ms: round(delay.percentile(99) / 1e6, 1),
  },
  values,
);
process.exit(0);
