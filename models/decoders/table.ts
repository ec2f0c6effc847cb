import { boxesScores } from './boxes-scores.ts';
import type { DecoderFamily } from './decoder.ts';
import { nanodetPlus } from './nanodet-plus.ts';

/** Every family of detectors that can be read: one line each. A manifest names its family by the key. */
export const DECODERS: Readonly<Record<string, DecoderFamily>> = {
  'boxes-scores': boxesScores,
  'nanodet-plus': nanodetPlus,
};
