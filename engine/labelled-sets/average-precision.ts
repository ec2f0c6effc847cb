import type { BoxPx } from '../contract/labelled-set.ts';

/** A box that truly is there. */
interface TrueBox {
  xyxyPx: BoxPx;
  crowd: boolean;
}

/** A box that was found. */
export interface FoundBox {
  xyxyPx: BoxPx;
  score: number;
}

/** One class in one picture. */
export interface ClassInPicture {
  truth: readonly TrueBox[];
  found: readonly FoundBox[];
}

const IOU_STEP = (0.95 - 0.5) / 9;
/** .50, .55 … .95, with the steps that COCO's own reckoning takes. */
export const IOU_THRESHOLDS = Array.from({ length: 10 }, (_, i) => (i === 9 ? 0.95 : i * IOU_STEP + 0.5));
const RECALLS = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));
const MOST_FOUND = 100;

interface Marked {
  score: number;
  isTrue: boolean;
}

/** How much of both is shared; of a crowd, how much of the found box lies in it, as COCO does. */
export function iouOf(found: BoxPx, truth: BoxPx, crowd = false): number {
  const w = Math.min(found[2], truth[2]) - Math.max(found[0], truth[0]);
  const h = Math.min(found[3], truth[3]) - Math.max(found[1], truth[1]);
  if (w <= 0 || h <= 0) return 0;
  const area = (box: BoxPx) => (box[2] - box[0]) * (box[3] - box[1]);
  return (w * h) / (crowd ? area(found) : area(found) + area(truth) - w * h);
}

/**
 * COCO's AP of one class at one IoU: in each picture the surest hundred boxes, the surest first, each take the true box
 * that they overlap most and that nobody has; a crowd may be taken by many, and whoever takes it counts for nothing. Then
 * the precision at 101 recalls, each the best at that recall or beyond. null: there is nothing to be found.
 */
export function averagePrecision(pictures: readonly ClassInPicture[], iouThreshold: number): number | null {
  const truths = truthCount(pictures);
  if (truths === 0) return null;
  const { precisions, recalls } = precisionAndRecall(markFound(pictures, iouThreshold), truths);
  for (let i = precisions.length - 1; i > 0; i--) precisions[i - 1] = Math.max(precisions[i - 1]!, precisions[i]!);
  let sum = 0;
  let at = 0;
  for (const recall of RECALLS) {
    while (at < recalls.length && recalls[at]! < recall) at++;
    sum += precisions[at] ?? 0;
  }
  return sum / RECALLS.length;
}

/** The surest first; ones that took a crowd are left out. */
export function markFound(pictures: readonly ClassInPicture[], iouThreshold: number): Marked[] {
  return pictures.flatMap((picture) => markPicture(picture, iouThreshold)).sort((a, b) => b.score - a.score);
}

export const truthCount = (pictures: readonly ClassInPicture[]): number =>
  pictures.reduce((sum, { truth }) => sum + truth.filter(({ crowd }) => !crowd).length, 0);

export function precisionAndRecall(marked: readonly Marked[], truths: number) {
  const precisions: number[] = [];
  const recalls: number[] = [];
  let hits = 0;
  marked.forEach(({ isTrue }, i) => {
    hits += Number(isTrue);
    precisions.push(hits / (i + 1));
    recalls.push(hits / truths);
  });
  return { precisions, recalls };
}

function markPicture({ truth, found }: ClassInPicture, iouThreshold: number): Marked[] {
  const sorted = found.toSorted((a, b) => b.score - a.score).slice(0, MOST_FOUND);
  const candidates = truth.toSorted((a, b) => Number(a.crowd) - Number(b.crowd));
  const taken = new Set<TrueBox>();
  const marked: Marked[] = [];
  for (const { xyxyPx, score } of sorted) {
    let best: TrueBox | null = null;
    let bestIou = Math.min(iouThreshold, 1 - 1e-10);
    for (const one of candidates) {
      if (taken.has(one) && !one.crowd) continue;
      // A true box that fits well enough is taken before any crowd.
      if (best && !best.crowd && one.crowd) break;
      const iou = iouOf(xyxyPx, one.xyxyPx, one.crowd);
      if (iou < bestIou) continue;
      bestIou = iou;
      best = one;
    }
    if (best) taken.add(best);
    if (!best?.crowd) marked.push({ score, isTrue: best !== null });
  }
  return marked;
}
