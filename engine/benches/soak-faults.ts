import { overlapOf } from '../alerts/overlap.ts';
import type { Observation } from '../contract/observation.ts';

const KINDS = [
  { kind: 'reset', forMs: 0 },
  { kind: 'silence', forMs: 8000 },
  { kind: 'gone', forMs: 10_000 },
  { kind: 'damage', forMs: 10_000 },
  { kind: 'size', forMs: 0 },
] as const;

/** What a camera of the soak does, and for how long. */
export type SoakFault = (typeof KINDS)[number];

export function drawFault(random: () => number): SoakFault {
  return KINDS[Math.floor(random() * KINDS.length)]!;
}

/** Intersection over union from which two boxes are the same standing thing. */
const SAME_THING_IOU = 0.3;

/** Those of the facts that stood before and do not stand now, by rule and place. */
export function missingFacts(before: readonly Observation[], now: readonly Observation[]): Observation[] {
  return before.filter(
    (fact) =>
      !now.some(
        (other) =>
          other.rule === fact.rule &&
          other.classGroup === fact.classGroup &&
          overlapOf(other.boxes[0]!, fact.boxes[0]!).iou >= SAME_THING_IOU,
      ),
  );
}

/** Least-squares slope of `y` over `x`; 0 for fewer than two points. */
export function slope(points: readonly { x: number; y: number }[]): number {
  const n = points.length;
  if (n < 2) return 0;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  let xy = 0;
  let xx = 0;
  for (const { x, y } of points) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
  }
  return xx === 0 ? 0 : xy / xx;
}
