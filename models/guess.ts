import { DECODERS } from './decoders/table.ts';
import { type ExporterNotes, readNotes } from './exporter-notes.ts';
import { guessOutput } from './guess-output.ts';
import { Manifest } from './manifest.ts';
import type { GraphTensor, OnnxOutline } from './onnx-file.ts';
import type { Question } from './question.ts';

type Fields = Record<string, unknown>;

/** A manifest made up from what a file says of itself: a guess, until the questions are answered. */
export interface Guess {
  /** Whole enough to try; null where the outputs are not recognised. */
  manifest: Manifest | null;
  /** What the guess of the outputs rests on. */
  from: 'metadata' | 'names' | 'shape' | null;
  labels: string[] | null;
  questions: Question[];
}

const ELEMENT_TYPES: Readonly<Record<number, 'f32' | 'u8' | 'f16'>> = { 1: 'f32', 2: 'u8', 10: 'f16' };
const USUAL_SIZE_PX = 640;

const IMAGENET = { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/** Those of RTMDet and NanoDet-Plus, in BGR. */
const CAFFE = { scale: 1, mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395] };
const PLAIN = { mean: [0, 0, 0], std: [1, 1, 1] };

/**
 * Reads off a file what can be read and asks for the rest. `answers` are the ids of choices by question; a question that is
 * answered is not asked again. @throws Error when an answer is none of the choices
 */
export function guessManifest(
  outline: OnnxOutline,
  file: { name: string; version: string; labels: string[] | null },
  answers: Readonly<Record<string, string>> = {},
): Guess {
  const notes = readNotes(outline.metadata);
  const picture = pictureInput(outline);
  if (!picture) return { manifest: null, from: null, labels: file.labels ?? notes.labels, questions: [] };
  const { input, questions: asked } = guessInput(picture, notes, answers['input-size']);
  const guess = guessOutput({ outline, notes, widthPx: input.widthPx, heightPx: input.heightPx });
  const labels = file.labels ?? notes.labels;
  const questions: Question[] = [
    ...asked,
    ...(guess?.questions ?? []),
    ...(labels === null ? [{ code: 'labels', guess: null, choices: [] } satisfies Question] : []),
  ];
  const draft = {
    name: file.name,
    version: file.version,
    licence: 'not stated',
    onnx: { file: 'model.onnx' },
    input: input as Fields,
    sideInputs: guess?.sideInputs ?? [],
    output: (guess?.output ?? {}) as Fields,
    selection: { thresholds: { default: 0.35 }, nmsIou: 0.6 },
  };
  for (const { code, guess: likely, choices } of questions) {
    const id = answers[code] ?? likely ?? choices[0]?.id;
    if (choices.length === 0 || id === undefined) continue;
    const choice = choices.find((one) => one.id === id);
    if (!choice) throw new Error(`got "${id}" for ${code}, expected one of ${choices.map((one) => one.id).join(', ')}`);
    Object.assign(draft.input, choice.sets.input);
    Object.assign(draft.output, choice.sets.output);
  }
  const parsed = Manifest.safeParse(draft);
  return {
    manifest: guess && parsed.success && DECODERS[parsed.data.output.family] ? parsed.data : null,
    from: guess?.from ?? null,
    labels,
    questions: questions.filter(({ code }) => answers[code] === undefined),
  };
}

/** The input of four dimensions, one of which may be the three channels. */
function pictureInput({ inputs }: OnnxOutline): GraphTensor | null {
  return inputs.find(({ dims, elementType }) => dims.length === 4 && elementType in ELEMENT_TYPES) ?? null;
}

function guessInput({ name, dims, elementType }: GraphTensor, notes: ExporterNotes, answeredSize: string | undefined) {
  const dtype = ELEMENT_TYPES[elementType]!;
  const layout = dims[1] !== 3 && dims[3] === 3 ? 'NHWC' : 'NCHW';
  const [statedHeight, statedWidth] = layout === 'NCHW' ? [dims[2], dims[3]] : [dims[1], dims[2]];
  const answered = /^(\d+)x(\d+)$/.exec(answeredSize ?? '');
  const heightPx = statedHeight ?? (Number(answered?.[2] ?? 0) || (notes.inputSizePx?.[0] ?? USUAL_SIZE_PX));
  const widthPx = statedWidth ?? (Number(answered?.[1] ?? 0) || (notes.inputSizePx?.[1] ?? USUAL_SIZE_PX));
  const known = notes.labels !== null && notes.stridePx !== null;
  const letterbox = { kind: 'letterbox', anchor: 'centre', padValue: 114 };
  const questions: Question[] = [];
  if (dtype !== 'u8') {
    questions.push({
      code: 'pixel-scale',
      guess: known ? 'unit' : null,
      choices: [
        { id: 'unit', sets: { input: { scale: 1 / 255, ...PLAIN } } },
        { id: 'bytes', sets: { input: { scale: 1, ...PLAIN } } },
        { id: 'imagenet', sets: { input: IMAGENET } },
        { id: 'caffe', sets: { input: CAFFE } },
      ],
    });
  }
  questions.push(
    {
      code: 'colour-order',
      guess: known ? 'RGB' : null,
      choices: ['RGB', 'BGR'].map((colourOrder) => ({ id: colourOrder, sets: { input: { colourOrder } } })),
    },
    {
      code: 'resize',
      guess: known && notes.task !== 'classify' ? 'letterbox-centre' : null,
      choices: [
        { id: 'stretch', sets: { input: { resize: { kind: 'stretch' } } } },
        { id: 'letterbox-centre', sets: { input: { resize: letterbox } } },
        { id: 'letterbox-top-left', sets: { input: { resize: { ...letterbox, anchor: 'top-left' } } } },
      ],
    },
  );
  if ((statedHeight === null || statedWidth === null) && !notes.inputSizePx) {
    questions.push({
      code: 'input-size',
      guess: `${widthPx}x${heightPx}`,
      choices: [],
    });
  }
  const input = { name, layout, dtype, colourOrder: 'RGB', resize: { kind: 'stretch' }, widthPx, heightPx };
  return { input, questions };
}
