import { expect, test } from 'vitest';
import { guessManifest } from './guess.ts';
import { type MadeGraph, madeGraph } from './made-graph.ts';
import { outlineOnnx } from './onnx-file.ts';

const picture = { name: 'images', dims: [1, 3, 64, 64], dtype: 'f32' as const };
const output = (name: string, ...dims: number[]): MadeGraph['outputs'][number] => ({
  name,
  dims,
  values: new Array<number>(dims.reduce((a, b) => a * b, 1)).fill(0),
});
const guess = (graph: MadeGraph, answers: Record<string, string> = {}) =>
  guessManifest(
    outlineOnnx(madeGraph({ input: picture, ...graph })),
    { name: 'uploaded', version: '1.0.0', labels: null },
    answers,
  );
const codes = (of: ReturnType<typeof guess>) => of.questions.map(({ code }) => code).sort();
const NOTES = { names: "{0: 'cat', 1: \"dog's bed\"}", stride: '32', task: 'detect', imgsz: '[64, 64]' };
const OF_A_PICTURE = ['colour-order', 'pixel-scale', 'resize'];

test('Ultralytics writes labels and task down: all but the picture is read off, and even that has a likely answer', () => {
  const made = guess({ outputs: [output('output0', 1, 6, 84)], metadata: NOTES });
  expect(made).toMatchObject({ from: 'metadata', labels: ['cat', "dog's bed"] });
  expect(made.manifest).toMatchObject({
    input: { scale: 1 / 255, colourOrder: 'RGB', resize: { kind: 'letterbox', anchor: 'centre', padValue: 114 } },
    output: { family: 'dense', arrangement: 'columns', boxFormat: 'cxcywh', objectness: false },
  });
  expect(codes(made)).toEqual(OF_A_PICTURE);
  expect(made.questions.map((question) => question.guess)).toEqual(['unit', 'RGB', 'letterbox-centre']);
});

const metadata = NOTES;
test.each<[string, MadeGraph, object, string[]]>([
  ['YOLOv5', { outputs: [output('o', 1, 252, 7)], metadata }, { family: 'dense', objectness: true }, ['objectness']],
  [
    'nms=True',
    { outputs: [output('o', 1, 300, 6)], metadata: { ...metadata, args: "{'nms': True}" } },
    { columns: ['box', 'score', 'class'] },
    [],
  ],
  [
    'YOLOv10 with the shape of two classes',
    { outputs: [output('o', 1, 300, 6)], metadata: { ...metadata, end2end: 'True' } },
    { family: 'end-to-end' },
    [],
  ],
  [
    'RT-DETR with the shape of finished rows',
    { outputs: [output('o', 1, 300, 6)], metadata: { ...metadata, description: 'Ultralytics RT-DETR-l' } },
    { family: 'dense', boxUnit: 'normalised' },
    [],
  ],
  [
    'pose',
    { outputs: [output('o', 1, 12, 84)], metadata: { ...metadata, task: 'pose', kpt_shape: '[2, 3]' } },
    { keypoints: { count: 2, numbers: 3 } },
    [],
  ],
  ['turned boxes', { outputs: [output('o', 1, 7, 84)], metadata: { ...metadata, task: 'obb' } }, { angle: true }, []],
  [
    'segmentation',
    { outputs: [output('o', 1, 8, 84), output('p', 1, 2, 16, 16)], metadata: { ...metadata, task: 'segment' } },
    { maskCoefficients: 2, names: { masks: 'p' } },
    [],
  ],
  [
    'classification',
    { outputs: [output('o', 1, 2)], metadata: { ...metadata, task: 'classify' } },
    { family: 'class-scores' },
    ['score-activation'],
  ],
])('what the notes of an exporter settle: %s', (_name, graph, expected, questions) => {
  const made = guess(graph);
  expect(made.from).toBe('metadata');
  expect(made.manifest?.output).toMatchObject(expected);
  expect(codes(made)).toEqual([...OF_A_PICTURE, ...questions].sort());
});

const size = { name: 'orig_target_sizes', dims: [1, 2], dtype: 'i64' as const };
test.each<[string, MadeGraph, object, string[]]>([
  [
    'RT-DETR',
    { sideInputs: [size], outputs: [output('labels', 1, 3), output('boxes', 1, 3, 4), output('scores', 1, 3)] },
    { family: 'end-to-end-parts', boxUnit: 'source-px' },
    [],
  ],
  [
    'Paddle',
    {
      sideInputs: [{ name: 'scale_factor', dims: [1, 2], dtype: 'f32' }],
      outputs: [output('b', 9, 6), output('n', 1)],
    },
    { columns: ['class', 'score', 'box'], names: { raw: 'b', count: 'n' } },
    [],
  ],
  [
    'DETR',
    { outputs: [output('logits', 1, 9, 3), output('pred_boxes', 1, 9, 4)] },
    { family: 'boxes-scores', boxUnit: 'normalised' },
    ['score-activation'],
  ],
  [
    'RF-DETR',
    { outputs: [output('dets', 1, 9, 4), output('labels', 1, 9, 91)] },
    { family: 'boxes-scores' },
    ['score-activation'],
  ],
  ['mmdeploy', { outputs: [output('dets', 1, 9, 5), output('labels', 1, 9)] }, { family: 'end-to-end-parts' }, []],
  [
    'SSD',
    {
      outputs: [
        output('detection_boxes', 1, 9, 4),
        output('detection_classes', 1, 9),
        output('detection_scores', 1, 9),
        output('num_detections', 1),
      ],
    },
    { boxFormat: 'yxyx', classOffset: 1 },
    ['first-class'],
  ],
  [
    'YOLOv6 end to end',
    {
      outputs: [
        output('num_dets', 1, 1),
        output('det_boxes', 1, 9, 4),
        output('det_scores', 1, 9),
        output('det_classes', 1, 9),
      ],
    },
    { family: 'end-to-end-parts' },
    ['first-class'],
  ],
])('what the names of inputs and outputs tell: %s', (_name, graph, expected, questions) => {
  const made = guess(graph);
  expect(made.from).toBe('names');
  expect(made.manifest?.output).toMatchObject(expected);
  expect(codes(made)).toEqual([...OF_A_PICTURE, 'labels', ...questions].sort());
});

test.each<[string, MadeGraph, string[]]>([
  [
    'boxes and scores',
    { outputs: [output('boxes', 1, 9, 4), output('scores', 1, 9, 3)] },
    ['box-format', 'box-unit', 'score-activation'],
  ],
  [
    'boxes and columns of scores',
    { outputs: [output('a', 1, 3, 9), output('b', 1, 9, 4)] },
    ['box-format', 'box-unit', 'score-activation'],
  ],
  ['(1,6,cells)', { outputs: [output('o', 1, 6, 84)] }, ['box-format', 'objectness']],
  ['(1,cells,6)', { outputs: [output('o', 1, 84, 6)] }, ['grid', 'objectness']],
  ['(1,3·cells,6)', { outputs: [output('o', 1, 252, 6)] }, ['objectness']],
  ['(1,300,6)', { outputs: [output('o', 1, 300, 6)] }, ['columns']],
  ['(N,7)', { outputs: [output('o', 5, 7)] }, ['columns']],
  ['(1,1,N,7)', { outputs: [output('o', 1, 1, 5, 7)] }, ['columns']],
  ['(1,5 of four strides,34)', { outputs: [output('o', 1, 85, 34)] }, ['score-activation']],
  ['(1,10)', { outputs: [output('o', 1, 10)] }, ['score-activation']],
  [
    'three heads',
    { outputs: [output('a', 1, 3, 8, 8, 7), output('b', 1, 3, 4, 4, 7), output('c', 1, 3, 2, 2, 7)] },
    ['anchors', 'score-activation'],
  ],
])('where only shapes speak, the traps are asked: %s', (_name, graph, questions) => {
  const made = guess(graph);
  expect(made.from).toBe('shape');
  expect(codes(made)).toEqual([...OF_A_PICTURE, 'labels', ...questions].sort());
});

test('two classes in rows that look like finished rows are asked, though the exporter wrote its labels down', () => {
  const made = guess({ outputs: [output('o', 1, 300, 6)], metadata: NOTES });
  expect(codes(made)).toContain('columns');
  const answered = guess({ outputs: [output('o', 1, 300, 6)], metadata: NOTES }, { columns: 'two-classes' });
  expect(answered.manifest?.output).toMatchObject({ family: 'dense', boxUnit: 'normalised' });
});

test('answers are taken, asked no more, and one that is no choice is refused', () => {
  const graph = { outputs: [output('o', 5, 7)] };
  const made = guess(graph, { columns: 'batch,box,score,class', 'colour-order': 'BGR', 'pixel-scale': 'caffe' });
  expect(made.manifest).toMatchObject({
    input: { colourOrder: 'BGR', mean: [103.53, 116.28, 123.675] },
    output: { columns: ['batch', 'box', 'score', 'class'] },
  });
  expect(codes(made)).toEqual(['labels', 'resize']);
  expect(() => guess(graph, { columns: 'whatever' })).toThrow(/got "whatever" for columns, expected one of /);
});

test('an open input size is asked, and the answer counts for the rows', () => {
  const open = { ...picture, dims: [1, 3, 'height', 'width'] };
  const graph = { input: open, outputs: [output('o', 1, 6, 84)] };
  expect(codes(guess(graph))).toContain('input-size');
  expect(guess(graph).manifest).toBeNull();
  expect(guess(graph, { 'input-size': '64x64' }).manifest).toMatchObject({
    input: { widthPx: 64 },
    output: { arrangement: 'columns' },
  });
});

test('outputs that nothing is known of are no manifest, and notes that cannot be read are none', () => {
  expect(guess({ outputs: [output('embedding', 1, 4, 5)] }).manifest).toBeNull();
  for (const names of ['{0: 5}', 'nonsense', "{3: 'cat'}", "{99999999: 'cat'}"]) {
    expect(guess({ outputs: [output('o', 1, 6, 84)], metadata: { ...NOTES, names } }).labels).toBeNull();
  }
});
