import { expect, test } from 'vitest';
import type { MadeGraph } from '../made-graph.ts';
import { finds, found, type Golden, LETTERBOX, picture, tensor } from './golden-for-tests.ts';

const logit = (share: number) => Math.log(share / (1 - share));

test('YOLOv5, YOLOv6 and YOLOv7 with their grid: rows of centre and size, objectness times class score', async () => {
  const output = { family: 'dense', names: { raw: 'output0' }, boxFormat: 'cxcywh', objectness: true };
  const rows = [
    [32, 32, 16, 8, 0.9, 0.1, 0.8],
    [10, 20, 4, 4, 0.1, 0.9, 0.9],
    [16, 20, 8, 8, 0.8, 0.75, 0.1],
  ];
  await finds({ output, graph: { outputs: [tensor('output0', rows)] } }, [
    ['dog', 0.72, [48, 56, 80, 72]],
    ['cat', 0.6, [24, 32, 40, 48]],
  ]);
});

test('YOLOv5 and YOLOv7 raw heads: (2σ−0.5+cell)·stride, (2σ)²·anchor', async () => {
  const strides = [8, 16, 32];
  const anchors = strides.map((stride) => [
    [stride, stride],
    [2 * stride, stride],
    [stride, 3 * stride],
  ]);
  const heads = strides.map((stride, i): MadeGraph['outputs'][number] => {
    const side = 64 / stride;
    const values = Array.from({ length: 3 * side * side * 6 }, () => -9);
    // Anchor 1, row 1, column 0 of the second stride.
    if (i === 1) values.splice((side * side + side) * 6, 6, 0, logit(0.75), logit(0.5), logit(0.25), 4, 3);
    return { name: `head${i}`, dims: [1, 3, side, side, 6], values };
  });
  const output = {
    family: 'yolov5-heads',
    names: { heads: ['head0', 'head1', 'head2'] },
    scoreActivation: 'sigmoid',
    anchors,
  };
  const score = (1 / (1 + Math.exp(-4))) * (1 / (1 + Math.exp(-3)));
  // Centre (8, 32) of 64 px, size 32 × 4, left of it outside; the picture is twice as large.
  await finds({ output, labels: ['cat'], graph: { outputs: heads } }, [['cat', score, [0, 60, 48, 68]]]);
});

test.each([
  ['YOLOv8, v9, 11 and 12', false],
  ['the same exported the other way round', true],
])('%s: numbers in columns, no objectness, a letterbox in the middle', async (_name, inRows) => {
  const rows = Array.from({ length: 84 }, () => [0, 0, 0, 0, 0.01, 0.02]);
  rows[7] = [32, 32, 32, 16, 0.1, 0.8];
  rows[40] = [20, 24, 8, 8, 0.7, 0.1];
  await finds(
    {
      input: { resize: LETTERBOX },
      output: {
        family: 'dense',
        names: { raw: 'output0' },
        boxFormat: 'cxcywh',
        arrangement: inRows ? 'rows' : 'columns',
      },
      graph: { outputs: [tensor('output0', rows, !inRows)] },
      picturePx: [640, 360],
    },
    [
      ['dog', 0.8, [160, 100, 480, 260]],
      ['cat', 0.7, [160, 60, 240, 140]],
    ],
  );
});

test('Ultralytics with nms=True, YOLOv10 and YOLO26: corners, score, class; rows of zeros are none', async () => {
  const output = { family: 'end-to-end', names: { raw: 'output0' }, columns: ['box', 'score', 'class'] };
  const rows = [
    [8, 8, 24, 40, 0.9, 1],
    [30, 30, 40, 40, 0.6, 0],
    ...Array.from({ length: 298 }, () => [0, 0, 0, 0, 0, 0]),
  ];
  await finds({ output, graph: { outputs: [tensor('output0', rows)] } }, [
    ['dog', 0.9, [16, 16, 48, 80]],
    ['cat', 0.6, [60, 60, 80, 80]],
  ]);
});

test.each([
  ['YOLOv6 and YOLOv7 end to end: class before score', ['batch', 'box', 'class', 'score'], [0, 8, 8, 24, 40, 1, 0.9]],
  ['YOLO-NAS flat: score before class', ['batch', 'box', 'score', 'class'], [0, 8, 8, 24, 40, 0.9, 1]],
  ['PicoDet and PP-YOLOE: class and score before the box', ['class', 'score', 'box'], [1, 0.9, 8, 8, 24, 40]],
])('%s', async (_name, columns, row) => {
  const outputs = [{ name: 'output', dims: [1, row.length], values: row, statedDims: ['rows', row.length] }];
  await finds({ output: { family: 'end-to-end', names: { raw: 'output' }, columns }, graph: { outputs } }, [
    ['dog', 0.9, [16, 16, 48, 80]],
  ]);
});

test('PicoDet and PP-YOLOE with their post-processing: boxes in source pixels, class −1 is empty, bbox_num counts', async () => {
  const rows = [
    [1, 0.9, 10, 20, 60, 70],
    [-1, 0.8, 0, 0, 50, 50],
    [0, 0.7, 1, 2, 30, 40],
    [0, 0.7, 70, 70, 90, 90],
  ];
  await finds(
    {
      input: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      output: {
        family: 'end-to-end',
        names: { raw: 'boxes', count: 'bbox_num' },
        columns: ['class', 'score', 'box'],
        boxUnit: 'source-px',
      },
      sideInputs: [
        { name: 'scale_factor', value: 'scale-factor-yx', dtype: 'f32' },
        { name: 'im_shape', value: 'input-size-hw', dtype: 'f32' },
      ],
      graph: {
        sideInputs: [
          { name: 'scale_factor', dims: [1, 2], dtype: 'f32' },
          { name: 'im_shape', dims: [1, 2], dtype: 'f32' },
        ],
        outputs: [
          { name: 'boxes', dims: [4, 6], values: rows.flat() },
          { name: 'bbox_num', dims: [1], values: [3], dtype: 'i32' },
        ],
      },
    },
    [
      ['dog', 0.9, [10, 20, 60, 70]],
      ['cat', 0.7, [1, 2, 30, 40]],
    ],
  );
});

test('PP-YOLOE without NMS: boxes in rows, scores in columns', async () => {
  await finds(
    {
      output: { family: 'boxes-scores', names: { boxes: 'boxes', scores: 'scores' }, arrangement: 'columns' },
      graph: {
        outputs: [
          tensor('boxes', [
            [8, 8, 24, 40],
            [30, 30, 40, 40],
            [1, 1, 2, 2],
          ]),
          tensor(
            'scores',
            [
              [0.1, 0.8],
              [0.6, 0.1],
              [0.1, 0.1],
            ],
            true,
          ),
        ],
      },
    },
    [
      ['dog', 0.8, [16, 16, 48, 80]],
      ['cat', 0.6, [60, 60, 80, 80]],
    ],
  );
});

test('PicoDet without post-processing: four heads of scores, four of distances, from the centre of a cell', async () => {
  const strides = [8, 16, 32, 64];
  const scores = strides.map((stride, i): MadeGraph['outputs'][number] => {
    const rows = (64 / stride) ** 2;
    const values = Array.from({ length: rows * 2 }, () => 0.01);
    // Row 5 of stride 16: its centre is (24, 24).
    if (i === 1) values[5 * 2 + 1] = 0.9;
    return { name: `score${i}`, dims: [1, rows, 2], values };
  });
  const sides = strides.map((stride, i): MadeGraph['outputs'][number] => {
    const rows = (64 / stride) ** 2;
    const values = Array.from({ length: rows * 32 }, () => 0);
    if (i === 1) {
      for (const [edge, bin] of [1, 0, 2, 1].entries()) values[5 * 32 + 8 * edge + bin] = 40;
    }
    return { name: `side${i}`, dims: [1, rows, 32], values };
  });
  const heads = [...scores, ...sides];
  await finds(
    { output: { family: 'picodet-heads', names: { heads: heads.map(({ name }) => name) } }, graph: { outputs: heads } },
    [['dog', 0.9, [16, 48, 112, 80]]],
  );
});

test('YOLOX: rows decoded in the graph, and rows that are still offsets and logarithms', async () => {
  const rows = 8 * 8 + 4 * 4 + 2 * 2;
  const decoded = Array.from({ length: rows }, () => [0, 0, 0, 0, 0, 0, 0]);
  decoded[3] = [32, 32, 16, 8, 0.9, 0.1, 0.8];
  const raw = Array.from({ length: rows }, () => [0, 0, 0, 0, 0, 0, 0]);
  // Row 2, column 1 of stride 16.
  raw[64 + 4 * 2 + 1] = [0.5, 0.25, Math.log(2), 0, 0.9, 0.1, 0.8];
  const input = { colourOrder: 'BGR', scale: 1, resize: { kind: 'letterbox', anchor: 'top-left', padValue: 114 } };
  const names = { raw: 'output' };
  await finds(
    {
      input,
      output: { family: 'dense', names, boxFormat: 'cxcywh', objectness: true },
      graph: { outputs: [tensor('output', decoded)] },
      picturePx: [128, 64],
    },
    [['dog', 0.72, [48, 56, 80, 64]]],
  );
  await finds(
    { input, output: { family: 'yolox-grid', names, objectness: true }, graph: { outputs: [tensor('output', raw)] } },
    [['dog', 0.72, [16, 56, 80, 88]]],
  );
});

test('YOLOX at 416 has 3549 rows: another count is refused with both numbers', async () => {
  const graph = (rows: number): MadeGraph => ({
    input: { ...picture, dims: [1, 3, 416, 416] },
    outputs: [{ name: 'output', dims: [1, rows, 7], values: new Array<number>(7 * rows).fill(0) }],
  });
  const golden = (rows: number): Golden => ({
    input: { widthPx: 416, heightPx: 416, colourOrder: 'BGR', scale: 1 },
    output: { family: 'yolox-grid', names: { raw: 'output' }, objectness: true },
    graph: graph(rows),
  });
  expect(await found(golden(3549))).toEqual([]);
  await expect(found(golden(8400))).rejects.toThrow(/8400 rows; expected 3549 /);
});
