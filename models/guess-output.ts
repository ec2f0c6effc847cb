import { gridRows } from './decoders/grid.ts';
import type { ExporterNotes } from './exporter-notes.ts';
import type { GraphTensor, OnnxOutline } from './onnx-file.ts';
import type { Choice, Question } from './question.ts';

/** What the outputs of a graph may be: fields of the manifest, what of them must be asked, and what it rests on. */
interface OutputGuess {
  from: 'metadata' | 'names' | 'shape';
  output: Record<string, unknown>;
  sideInputs?: { name: string; value: string; dtype: 'i64' | 'f32' }[];
  questions: Question[];
}

interface Evidence {
  outline: OnnxOutline;
  notes: ExporterNotes;
  widthPx: number;
  heightPx: number;
}

const STRIDES_PX = [8, 16, 32];

/** Rules from the surest to the least sure; the first that answers is taken. */
const RULES: readonly ((evidence: Evidence) => OutputGuess | null)[] = [
  ultralytics,
  paddle,
  namedParts,
  logitsAndBoxes,
  mmdeploy,
  tensorflow,
  nanodet,
  boxesAndScores,
  heads,
  classes,
  finishedRows,
  denseRows,
];

/** The first rule that recognises the outputs, or null. */
export function guessOutput(evidence: Evidence): OutputGuess | null {
  for (const rule of RULES) {
    const guess = rule(evidence);
    if (guess) return guess;
  }
  return null;
}

const named = ({ outline }: Evidence, name: string): GraphTensor | undefined =>
  outline.outputs.find((output) => output.name === name);
const only = ({ outline }: Evidence): GraphTensor | null => (outline.outputs.length === 1 ? outline.outputs[0]! : null);
const ask = (code: Question['code'], guess: string | null, choices: Choice[]): Question => ({ code, guess, choices });

const ACTIVATION = (guess: string | null): Question =>
  ask('score-activation', guess, [
    { id: 'none', sets: { output: { scoreActivation: 'none' } } },
    { id: 'sigmoid', sets: { output: { scoreActivation: 'sigmoid' } } },
    { id: 'softmax', sets: { output: { scoreActivation: 'softmax' } } },
  ]);
const OBJECTNESS = (guess: string | null): Question =>
  ask('objectness', guess, [
    { id: 'yes', sets: { output: { objectness: true } } },
    { id: 'no', sets: { output: { objectness: false } } },
  ]);
const BOX_FORMAT = (guess: string): Question =>
  ask(
    'box-format',
    guess,
    ['xyxy', 'cxcywh', 'xywh', 'yxyx'].map((boxFormat) => ({ id: boxFormat, sets: { output: { boxFormat } } })),
  );
const BOX_UNIT = (guess: string): Question =>
  ask(
    'box-unit',
    guess,
    ['input-px', 'normalised', 'source-px'].map((boxUnit) => ({ id: boxUnit, sets: { output: { boxUnit } } })),
  );
const FIRST_CLASS = (guess: string): Question =>
  ask('first-class', guess, [
    { id: '0', sets: { output: { classOffset: 0 } } },
    { id: '1', sets: { output: { classOffset: 1 } } },
  ]);

/** The exporter wrote the labels down, so the number of columns tells what stands beside them. */
function ultralytics(evidence: Evidence): OutputGuess | null {
  const { outline, notes, widthPx, heightPx } = evidence;
  const raw = outline.outputs[0];
  if (!notes.labels || !raw) return null;
  const classes = notes.labels.length;
  const names = { raw: raw.name };
  const { dims } = raw;
  if (notes.task === 'classify' || dims.length === 2) {
    if (dims.at(-1) !== classes) return null;
    const output = { family: 'class-scores', names: { scores: raw.name } };
    return { from: 'metadata', output, questions: [ACTIVATION('none')] };
  }
  if (dims.length !== 3) return null;
  const masks = outline.outputs.find((output) => output.dims.length === 4);
  const extra = {
    ...(notes.task === 'segment' && masks && { maskCoefficients: masks.dims[1] ?? 32 }),
    ...(notes.task === 'pose' && notes.keypoints && { keypoints: notes.keypoints }),
    ...(notes.task === 'obb' && { angle: true }),
  };
  const extraNumbers =
    (extra.maskCoefficients ?? 0) +
    (extra.keypoints ? extra.keypoints.count * extra.keypoints.numbers : 0) +
    Number(extra.angle ?? false);
  const withMasks = { ...names, ...(extra.maskCoefficients && masks && { masks: masks.name }) };
  const [, first, last] = dims;
  const numbers = 4 + classes + extraNumbers;
  if (last === 6 + extraNumbers && (notes.endToEnd || (first !== null && first! <= 1000 && last !== numbers))) {
    const after = extra.maskCoefficients ? ['coefficients'] : extra.keypoints ? ['keypoints'] : [];
    const columns = ['box', 'score', 'class', ...(extra.angle ? ['angle'] : after)];
    const boxFormat = extra.angle ? 'cxcywh' : 'xyxy';
    const output = { family: 'end-to-end', names: withMasks, columns, boxFormat, ...extra };
    return { from: 'metadata', output, questions: [] };
  }
  // Two classes in rows have the shape of finished rows: unless the notes tell them apart, it is asked.
  const isRtDetr = /rt-?detr/i.test(notes.description);
  const ambiguous = last === 6 && last === numbers && first !== gridRows(STRIDES_PX, widthPx, heightPx) && !isRtDetr;
  const asked = ambiguous ? finishedRows(evidence) : null;
  if (asked) return { ...asked, from: 'metadata' };
  const dense = { family: 'dense', names: withMasks, boxFormat: 'cxcywh', ...extra };
  if (last === numbers && isRtDetr) {
    return { from: 'metadata', output: { ...dense, boxUnit: 'normalised' }, questions: [] };
  }
  if (first === numbers && last !== numbers) {
    return { from: 'metadata', output: { ...dense, arrangement: 'columns' }, questions: [] };
  }
  if (last === 5 + classes) {
    return { from: 'metadata', output: { ...dense, objectness: true }, questions: [OBJECTNESS('yes')] };
  }
  if (last !== numbers) return null;
  const normalised = first !== gridRows(STRIDES_PX, widthPx, heightPx);
  return {
    from: 'metadata',
    output: { ...dense, boxUnit: normalised ? 'normalised' : 'input-px' },
    questions: [BOX_UNIT(normalised ? 'normalised' : 'input-px')],
  };
}

/** Its exporter always names the further inputs alike. */
function paddle({ outline }: Evidence): OutputGuess | null {
  const sides = outline.inputs.filter(({ name }) => name === 'scale_factor' || name === 'im_shape');
  const raw = outline.outputs.find(({ dims }) => dims.at(-1) === 6);
  if (sides.length === 0 || !raw) return null;
  const count = outline.outputs.find((output) => output !== raw);
  return {
    from: 'names',
    output: {
      family: 'end-to-end',
      names: { raw: raw.name, ...(count && { count: count.name }) },
      columns: ['class', 'score', 'box'],
      boxUnit: 'source-px',
    },
    sideInputs: sides.map(({ name }) => ({
      name,
      value: name === 'im_shape' ? 'input-size-hw' : 'scale-factor-yx',
      dtype: 'f32' as const,
    })),
    questions: [],
  };
}

/** RT-DETR and its kin, and graphs whose suppression counts. */
function namedParts(evidence: Evidence): OutputGuess | null {
  const [labels, boxes, scores] = ['labels', 'boxes', 'scores'].map((name) => named(evidence, name));
  const size = evidence.outline.inputs.find(({ name }) => name === 'orig_target_sizes');
  if (labels && boxes && scores && size) {
    return {
      from: 'names',
      output: {
        family: 'end-to-end-parts',
        names: { classes: 'labels', boxes: 'boxes', scores: 'scores' },
        boxUnit: 'source-px',
      },
      sideInputs: [{ name: size.name, value: 'source-size-wh', dtype: size.elementType === 1 ? 'f32' : 'i64' }],
      questions: [],
    };
  }
  const part = (pattern: RegExp) => evidence.outline.outputs.find(({ name }) => pattern.test(name))?.name;
  const names = {
    count: part(/^num_(dets|detections|predictions)$|^graph2_num_predictions$/),
    boxes: part(/^(det|pred)_boxes$|^graph2_pred_boxes$/),
    scores: part(/^(det|pred)_scores$|^graph2_pred_scores$/),
    classes: part(/^(det|pred)_classes$|^graph2_pred_classes$/),
  };
  if (!Object.values(names).every((name) => name !== undefined)) return null;
  return { from: 'names', output: { family: 'end-to-end-parts', names }, questions: [FIRST_CLASS('0')] };
}

/** DETR, RT-DETR of Hugging Face, RF-DETR: what the logits still need is told by no shape. */
function logitsAndBoxes(evidence: Evidence): OutputGuess | null {
  const boxes = named(evidence, 'pred_boxes') ?? named(evidence, 'dets');
  const scores = named(evidence, 'logits') ?? named(evidence, 'pred_logits') ?? named(evidence, 'labels');
  if (!boxes || !scores || scores.dims.length !== 3 || (boxes.dims.at(-1) ?? 4) !== 4) return null;
  const mask = evidence.outline.inputs.find(({ name }) => name === 'pixel_mask');
  return {
    from: 'names',
    output: {
      family: 'boxes-scores',
      names: { boxes: boxes.name, scores: scores.name },
      boxFormat: 'cxcywh',
      boxUnit: 'normalised',
    },
    ...(mask && { sideInputs: [{ name: mask.name, value: 'pixel-mask', dtype: 'i64' as const }] }),
    questions: [
      ask('score-activation', null, [
        { id: 'sigmoid', sets: { output: { scoreActivation: 'sigmoid', noObjectLast: false } } },
        { id: 'softmax', sets: { output: { scoreActivation: 'softmax', noObjectLast: false } } },
        { id: 'softmax-no-object-last', sets: { output: { scoreActivation: 'softmax', noObjectLast: true } } },
      ]),
    ],
  };
}

function mmdeploy(evidence: Evidence): OutputGuess | null {
  const [dets, labels] = [named(evidence, 'dets'), named(evidence, 'labels')];
  if (!dets || !labels || dets.dims.at(-1) !== 5) return null;
  const output = { family: 'end-to-end-parts', names: { boxes: 'dets', classes: 'labels' } };
  return { from: 'names', output, questions: [] };
}

function tensorflow({ outline }: Evidence): OutputGuess | null {
  const part = (key: string) => outline.outputs.find(({ name }) => name.replace(/:\d+$/, '') === key)?.name;
  const names = {
    boxes: part('detection_boxes'),
    scores: part('detection_scores'),
    classes: part('detection_classes'),
    count: part('num_detections'),
  };
  if (!names.boxes || !names.scores || !names.classes) return null;
  return {
    from: 'names',
    output: { family: 'end-to-end-parts', names, boxFormat: 'yxyx', boxUnit: 'normalised', classOffset: 1 },
    questions: [FIRST_CLASS('1')],
  };
}

/** Rows of four strides: no other family of the table counts so. */
function nanodet(evidence: Evidence): OutputGuess | null {
  const raw = only(evidence);
  const rows = gridRows([8, 16, 32, 64], evidence.widthPx, evidence.heightPx);
  if (raw?.dims.length !== 3 || raw.dims[1] !== rows || (raw.dims[2] ?? 0) <= 32) return null;
  return {
    from: 'shape',
    output: { family: 'nanodet-plus', names: { raw: raw.name } },
    questions: [ACTIVATION('none')],
  };
}

/** Four numbers a box, and as many rows, or columns, of scores: YOLO-NAS, PP-YOLOE without suppression, and many a graph. */
function boxesAndScores({ outline }: Evidence): OutputGuess | null {
  const [one, other] = outline.outputs;
  if (outline.outputs.length !== 2 || !one || !other) return null;
  const [boxes, scores] = one.dims.at(-1) === 4 ? [one, other] : [other, one];
  if (boxes.dims.length !== 3 || boxes.dims[2] !== 4 || scores.dims.length !== 3) return null;
  const rows = boxes.dims[1] ?? null;
  const inRows = rows === null || scores.dims[1] === rows;
  if (!inRows && scores.dims[2] !== rows) return null;
  return {
    from: 'shape',
    output: {
      family: 'boxes-scores',
      names: { boxes: boxes.name, scores: scores.name },
      ...(!inRows && { arrangement: 'columns' }),
    },
    questions: [BOX_FORMAT('xyxy'), BOX_UNIT('input-px'), ACTIVATION('none')],
  };
}

/** One or two tensors a stride. */
function heads({ outline, widthPx, heightPx }: Evidence): OutputGuess | null {
  const five = outline.outputs.filter(({ dims }) => dims.length === 5);
  if (five.length === 3) {
    const inOrder = five.toSorted((a, b) => (b.dims[2] ?? 0) - (a.dims[2] ?? 0));
    return {
      from: 'shape',
      output: { family: 'yolov5-heads', names: { heads: inOrder.map(({ name }) => name) } },
      questions: [ACTIVATION('sigmoid'), ask('anchors', 'yolov5-coco', [{ id: 'yolov5-coco', sets: {} }])],
    };
  }
  const rows = [8, 16, 32, 64].map((stride) => gridRows([stride], widthPx, heightPx));
  const three = outline.outputs.filter(({ dims }) => dims.length === 3);
  if (three.length !== 8) return null;
  const sides = rows.map((count) => three.find(({ dims }) => dims[1] === count && dims[2] === 32));
  const scores = rows.map((count, i) => three.find((tensor) => tensor.dims[1] === count && tensor !== sides[i]));
  const all = [...scores, ...sides];
  if (all.some((tensor) => tensor === undefined)) return null;
  return {
    from: 'shape',
    output: { family: 'picodet-heads', names: { heads: all.map((tensor) => tensor!.name) } },
    questions: [ACTIVATION('none')],
  };
}

function classes(evidence: Evidence): OutputGuess | null {
  const scores = only(evidence);
  if (scores?.dims.length !== 2 || scores.dims[1] === null || [6, 7].includes(scores.dims[1]!)) return null;
  const output = { family: 'class-scores', names: { scores: scores.name } };
  return { from: 'shape', output, questions: [ACTIVATION(null)] };
}

/** Six or seven numbers: which of them is the score and which the class, no shape tells. */
function finishedRows(evidence: Evidence): OutputGuess | null {
  const raw = only(evidence);
  const numbers = raw?.dims.at(-1);
  if (!raw || (numbers !== 6 && numbers !== 7)) return null;
  const rows = raw.dims.at(-2) ?? null;
  const grid = gridRows(STRIDES_PX, evidence.widthPx, evidence.heightPx);
  if (rows === grid || rows === 3 * grid) return null;
  const names = { raw: raw.name };
  const finished = (columns: string[], more = {}) => ({
    id: columns.join(','),
    sets: { output: { family: 'end-to-end', names, columns, ...more } },
  });
  const choices =
    numbers === 6
      ? [
          finished(['box', 'score', 'class']),
          finished(['class', 'score', 'box']),
          {
            id: 'two-classes',
            sets: { output: { family: 'dense', names, boxFormat: 'cxcywh', boxUnit: 'normalised' } },
          },
        ]
      : [
          finished(['batch', 'box', 'class', 'score']),
          finished(['batch', 'box', 'score', 'class']),
          finished(['batch', 'class', 'score', 'box'], { boxUnit: 'normalised', classOffset: 1 }),
        ];
  const likely = numbers === 6 ? choices[0]!.id : raw.dims.length === 4 ? choices[2]!.id : null;
  return { from: 'shape', output: { family: 'end-to-end', names }, questions: [ask('columns', likely, choices)] };
}

/** A row for every cell of the grid: the count of rows, never which side is longer, tells how the tensor lies. */
function denseRows(evidence: Evidence): OutputGuess | null {
  const raw = only(evidence);
  if (raw?.dims.length !== 3) return null;
  const [, first, last] = raw.dims;
  const cells = gridRows(STRIDES_PX, evidence.widthPx, evidence.heightPx);
  const dense = { family: 'dense', names: { raw: raw.name }, boxFormat: 'cxcywh' };
  if (last === cells && first !== cells) {
    return {
      from: 'shape',
      output: { ...dense, arrangement: 'columns' },
      questions: [OBJECTNESS('no'), BOX_FORMAT('cxcywh')],
    };
  }
  if (first === 3 * cells) {
    return { from: 'shape', output: { ...dense, objectness: true }, questions: [OBJECTNESS('yes')] };
  }
  if (first !== cells) return null;
  return {
    from: 'shape',
    output: { ...dense, objectness: true },
    questions: [
      ask('grid', null, [
        { id: 'decoded', sets: { output: { family: 'dense' } } },
        { id: 'yolox', sets: { output: { family: 'yolox-grid' } } },
      ]),
      OBJECTNESS(null),
    ],
  };
}
