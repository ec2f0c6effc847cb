import type { Box, ClassGroup } from '../contract/observation.ts';

/** How far two boxes share a place. */
export interface Overlap {
  /** Intersection over union, 0..1. */
  iou: number;
  /** Intersection over the smaller box, 0..1: high for a part of a thing, or a thing half hidden. */
  ofSmaller: number;
}

/** A thing of an outline that keeps (a vehicle), against one whose box breathes with what belongs to it. */
const SAME_PLACE: Record<ClassGroup, Overlap> = {
  vehicle: { iou: 0.3, ofSmaller: 0.6 },
  dog: { iou: 0.3, ofSmaller: 0.6 },
  garbage: { iou: 0.2, ofSmaller: 0.5 },
  vendor: { iou: 0.2, ofSmaller: 0.5 },
  object: { iou: 0.3, ofSmaller: 0.6 },
  mover: { iou: 0.3, ofSmaller: 0.6 },
};

/** What runs about is at no place: within one view it is known by its kind and by when it was seen. */
const RUNS: ReadonlySet<ClassGroup> = new Set(['dog', 'mover']);

/** From here on two boxes seen at once are one thing seen twice, and not two things side by side. */
const ONE_THING: Overlap = { iou: 0.6, ofSmaller: 0.8 };

export function overlapOf(a: Box, b: Box): Overlap {
  const [aLeft, aTop, aRight, aBottom] = a.xyxy;
  const [bLeft, bTop, bRight, bBottom] = b.xyxy;
  const width = Math.min(aRight, bRight) - Math.max(aLeft, bLeft);
  const height = Math.min(aBottom, bBottom) - Math.max(aTop, bTop);
  if (!(width > 0 && height > 0)) return { iou: 0, ofSmaller: 0 };
  const shared = width * height;
  const aArea = (aRight - aLeft) * (aBottom - aTop);
  const bArea = (bRight - bLeft) * (bBottom - bTop);
  return { iou: shared / (aArea + bArea - shared), ofSmaller: shared / Math.min(aArea, bArea) };
}

/**
 * How far two facts share a place: by the thing itself, their first boxes. A vendor also by the stall, which stays
 * while the person walks about it.
 */
export function sharedPlace(classGroup: ClassGroup, a: readonly Box[], b: readonly Box[]): Overlap {
  let best = overlapOf(a[0]!, b[0]!);
  if (classGroup !== 'vendor') return best;
  for (const one of a)
    for (const other of b) {
      const overlap = overlapOf(one, other);
      if (overlap.iou > best.iou) best = overlap;
    }
  return best;
}

/** Whether a thing at another time, in the same view, is at the same place. */
export function isSamePlace(overlap: Overlap, classGroup: ClassGroup): boolean {
  const least = SAME_PLACE[classGroup];
  return overlap.iou >= least.iou || overlap.ofSmaller >= least.ofSmaller;
}

/** Whether a thing may be the one that was there: it is at the same place, or has none. */
export function mayContinue(overlap: Overlap, classGroup: ClassGroup): boolean {
  return runsAbout(classGroup) || isSamePlace(overlap, classGroup);
}

export function runsAbout(classGroup: ClassGroup): boolean {
  return RUNS.has(classGroup);
}

/** How far apart the centres of two boxes are, in shares of the picture. */
export function apart(a: Box, b: Box): number {
  const x = a.xyxy[0] + a.xyxy[2] - b.xyxy[0] - b.xyxy[2];
  const y = a.xyxy[1] + a.xyxy[3] - b.xyxy[1] - b.xyxy[3];
  return Math.hypot(x, y) / 2;
}

/** Whether two boxes of one frame are the same thing. */
export function isOneThing(overlap: Overlap): boolean {
  return overlap.iou >= ONE_THING.iou || overlap.ofSmaller >= ONE_THING.ofSmaller;
}
