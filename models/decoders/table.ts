import { boxesScores } from './boxes-scores.ts';
import { classScores } from './class-scores.ts';
import type { DecoderFamily } from './decoder.ts';
import { dense, yoloxGrid } from './dense.ts';
import { endToEnd } from './end-to-end.ts';
import { endToEndParts } from './end-to-end-parts.ts';
import { nanodetPlus } from './nanodet-plus.ts';
import { picodetHeads } from './picodet-heads.ts';
import { yolov5Heads } from './yolov5-heads.ts';

/** Every family of detectors that can be read: one line each. A manifest names its family by the key. */
export const DECODERS: Readonly<Record<string, DecoderFamily>> = {
  'boxes-scores': boxesScores,
  'nanodet-plus': nanodetPlus,
  dense,
  'yolox-grid': yoloxGrid,
  'yolov5-heads': yolov5Heads,
  'picodet-heads': picodetHeads,
  'end-to-end': endToEnd,
  'end-to-end-parts': endToEndParts,
  'class-scores': classScores,
};
