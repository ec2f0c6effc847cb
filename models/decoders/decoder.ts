import type { ManifestOutput } from '../manifest.ts';
import type { Candidates } from './candidates.ts';

/** A role that an output tensor plays; the manifest gives its name in the graph. */
export type OutputRole = Exclude<keyof ManifestOutput['names'], 'heads'> | `head-${number}`;

/** One output tensor, by its role. */
export interface OutputTensor {
  dims: readonly number[];
  values: Float32Array;
}

/** The shape of each output as the graph states it; null where a dimension is open. */
export type OutputShapes = Partial<Record<OutputRole, readonly (number | null)[]>>;

/** What a decoder is opened with. */
export interface DecoderRequest {
  output: ManifestOutput;
  inputWidthPx: number;
  inputHeightPx: number;
  /** Per label: scores below it are of no interest. */
  floors: Float32Array;
}

/** The output tensors of one picture. */
export type OutputTensors = Partial<Record<OutputRole, OutputTensor>>;

/** Reads the tensors of one picture. It throws a plain Error where they do not have the shape that it expects. */
export type Decode = (tensors: OutputTensors, into: Candidates) => void;

/** What is known of a thing beside its box; points are x and y in turn, in the decoder's box unit. */
export interface Shape {
  /** The four corners of a turned box. */
  corners?: number[];
  keypoints?: { points: number[]; scores: number[] };
  /** The outline of the largest piece of its mask. */
  outline?: number[];
}

/** Reads the shape of one row of the same tensors. It allocates: for pictures that are shown, not for the frame loop. */
type Describe = (tensors: OutputTensors, row: number) => Shape;

/** One way in which detectors write down what they found. */
export interface DecoderFamily {
  /** What it finds: things with boxes, or the class of the whole picture. */
  finds?: 'boxes' | 'classes';
  /** The outputs that it reads; the manifest must name them. */
  roles(output: ManifestOutput): readonly OutputRole[];
  /** How many labels the shapes speak of, or null where they leave it open. */
  classCount(output: ManifestOutput, shapes: OutputShapes): number | null;
  /** What of the manifest this family cannot do, in words; null when all is well. */
  refuses(output: ManifestOutput, shapes: OutputShapes, inputWidthPx: number, inputHeightPx: number): string | null;
  open(request: DecoderRequest): Decode;
  /** Absent: nothing but boxes. */
  describe?(request: DecoderRequest): Describe;
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The floors as the scores are written before the activation, so that no exponent is taken of what is dropped. */
export function floorsBeforeActivation(output: ManifestOutput, floors: Float32Array): Float32Array {
  if (output.scoreActivation === 'none') return floors;
  return floors.map((floor) => Math.log(floor / (1 - floor)));
}

/** Applies the activation that the manifest states to the candidates that were kept. */
export function activate(output: ManifestOutput, into: Candidates): void {
  if (output.scoreActivation === 'none') return;
  const scores = into.scores;
  for (let i = 0; i < into.count; i++) scores[i] = sigmoid(scores[i]!);
}
