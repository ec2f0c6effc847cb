import type { DetectedBoxes } from './live-track.ts';
import type { TrackedClass } from './track.ts';

/** The classes that made detections speak of, in the order of their class ids. */
export const MADE_CLASSES: readonly TrackedClass[] = [
  { label: 'person', group: 'person', threshold: 0.35 },
  { label: 'car', group: 'vehicle', threshold: 0.35 },
  { label: 'truck', group: 'vehicle', threshold: 0.35 },
  { label: 'garbage', group: 'garbage', threshold: 0.45 },
  { label: 'garbage_bin', group: 'bin', threshold: 0.5 },
  { label: 'overflow', group: 'bin', threshold: 0.5 },
  { label: 'umbrella', group: 'umbrella', threshold: 0.35 },
  { label: 'bicycle', group: 'cycle', threshold: 0.35 },
  { label: 'dog', group: 'dog', threshold: 0.35 },
];

/** [label, left, top, right, bottom, score]: pixels, and 0..1. */
export type MadeBox = readonly [
  label: string,
  left: number,
  top: number,
  right: number,
  bottom: number,
  score?: number,
];

/** Detections as a detector would give them. */
export function madeDetections(...boxes: readonly MadeBox[]): DetectedBoxes {
  return {
    count: boxes.length,
    boxesXyxyPx: Float32Array.from(boxes.flatMap(([, left, top, right, bottom]) => [left, top, right, bottom])),
    scores: Float32Array.from(boxes, (box) => box[5] ?? 0.7),
    classIds: Uint16Array.from(boxes, ([label]) => MADE_CLASSES.findIndex((c) => c.label === label)),
  };
}
