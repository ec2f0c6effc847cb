import { expect, test } from 'vitest';
import type { MadeGraph } from '../made-graph.ts';
import { finds, found, LETTERBOX, tensor } from './golden-for-tests.ts';

const logit = (share: number) => Math.log(share / (1 - share));
const SIZE = [{ name: 'orig_target_sizes', dims: [1, 2], dtype: 'i64' as const }];

test('RT-DETR, D-FINE and DEIM: labels, boxes in source pixels and scores, whole-number labels', async () => {
  await finds(
    {
      output: {
        family: 'end-to-end-parts',
        names: { boxes: 'boxes', classes: 'labels', scores: 'scores' },
        boxUnit: 'source-px',
      },
      sideInputs: [{ name: 'orig_target_sizes', value: 'source-size-wh', dtype: 'i64' }],
      graph: {
        sideInputs: SIZE,
        outputs: [
          { name: 'labels', dims: [1, 2], values: [1, 0], dtype: 'i64' },
          tensor('boxes', [
            [10, 20, 60, 70],
            [1, 2, 30, 40],
          ]),
          { name: 'scores', dims: [1, 2], values: [0.9, 0.7] },
        ],
      },
      picturePx: [90, 160],
    },
    [
      ['dog', 0.9, [10, 20, 60, 70]],
      ['cat', 0.7, [1, 2, 30, 40]],
    ],
  );
});

test.each([
  ['source-size-wh', 'i64', [0, 0, 90, 160]],
  ['source-size-hw', 'f32', [0, 0, 90, 90]],
  ['input-size-hw', 'f32', [0, 0, 64, 64]],
  ['scale-factor-yx', 'f32', [0, 0, 0.4, 0.71]],
] as const)('the side input %s arrives in its order, on a portrait picture too', async (value, dtype, box) => {
  const golden = {
    labels: ['cat'],
    output: { family: 'boxes-scores', names: { boxes: 'boxes', scores: 'scores' }, boxUnit: 'source-px' },
    sideInputs: [{ name: 'size', value, dtype }],
    graph: {
      sideInputs: [{ name: 'size', dims: [1, 2], dtype }],
      boxOfSide: { name: 'boxes', side: 'size' },
      outputs: [{ name: 'scores', dims: [1, 1, 1], values: [0.9] }],
    },
    picturePx: [90, 160] as [number, number],
  };
  const [only] = await found(golden);
  only!.boxXyxyPx.forEach((v, i) => {
    expect(v).toBeCloseTo(box[i]!, 1);
  });
});

test('Ultralytics RT-DETR: rows of normalised centre and size, then the scores', async () => {
  const rows = Array.from({ length: 300 }, () => [0, 0, 0, 0, 0.01, 0.01]);
  rows[9] = [0.5, 0.25, 0.25, 0.25, 0.1, 0.8];
  await finds(
    {
      output: { family: 'dense', names: { raw: 'output0' }, boxFormat: 'cxcywh', boxUnit: 'normalised' },
      graph: { outputs: [tensor('output0', rows)] },
      picturePx: [200, 100],
    },
    [['dog', 0.8, [75, 12.5, 125, 37.5]]],
  );
});

test('DETR: softmax over all columns, of which the last means that nothing is there; a pixel mask beside the picture', async () => {
  const logits = [
    [1, 4, 0],
    [3, 0, 9],
  ];
  await finds(
    {
      input: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], resize: LETTERBOX },
      output: {
        family: 'boxes-scores',
        names: { boxes: 'pred_boxes', scores: 'logits' },
        boxFormat: 'cxcywh',
        boxUnit: 'normalised',
        scoreActivation: 'softmax',
        noObjectLast: true,
      },
      sideInputs: [{ name: 'pixel_mask', value: 'pixel-mask', dtype: 'i64' }],
      graph: {
        sideInputs: [{ name: 'pixel_mask', dims: ['batch', 'height', 'width'], dtype: 'i64' }],
        outputs: [
          tensor('pred_boxes', [
            [0.5, 0.5, 0.25, 0.25],
            [0.2, 0.2, 0.1, 0.1],
          ]),
          tensor('logits', logits),
        ],
      },
    },
    [['dog', Math.exp(4) / (Math.exp(1) + Math.exp(4) + 1), [48, 48, 80, 80]]],
  );
});

test.each([
  ['sigmoid', 1 / (1 + Math.exp(-2))],
  ['softmax', Math.exp(2) / (Math.exp(2) + Math.exp(-1))],
])('Hugging Face RT-DETR and RF-DETR: logits, the activation as stated: %s', async (scoreActivation, score) => {
  await finds(
    {
      output: {
        family: 'boxes-scores',
        names: { boxes: 'dets', scores: 'labels' },
        boxFormat: 'cxcywh',
        boxUnit: 'normalised',
        scoreActivation,
      },
      graph: { outputs: [tensor('dets', [[0.5, 0.5, 0.25, 0.25]]), tensor('labels', [[2, -1]])] },
    },
    [
      ['cat', score, [48, 48, 80, 80]],
      ...(scoreActivation === 'sigmoid' ? [['dog', 1 / (1 + Math.exp(1)), [48, 48, 80, 80]] as never] : []),
    ],
  );
});

const COUNTED = [
  { name: 'num_dets', dims: [1, 1], values: [1], dtype: 'i32' as const },
  tensor('det_boxes', [
    [8, 8, 24, 40],
    [30, 30, 40, 40],
  ]),
  { name: 'det_scores', dims: [1, 2], values: [0.9, 0.8] },
  { name: 'det_classes', dims: [1, 2], values: [1, 0], dtype: 'i32' as const },
];

test('YOLOv6 end to end and YOLO-NAS in batches: count, boxes, scores, classes; what is beyond the count is none', async () => {
  await finds(
    {
      output: {
        family: 'end-to-end-parts',
        names: { boxes: 'det_boxes', scores: 'det_scores', classes: 'det_classes', count: 'num_dets' },
      },
      graph: { outputs: COUNTED },
    },
    [['dog', 0.9, [16, 16, 48, 80]]],
  );
});

test('YOLO-NAS takes whole pixels in BGR and may leave boxes and scores raw', async () => {
  await finds(
    {
      input: { dtype: 'u8', colourOrder: 'BGR', scale: 1 },
      output: { family: 'boxes-scores', names: { boxes: 'boxes', scores: 'scores' } },
      graph: {
        input: { dims: [1, 3, 64, 64], dtype: 'u8' },
        outputs: [tensor('boxes', [[8, 8, 24, 40]]), tensor('scores', [[0.1, 0.9]])],
      },
    },
    [['dog', 0.9, [16, 16, 48, 80]]],
  );
});

test('SSD of TensorFlow: NHWC bytes, ymin xmin ymax xmax normalised, classes from 1 on as floats, a count', async () => {
  await finds(
    {
      input: { dtype: 'u8', layout: 'NHWC', scale: 1 },
      output: {
        family: 'end-to-end-parts',
        names: { boxes: 'detection_boxes', scores: 'scores', classes: 'classes', count: 'num_detections' },
        boxFormat: 'yxyx',
        boxUnit: 'normalised',
        classOffset: 1,
      },
      graph: {
        input: { dims: [1, 'height', 'width', 3], dtype: 'u8' },
        outputs: [
          tensor('detection_boxes', [
            [0.1, 0.2, 0.5, 0.4],
            [0, 0, 1, 1],
          ]),
          { name: 'scores', dims: [1, 2], values: [0.9, 0.8] },
          { name: 'classes', dims: [1, 2], values: [2, 1] },
          { name: 'num_detections', dims: [1], values: [1] },
        ],
      },
      picturePx: [100, 50],
    },
    [['dog', 0.9, [20, 5, 40, 25]]],
  );
});

test('EfficientDet: image, ymin xmin ymax xmax in source pixels, score, class from 1 on', async () => {
  const row = [0, 5, 20, 25, 40, 0.9, 2];
  await finds(
    {
      input: { dtype: 'u8', layout: 'NHWC', scale: 1 },
      output: {
        family: 'end-to-end',
        names: { raw: 'detections' },
        columns: ['batch', 'box', 'score', 'class'],
        boxFormat: 'yxyx',
        boxUnit: 'source-px',
        classOffset: 1,
      },
      graph: { input: { dims: [1, 64, 64, 3], dtype: 'u8' }, outputs: [tensor('detections', [row])] },
      picturePx: [100, 50],
    },
    [['dog', 0.9, [20, 5, 40, 25]]],
  );
});

test('OpenVINO’s DetectionOutput: image, label, confidence, normalised corners; a negative image ends the list', async () => {
  const rows = [
    [0, 2, 0.9, 0.1, 0.2, 0.5, 0.4],
    [-1, 0, 0, 0, 0, 0, 0],
    [0, 1, 0.8, 0, 0, 1, 1],
  ];
  await finds(
    {
      output: {
        family: 'end-to-end',
        names: { raw: 'detection_out' },
        columns: ['batch', 'class', 'score', 'box'],
        boxUnit: 'normalised',
        classOffset: 1,
      },
      graph: { outputs: [{ name: 'detection_out', dims: [1, 1, 3, 7], values: rows.flat() }] },
      picturePx: [100, 100],
    },
    [['dog', 0.9, [10, 20, 50, 40]]],
  );
});

test('mmdeploy: five numbers a box, the last its score, and whole-number labels', async () => {
  await finds(
    {
      input: { colourOrder: 'BGR', scale: 1, mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395] },
      output: { family: 'end-to-end-parts', names: { boxes: 'dets', classes: 'labels' } },
      graph: {
        outputs: [
          tensor('dets', [
            [8, 8, 24, 40, 0.9],
            [0, 0, 0, 0, 0],
          ]),
          { name: 'labels', dims: [1, 2], values: [1, -1], dtype: 'i64' },
        ],
      },
    },
    [['dog', 0.9, [16, 16, 48, 80]]],
  );
});

test('half precision in and out: pixels are fed as halves, scores come back as numbers', async () => {
  const half = (name: string, rows: number[][]): MadeGraph['outputs'][number] => ({
    ...tensor(name, rows),
    dtype: 'f16',
  });
  await finds(
    {
      input: { dtype: 'f16' },
      output: { family: 'boxes-scores', names: { boxes: 'boxes', scores: 'scores' } },
      graph: {
        input: { dims: [1, 3, 64, 64], dtype: 'f16' },
        outputs: [half('boxes', [[8, 8, 24, 40]]), half('scores', [[0.1, logit(0.75) / 2]])],
      },
    },
    [['dog', 0.5493, [16, 16, 48, 80]]],
  );
});
