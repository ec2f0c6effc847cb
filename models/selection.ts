import type { Detections } from './detections.ts';
import type { Manifest } from './manifest.ts';

/** A class column that stands for nothing, as some of the 91 of COCO do; it is never believed. */
export const UNUSED_LABEL = 'N/A';

/** What is known of one class column. */
export interface DetectedClass {
  label: string;
  /** The group that it is told apart in: classes of one group are one kind of thing. */
  group: string;
  /** The score from which a box alone is believed, 0..1. */
  threshold: number;
}

/** The classes of a package in the order of its labels. */
export function classesOf(manifest: Manifest, labels: readonly string[]): DetectedClass[] {
  const { classGroups, thresholds } = manifest.selection;
  const groups = new Map(
    Object.entries(classGroups).flatMap(([group, of]) => of.map((label) => [label, group] as const)),
  );
  return labels.map((label) => ({
    label,
    group: groups.get(label) ?? label,
    threshold: label === UNUSED_LABEL ? Number.POSITIVE_INFINITY : (thresholds.byLabel[label] ?? thresholds.default),
  }));
}

/** Boxes that were decoded, surest first, in pixels of the source picture. */
interface Proposals {
  readonly count: number;
  readonly boxesXyxy: Float32Array;
  readonly scores: Float32Array;
  readonly classIds: Uint16Array;
}

/**
 * Chooses among overlapping proposals and writes what is left, surest first; `picked` is given, for every row of `out`, the
 * proposal that it is.
 */
export type Select = (from: Proposals, widthPx: number, heightPx: number, out: Detections, picked: Uint16Array) => void;

/**
 * Greedy NMS by class group, then the package's own rules: a larger, less sure box around a surer one of its group, a box
 * over too much of the picture, a box that coincides with something it is mistaken for.
 */
export function openSelection(manifest: Manifest, classes: readonly DetectedClass[]): Select {
  const { nmsIou, containment, maxAreaShare, yields, maxCandidates } = manifest.selection;
  const names = [...new Set(classes.map((c) => c.group))];
  const groupOfClass = Uint16Array.from(classes, (c) => names.indexOf(c.group));
  const maxShareOfGroup = Float32Array.from(names, (group) => maxAreaShare[group] ?? Number.POSITIVE_INFINITY);
  const containedShare = containment?.share ?? Number.POSITIVE_INFINITY;
  const yieldRules = yields.map((rule) => ({
    yielding: Uint8Array.from(names, (group) => Number(rule.groups.includes(group))),
    winning: Uint8Array.from(names, (group) => Number(rule.to.includes(group))),
    iou: rule.iou,
    scoreFactor: rule.scoreFactor,
  }));
  const kept = new Uint16Array(maxCandidates);
  const areasPx = new Float32Array(maxCandidates);

  return (from, widthPx, heightPx, out, picked) => {
    const { boxesXyxy: boxes, scores, classIds } = from;
    let keptCount = 0;
    for (let i = 0; i < from.count; i++) {
      const left = boxes[4 * i]!;
      const top = boxes[4 * i + 1]!;
      const right = boxes[4 * i + 2]!;
      const bottom = boxes[4 * i + 3]!;
      const area = (right - left) * (bottom - top);
      if (!(right > left && bottom > top)) continue;
      const group = groupOfClass[classIds[i]!]!;
      if (area > maxShareOfGroup[group]! * widthPx * heightPx) continue;
      let drop = false;
      for (let n = 0; n < keptCount; n++) {
        const k = kept[n]!;
        if (groupOfClass[classIds[k]!] !== group) continue;
        const w = Math.min(right, boxes[4 * k + 2]!) - Math.max(left, boxes[4 * k]!);
        if (w <= 0) continue;
        const h = Math.min(bottom, boxes[4 * k + 3]!) - Math.max(top, boxes[4 * k + 1]!);
        if (h <= 0) continue;
        const shared = w * h;
        const other = areasPx[k]!;
        if (shared > nmsIou * (area + other - shared) || (area > other && shared >= containedShare * other)) {
          drop = true;
          break;
        }
      }
      if (drop) continue;
      areasPx[i] = area;
      kept[keptCount++] = i;
    }

    const capacity = Math.min(out.scores.length, keptCount);
    let written = 0;
    for (let n = 0; n < keptCount && written < capacity; n++) {
      const i = kept[n]!;
      if (yieldsToAnother(i, keptCount, from)) continue;
      out.boxesXyxyPx.set(boxes.subarray(4 * i, 4 * i + 4), 4 * written);
      out.scores[written] = scores[i]!;
      out.classIds[written] = classIds[i]!;
      picked[written] = i;
      written++;
    }
    out.count = written;
  };

  function yieldsToAnother(i: number, keptCount: number, from: Proposals): boolean {
    const { boxesXyxy: boxes, scores, classIds } = from;
    const group = groupOfClass[classIds[i]!]!;
    for (const rule of yieldRules) {
      if (rule.yielding[group] === 0) continue;
      for (let n = 0; n < keptCount; n++) {
        const k = kept[n]!;
        if (k === i || rule.winning[groupOfClass[classIds[k]!]!] === 0) continue;
        if (scores[k]! <= scores[i]! * rule.scoreFactor) continue;
        const w = Math.min(boxes[4 * i + 2]!, boxes[4 * k + 2]!) - Math.max(boxes[4 * i]!, boxes[4 * k]!);
        const h = Math.min(boxes[4 * i + 3]!, boxes[4 * k + 3]!) - Math.max(boxes[4 * i + 1]!, boxes[4 * k + 1]!);
        if (w > 0 && h > 0 && w * h > rule.iou * (areasPx[i]! + areasPx[k]! - w * h)) return true;
      }
    }
    return false;
  }
}
