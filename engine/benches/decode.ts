/**
 * `npm run bench:decode [-- --cameras 8 --height 1080 --codec h265 --seconds 20]`: CPU time of ingest and key decode in
 * one process, against one ffmpeg program for each camera on the same streams in the same run. Prints one JSON line.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeWorkload, makeClip, readWorkload } from './clips.ts';
import { OUTCOME_OPTIONS, printOutcome, round } from './outcome.ts';
import { cpuMsOf, memoryMiBOf, startCameras, startProgram } from './programs.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    cameras: { type: 'string', default: '8' },
    codec: { type: 'string', default: 'h264' },
    height: { type: 'string', default: '720' },
    seconds: { type: 'string', default: '20' },
    warm: { type: 'string', default: '6' },
  },
});
const workload = readWorkload({ ...values, scene: 'moving' });

interface Told {
  pictures: number;
  pids: number[];
}

/** Runs the program over the cameras: CPU milliseconds per camera-second, memory per camera, and what came of it. */
async function measure(program: string, urls: string[]) {
  const child = startProgram(program, urls);
  let told: Told = { pictures: 0, pids: [] };
  child.on('message', (message) => {
    told = message as Told;
  });
  const sample = () => ({
    atMs: performance.now(),
    pictures: told.pictures,
    cpuMs: told.pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0),
  });
  await sleep(Number(values.warm) * 1000);
  const before = sample();
  await sleep(Number(values.seconds) * 1000);
  const after = sample();
  const memoryMiB = told.pids.reduce((sum, pid) => sum + memoryMiBOf(pid), 0) / urls.length;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  await gone;
  const cameraSeconds = ((after.atMs - before.atMs) / 1000) * urls.length;
  const pictures = after.pictures - before.pictures;
  if (pictures === 0) throw new Error(`${program} gave no picture in ${values.seconds} s`);
  return { msPerCameraSecond: (after.cpuMs - before.cpuMs) / cameraSeconds, pictures, memoryMiB };
}

const { urls, stop } = await startCameras(await makeClip(workload), Number(values.cameras));
const first = await measure('./ingest.ts', urls);
const theirs = await measure('./comparator.ts', urls);
const second = await measure('./ingest.ts', urls);
stop();
const ours = (first.msPerCameraSecond + second.msPerCameraSecond) / 2;
printOutcome(
  {
    bench: 'decode',
    workload: `${describeWorkload(workload)}, ${urls.length} cameras`,
    ratio: round(ours / theirs.msPerCameraSecond, 3),
    ingestMsPerCameraSecond: round(ours),
    ffmpegMsPerCameraSecond: round(theirs.msPerCameraSecond),
    ingestPictures: Math.round((first.pictures + second.pictures) / 2),
    ffmpegPictures: theirs.pictures,
    ingestMiBPerCamera: round((first.memoryMiB + second.memoryMiB) / 2, 1),
    ffmpegMiBPerCamera: round(theirs.memoryMiB, 1),
  },
  values,
);
process.exit(0);
