import type { ManifestOutput } from '../manifest.ts';
import type { Candidates } from './candidates.ts';

/** A role that an output tensor plays; the manifest gives its name in the graph. */
export type OutputRole = keyof ManifestOutput['names'];

/** One output tensor, by its role. */
export interface OutputTensor {
  dims: readonly number[];
  values: Float32Array;
}

/** The shape of each output as the graph states it; null where a dimension is open. */
export type OutputShapes = Partial<Record<OutputRole, readonly (number | null)[]>>;

/** What a decoder is opened with. */
interface DecoderRequest {
  output: ManifestOutput;
  inputWidthPx: number;
  inputHeightPx: number;
  /** Per label: scores below it are of no interest. */
  floors: Float32Array;
}

/** Reads the tensors of one picture. It throws a plain Error where they do not have the shape that it expects. */
export type Decode = (tensors: Partial<Record<OutputRole, OutputTensor>>, into: Candidates) => void;

/** One way in which detectors write down what they found. */
export interface DecoderFamily {
  /** The outputs that it reads; the manifest must name them. */
  roles: readonly OutputRole[];
  /** How many labels the shapes speak of, or null where they leave it open. */
  classCount(output: ManifestOutput, shapes: OutputShapes): number | null;
  /** What of the manifest this family cannot do, in words; null when all is well. */
  refuses(output: ManifestOutput, shapes: OutputShapes, inputWidthPx: number, inputHeightPx: number): string | null;
  open(request: DecoderRequest): Decode;
}

/** 1 / (1 + e^-x). */
function sigmoid(x: number): number {
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
