import { rm } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { type Detections, type Detector, newDetections, openDetector, type Pixels } from './detector.ts';
import type { MadeGraph } from './made-graph.ts';
import { findsRows, madeManifest, madePackage } from './made-package.ts';
import { solid } from './made-picture.ts';
import { readPackage } from './package.ts';

const made: string[] = [];
const opened: Detector[] = [];
afterAll(async () => {
  await Promise.all(opened.map((detector) => detector.close()));
  await Promise.all(made.map((folder) => rm(folder, { recursive: true })));
});

async function open(manifest: object, labels: string[], graph: MadeGraph): Promise<Detector> {
  const folder = await madePackage(manifest as Record<string, unknown>, labels, graph);
  made.push(folder);
  const detector = await openDetector(await readPackage(folder));
  opened.push(detector);
  return detector;
}

function rows(detector: Detector, { count, boxesXyxyPx, scores, classIds }: Detections) {
  return Array.from({ length: count }, (_, i) => ({
    label: detector.labels[classIds[i]!]!,
    score: Number(scores[i]!.toFixed(3)),
    box: Array.from(boxesXyxyPx.subarray(4 * i, 4 * i + 4), (v) => Math.round(v * 100) / 100),
  }));
}

async function look(detector: Detector, pixels: Pixels = solid(32, 32, [0, 0, 0])) {
  const out = newDetections();
  await detector.detect(pixels, out);
  return rows(detector, out);
}

test('boxes come back in pixels of the source picture, surest first', async () => {
  const detector = await open(
    madeManifest(),
    ['cat', 'dog'],
    findsRows([
      [1, 2, 9, 10, 0.6, 0.1],
      [4, 4, 8, 8, 0.1, 0.9],
    ]),
  );
  expect(await look(detector, solid(160, 80, [0, 0, 0]))).toEqual([
    { label: 'dog', score: 0.9, box: [40, 20, 80, 40] },
    { label: 'cat', score: 0.6, box: [10, 10, 90, 50] },
  ]);
});

test.each([
  ['xyxy', [2, 4, 10, 12]],
  ['yxyx', [4, 2, 12, 10]],
  ['cxcywh', [6, 8, 8, 8]],
  ['xywh', [2, 4, 8, 8]],
])('the box format %s is read', async (boxFormat, numbers) => {
  const detector = await open(madeManifest({ output: { boxFormat } }), ['cat'], findsRows([[...numbers, 0.9]]));
  expect((await look(detector, solid(16, 16, [0, 0, 0])))[0]!.box).toEqual([2, 4, 10, 12]);
});

test('normalised boxes, boxes in source pixels, logits and a background column are read', async () => {
  const normalised = await open(
    madeManifest({ output: { boxUnit: 'normalised', scoreActivation: 'sigmoid', classOffset: 1 } }),
    ['cat', 'dog'],
    findsRows([[0.25, 0.5, 0.5, 1, 9, -3, 2]]),
  );
  expect(await look(normalised, solid(100, 40, [0, 0, 0]))).toEqual([
    { label: 'dog', score: 0.881, box: [25, 20, 50, 40] },
  ]);
  const source = await open(
    madeManifest({ output: { boxUnit: 'source-px' } }),
    ['cat'],
    findsRows([[25, 20, 50, 40, 0.9]]),
  );
  expect((await look(source, solid(100, 60, [0, 0, 0])))[0]!.box).toEqual([25, 20, 50, 40]);
});

test('NanoDet-Plus: the mean bin of each side, in strides from a grid point without offset', async () => {
  const columns = 2 + 4 * 8;
  const values = Array.from({ length: 5 * columns }, (_, i): number => (i % columns < 2 ? 0.01 : 0));
  const side = (row: number, edge: number, bin: number) => {
    values[row * columns + 2 + 8 * edge + bin] = 40;
  };
  values[3 * columns + 1] = 0.8;
  [1, 0, 1, 1].forEach((bin, edge) => {
    side(3, edge, bin);
  });
  values[4 * columns] = 0.7;
  const manifest = madeManifest({ output: { family: 'nanodet-plus', names: { raw: 'out' }, strides: [8, 16] } });
  const detector = await open(manifest, ['cat', 'dog'], { outputs: [{ name: 'out', dims: [1, 5, columns], values }] });
  expect(await look(detector, solid(16, 16, [0, 0, 0]))).toEqual([
    { label: 'dog', score: 0.8, box: [0, 8, 16, 16] },
    { label: 'cat', score: 0.7, box: [0, 0, 16, 16] },
  ]);
});

test('NanoDet-Plus: an input that does not give the stated rows is refused with both numbers', async () => {
  const manifest = madeManifest({ output: { family: 'nanodet-plus', names: { raw: 'out' } } });
  const graph = { outputs: [{ name: 'out', dims: [1, 5, 33], values: new Array<number>(5 * 33).fill(0) }] };
  await expect(open(manifest, ['cat'], graph)).rejects.toMatchObject({
    code: 'graph-output',
    got: expect.stringMatching(/^5 rows; expected 7 /),
  });
});

test.each([
  ['u8', 'NHWC', 'RGB'],
  ['u8', 'NHWC', 'BGR'],
  ['u8', 'NCHW', 'RGB'],
  ['f32', 'NHWC', 'BGR'],
  ['f32', 'NCHW', 'RGB'],
  ['f32', 'NCHW', 'BGR'],
] as const)(
  '%s %s %s: each channel of a solid colour arrives in its place, normalised',
  async (dtype, layout, colourOrder) => {
    const whole = dtype === 'u8';
    const manifest = madeManifest({
      input: { dtype, layout, colourOrder, ...(whole ? {} : { scale: 0.5, mean: [1, 2, 3], std: [100, 50, 25] }) },
      selection: { thresholds: { default: 0.01 }, lowScore: 0.01, nmsIou: 0.99 },
    });
    const detector = await open(manifest, ['first', 'second', 'third'], {
      input: { dtype, dims: layout === 'NHWC' ? [1, 16, 16, 3] : [1, 3, 16, 16] },
      outputs: [{ name: 'boxes', dims: [1, 1, 4], values: [1, 1, 9, 9] }],
      channelMeans: { name: 'scores', layout },
    });
    const found = await look(detector, solid(64, 48, [200, 100, 50]));
    const order = colourOrder === 'RGB' ? [200, 100, 50] : [50, 100, 200];
    const expected = whole ? order : order.map((v, c) => (v * 0.5 - [1, 2, 3][c]!) / [100, 50, 25][c]!);
    const scores = Object.fromEntries(found.map((row) => [row.label, row.score]));
    expect(scores.first).toBeCloseTo(expected[0]!, 2);
    expect(scores.second).toBeCloseTo(expected[1]!, 2);
    expect(scores.third).toBeCloseTo(expected[2]!, 2);
  },
);

test('a letterboxed picture fills its part and the pad value the rest; a new size starts afresh', async () => {
  const manifest = madeManifest({
    input: { resize: { kind: 'letterbox', anchor: 'centre', padValue: 0 } },
    selection: { thresholds: { default: 0.01 }, lowScore: 0.01, nmsIou: 0.99 },
  });
  const detector = await open(manifest, ['red', 'green', 'blue'], {
    outputs: [{ name: 'boxes', dims: [1, 1, 4], values: [0, 4, 16, 12] }],
    channelMeans: { name: 'scores', layout: 'NHWC' },
  });
  for (const [width, height] of [
    [100, 50],
    [50, 100],
    [100, 50],
  ] as const) {
    const found = await look(detector, solid(width, height, [100, 60, 20]));
    const half = found.find((row) => row.label === 'red')!;
    expect(half.score).toBeCloseTo(50, 0);
    expect(half.box).toEqual(width > height ? [0, 0, 100, 50] : [0, 25, 50, 75]);
  }
});

test('two boxes side by side stay two; of two on one thing the surer stays, across the classes of its group', async () => {
  const manifest = madeManifest({ selection: { classGroups: { vehicle: ['car', 'truck'] } } });
  const detector = await open(
    manifest,
    ['car', 'truck', 'person'],
    findsRows([
      [0, 0, 4, 4, 0.9, 0.1, 0.1],
      [4, 0, 8, 4, 0.8, 0.1, 0.1],
      [0, 0, 4, 4.4, 0.1, 0.7, 0.1],
      [0, 0, 4, 4.2, 0.1, 0.1, 0.6],
    ]),
  );
  expect((await look(detector)).map((row) => [row.label, row.score])).toEqual([
    ['car', 0.9],
    ['car', 0.8],
    ['person', 0.6],
  ]);
});

test('a larger, less sure box around a surer one of its group is dropped: the phantom lorry over the van', async () => {
  const frame = (x1: number, y1: number, x2: number, y2: number) => [x1 / 48, y1 / 36, x2 / 48, y2 / 36];
  const graph = findsRows([
    [...frame(652, 44, 724, 101), 0.1, 0.54],
    [...frame(586, 28, 718, 100), 0.1, 0.37],
    [...frame(733, 50, 768, 93), 0.63, 0.1],
  ]);
  const selection = { thresholds: { default: 0.35 }, classGroups: { vehicle: ['car', 'truck'] } };
  const without = await open(madeManifest({ selection }), ['car', 'truck'], graph);
  expect(await look(without, solid(768, 576, [0, 0, 0]))).toHaveLength(3);
  const manifest = madeManifest({ selection: { ...selection, containment: { share: 0.8 } } });
  const found = await look(await open(manifest, ['car', 'truck'], graph), solid(768, 576, [0, 0, 0]));
  expect(found.map((row) => row.score)).toEqual([0.63, 0.54]);
});

test('no garbage over half the picture, none on a surer person, and of bin and overflow the surer', async () => {
  const manifest = madeManifest({
    selection: {
      thresholds: { default: 0.4 },
      classGroups: { bin: ['garbage_bin', 'overflow'] },
      maxAreaShare: { garbage: 0.5, bin: 0.5 },
      yields: [{ groups: ['garbage', 'bin'], to: ['person'], iou: 0.55, scoreFactor: 0.8 }],
    },
  });
  const labels = ['person', 'garbage', 'garbage_bin', 'overflow'];
  const detector = await open(
    manifest,
    labels,
    findsRows([
      [0, 0, 16, 12, 0, 0.9, 0, 0],
      [1, 1, 4, 8, 0.6, 0, 0, 0],
      [1, 1, 4, 7, 0, 0.7, 0, 0],
      [8, 8, 12, 14, 0, 0, 0.5, 0.6],
      [8, 8, 12, 14, 0, 0, 0.55, 0],
      [13, 13, 15, 15, 0, 0.5, 0, 0],
    ]),
  );
  expect((await look(detector)).map((row) => [row.label, row.score])).toEqual([
    ['person', 0.6],
    ['overflow', 0.6],
    ['garbage', 0.5],
  ]);
});

test('thousands of hits cost no more than the cap, and the surest of them stay', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => [
    (i % 60) * 0.2,
    Math.floor(i / 60) * 0.2,
    0.1,
    0.1,
    0.3 + ((i * 7919) % 3000) / 5000,
  ]);
  const manifest = madeManifest({ output: { boxFormat: 'xywh' }, selection: { thresholds: { default: 0.2 } } });
  const detector = await open(manifest, ['cat'], findsRows(many));
  const found = await look(detector);
  expect(found).toHaveLength(300);
  const best = many.map((row) => row[4]!).sort((a, b) => b - a);
  found.forEach((row, i) => {
    expect(row.score).toBeCloseTo(best[i]!, 3);
  });
});

test('boxes are clipped to the picture and what is left of no box is dropped', async () => {
  const detector = await open(
    madeManifest(),
    ['cat'],
    findsRows([
      [-5, -5, 40, 8, 0.9],
      [20, 20, 30, 30, 0.8],
      [Number.NaN, 0, 1, 1, 0.7],
    ]),
  );
  expect((await look(detector, solid(16, 16, [0, 0, 0]))).map((row) => row.box)).toEqual([[0, 0, 16, 8]]);
});

test('a second picture while one is looked at is refused, and the first is not spoiled', async () => {
  const detector = await open(madeManifest(), ['cat'], findsRows([[1, 1, 9, 9, 0.9]]));
  const first = look(detector);
  await expect(look(detector)).rejects.toThrow('one at a time');
  expect(await first).toHaveLength(1);
});

test('opening and closing a model 20 times leaves memory where it was', async () => {
  const folder = await madePackage(madeManifest(), ['cat'], findsRows([[1, 1, 9, 9, 0.9]]));
  made.push(folder);
  const pkg = await readPackage(folder);
  const swap = async (times: number) => {
    for (let i = 0; i < times; i++) await (await openDetector(pkg)).close();
    return process.memoryUsage.rss();
  };
  const before = await swap(5);
  expect((await swap(20)) - before).toBeLessThan(40 * 2 ** 20);
});
