import type { Tensor } from 'onnxruntime-node';
import { fromHalf } from './half-floats.ts';

/** The element types of outputs that are read. */
export const READABLE_TYPES: readonly string[] = [
  'float32',
  'float16',
  'float64',
  'int64',
  'int32',
  'uint8',
  'int8',
  'bool',
];

/** The numbers of an output. Those that are no float32 are written into `spare`, or a larger one where it is too small. */
export function floatsOf({ data, type }: Tensor, spare: Float32Array): Float32Array {
  if (data instanceof Float32Array) return data;
  const numbers = data as ArrayLike<number | bigint>;
  const out = spare.length >= numbers.length ? spare : new Float32Array(numbers.length);
  // Half precision comes as bits where the runtime's JavaScript has no array of its own for it.
  const asBits = type === 'float16' && data instanceof Uint16Array;
  for (let i = 0; i < numbers.length; i++) {
    out[i] = asBits ? fromHalf(numbers[i] as number) : Number(numbers[i]);
  }
  return out.length === numbers.length ? out : out.subarray(0, numbers.length);
}
