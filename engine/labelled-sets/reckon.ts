import type { EvaluationResult } from '../contract/evaluation.ts';
import type { LabelledBox } from '../contract/labelled-set.ts';
import {
  averagePrecision,
  type ClassInPicture,
  type FoundBox,
  IOU_THRESHOLDS,
  iouOf,
  markFound,
  precisionAndRecall,
  truthCount,
} from './average-precision.ts';

/** A picture with what truly is in it, and what was found. */
export interface SeenPicture {
  truth: readonly LabelledBox[];
  found: readonly (FoundBox & { label: string })[];
  /** Of which negative clip, and where in it. */
  clip: { id: string; atMs: number } | null;
  cropped: boolean;
}

/** A class of the set, what the model calls it, and from which score on it is said. */
export interface ComparedClass {
  class: string;
  label: string;
  threshold: number;
}

type Reckoned = Pick<
  EvaluationResult,
  'pictures' | 'boxes' | 'crops' | 'ap50' | 'ap' | 'classes' | 'confusion' | 'negatives' | 'clips'
>;

const MATCHED_IOU = 0.5;
const SAME_PLACE_IOU = 0.3;
const GONE_AFTER_MS = 10_000;
const MOST_CURVE_POINTS = 100;

/** What is made of a run over a set; `clips` says how long each negative clip is. */
export function reckon(
  pictures: readonly SeenPicture[],
  classes: readonly ComparedClass[],
  clips: readonly { id: string; durationMs: number }[],
): Reckoned {
  const results = classes.map((compared) => resultOf(compared, ofClass(pictures, compared)));
  const negatives = pictures.filter(({ truth }) => truth.length === 0);
  const isSaid = saidAt(classes);
  return {
    pictures: pictures.length,
    boxes: pictures.reduce((sum, { truth }) => sum + truth.filter(({ crowd }) => !crowd).length, 0),
    crops: pictures.filter(({ cropped }) => cropped).length,
    ap50: mean(results.map(({ ap50 }) => ap50)),
    ap: mean(results.map(({ ap }) => ap)),
    classes: results,
    confusion: confusionOf(pictures, classes),
    negatives: {
      pictures: negatives.length,
      withFalse: negatives.filter(({ found }) => found.some(isSaid)).length,
    },
    clips: onClips(pictures, classes, clips),
  };
}

const saidAt = (classes: readonly ComparedClass[]) => (found: FoundBox & { label: string }) =>
  classes.some(({ label, threshold }) => found.label === label && found.score >= threshold);

function ofClass(pictures: readonly SeenPicture[], { class: name, label }: ComparedClass): ClassInPicture[] {
  return pictures.map(({ truth, found }) => ({
    truth: truth.filter((box) => box.class === name),
    found: found.filter((box) => box.label === label),
  }));
}

function resultOf(compared: ComparedClass, pictures: readonly ClassInPicture[]): EvaluationResult['classes'][number] {
  const boxes = truthCount(pictures);
  const marked = markFound(pictures, MATCHED_IOU);
  const said = marked.filter(({ score }) => score >= compared.threshold);
  const found = said.filter(({ isTrue }) => isTrue).length;
  const { precisions, recalls } = precisionAndRecall(marked, Math.max(1, boxes));
  const step = Math.max(1, Math.ceil(marked.length / MOST_CURVE_POINTS));
  const curve = marked.flatMap(({ score }, i) =>
    (i + 1) % step === 0 || i === marked.length - 1
      ? [{ score, precision: precisions[i]!, recall: boxes === 0 ? 0 : recalls[i]! }]
      : [],
  );
  return {
    ...compared,
    boxes,
    ap50: averagePrecision(pictures, 0.5),
    ap: mean(IOU_THRESHOLDS.map((iou) => averagePrecision(pictures, iou))),
    found,
    falselyFound: said.length - found,
    precision: said.length === 0 ? null : found / said.length,
    recall: boxes === 0 ? null : found / boxes,
    curve,
  };
}

/**
 * At the thresholds, whatever class it is called: the surest first take the true box that they overlap most, from IoU 0.5
 * on. What lies in a crowd is not counted.
 */
function confusionOf(
  pictures: readonly SeenPicture[],
  classes: readonly ComparedClass[],
): EvaluationResult['confusion'] {
  const nothing = classes.length;
  const counts = Array.from({ length: nothing + 1 }, () => new Array<number>(nothing + 1).fill(0));
  const rowOf = (name: string) => classes.findIndex((one) => one.class === name);
  const isSaid = saidAt(classes);
  for (const { truth, found } of pictures) {
    const open = new Set(truth.filter((box) => !box.crowd && rowOf(box.class) >= 0));
    const crowds = truth.filter(({ crowd }) => crowd);
    for (const one of found.filter(isSaid).toSorted((a, b) => b.score - a.score)) {
      const column = classes.findIndex(({ label }) => label === one.label);
      let best: LabelledBox | null = null;
      let bestIou = MATCHED_IOU;
      for (const box of open) {
        const iou = iouOf(one.xyxyPx, box.xyxyPx);
        if (iou < bestIou) continue;
        bestIou = iou;
        best = box;
      }
      if (best) {
        open.delete(best);
        counts[rowOf(best.class)]![column]!++;
      } else if (!crowds.some((box) => iouOf(one.xyxyPx, box.xyxyPx, true) >= MATCHED_IOU)) {
        counts[nothing]![column]!++;
      }
    }
    for (const missed of open) counts[rowOf(missed.class)]![nothing]!++;
  }
  return { classes: classes.map((one) => one.class), counts };
}

/** Alarms as an operator would count them: one thing at one place is one, until it is gone for ten seconds. */
function onClips(
  pictures: readonly SeenPicture[],
  classes: readonly ComparedClass[],
  clips: readonly { id: string; durationMs: number }[],
): EvaluationResult['clips'] {
  const isSaid = saidAt(classes);
  let falseAlarms = 0;
  for (const { id } of clips) {
    const inOrder = pictures.filter(({ clip }) => clip?.id === id).sort((a, b) => a.clip!.atMs - b.clip!.atMs);
    const alarms: { label: string; xyxyPx: FoundBox['xyxyPx']; lastMs: number }[] = [];
    for (const { found, clip } of inOrder) {
      for (const { label, xyxyPx } of found.filter(isSaid)) {
        const same = alarms.find(
          (alarm) =>
            alarm.label === label &&
            clip!.atMs - alarm.lastMs <= GONE_AFTER_MS &&
            iouOf(xyxyPx, alarm.xyxyPx) >= SAME_PLACE_IOU,
        );
        if (same) Object.assign(same, { xyxyPx, lastMs: clip!.atMs });
        else {
          falseAlarms++;
          alarms.push({ label, xyxyPx, lastMs: clip!.atMs });
        }
      }
    }
  }
  const hours = clips.reduce((sum, { durationMs }) => sum + durationMs, 0) / 3_600_000;
  return {
    count: clips.length,
    hours,
    falseAlarms,
    falseAlarmsPerHour: hours > 0 ? falseAlarms / hours : null,
  };
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
