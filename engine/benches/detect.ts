/**
 * `npm run bench:detect [-- --threads 1 --repeats 5]`: a picture through the detector, from letterbox to boxes, against
 * the graph's run alone in the same process, in turn. Prints one JSON line.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { newDetections, openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { KeyframeDecoders } from '#streams/decoders.ts';
import { openStream } from '#streams/open-stream.ts';
import { describeWorkload, makeClip, type Workload } from './clips.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    model: { type: 'string', default: fileURLToPath(new URL('../../models/street', import.meta.url)) },
    threads: { type: 'string', default: '1' },
    runs: { type: 'string', default: '40' },
    repeats: { type: 'string', default: '7' },
  },
});
const threads = Number(values.threads);
const runs = Number(values.runs);
const workload: Workload = { codec: 'h264', heightPx: 720, scene: 'moving' };
const pack = await readPackage(values.model);
const detector = await openDetector(pack, { threads });
const bare = await InferenceSession.create(join(values.model, pack.manifest.onnx.file), {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
});
const { name, layout, dtype, widthPx, heightPx } = pack.manifest.input;
if (dtype !== 'u8') throw new Error(`got a model that takes ${dtype}, expected u8: its limit is not written yet`);
const dims = layout === 'NHWC' ? [1, heightPx, widthPx, 3] : [1, 3, heightPx, widthPx];
const feeds = {
  [name]: new Tensor(
    'uint8',
    Uint8Array.from({ length: 3 * widthPx * heightPx }, (_, i) => (i * 37) & 255),
    dims,
  ),
};

const decoders = new KeyframeDecoders();
const clip = await makeClip(workload);
const frame = await new Promise<NonNullable<ReturnType<KeyframeDecoders['decode']>>>((resolve) => {
  openStream(
    { kind: 'url', url: `file://${clip}` },
    {
      onAccessUnit: (unit) => {
        const decoded = decoders.decode(unit);
        if (decoded) resolve(decoded);
      },
      onState: () => undefined,
    },
    { keyUnitsOnly: true },
  );
});

async function cpuMsPerRun(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < runs; i++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / runs;
}

const detections = newDetections();
const whole: number[] = [];
const alone: number[] = [];
for (let i = 0; i < Number(values.repeats); i++) {
  whole.push(await cpuMsPerRun(() => detector.detect(frame, detections)));
  alone.push(await cpuMsPerRun(() => bare.run(feeds)));
}
const median = (figures: number[]) =>
  percentile(
    figures.toSorted((a, b) => a - b),
    0.5,
  );
printOutcome(
  {
    bench: 'detect',
    workload: `${pack.identity.name} ${pack.identity.version}, ${widthPx}×${heightPx}, ${threads} thread(s), picture of ${describeWorkload(workload)}`,
    ratio: round(median(whole) / median(alone), 3),
    detectMs: round(median(whole)),
    graphAloneMs: round(median(alone)),
    boxes: detections.count,
  },
  values,
);
process.exit(0);
