import { openDetector, type ShapeDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { readPhoto } from '#models/photo-file.ts';
import type { Tell } from '../../algorithms/serve-apart.ts';
import type { EvaluationResult } from '../../contract/evaluation.ts';
import { Refusal } from '../../contract/refusal.ts';
import { type ComparedClass, reckon, type SeenPicture } from '../reckon.ts';
import { inCrop } from './in-crop.ts';
import type { Evaluate } from './requests.ts';

/** AP asks for boxes that are hardly believed too: without them the end of its curve is cut off. */
const LOW_SCORE = 0.01;

/** Looks at every picture of a set and reckons how well that went. @throws Refusal */
export async function evaluate(request: Evaluate, tell: Tell): Promise<EvaluationResult> {
  const pkg = await readPackage(request.prepared);
  const lowScore = Math.min(LOW_SCORE, pkg.manifest.selection.lowScore);
  const selection = { ...pkg.manifest.selection, lowScore };
  const detector = await openDetector({ ...pkg, manifest: { ...pkg.manifest, selection } }, { threads: 1 });
  try {
    const { compared, notInModel } = compare(request, detector);
    const seen: SeenPicture[] = [];
    let tookMs = 0;
    for (const [i, { file, boxes, crop, clip }] of request.pictures.entries()) {
      tell(i, request.pictures.length);
      const pixels = await readPhoto(file, crop ?? undefined);
      const found = (await detector.look(pixels)).map(({ label, score, boxXyxyPx }) => ({
        label,
        score,
        xyxyPx: boxXyxyPx,
      }));
      tookMs += detector.lastTiming.inferenceMs + detector.lastTiming.decodeMs;
      const truth = boxes.map((box) => (crop ? inCrop(box, crop) : box));
      seen.push({ truth, found, clip, cropped: crop !== null });
    }
    tell(request.pictures.length, request.pictures.length);
    return {
      ...reckon(seen, compared, request.clips),
      lowScore,
      notInModel,
      msPerPicture: tookMs / Math.max(1, seen.length),
    };
  } finally {
    await detector.close();
  }
}

/** Which of the model's labels each class of the set is; by its name where nobody said. */
function compare({ classes, labels, threshold }: Evaluate, detector: ShapeDetector) {
  const compared: ComparedClass[] = [];
  const notInModel: string[] = [];
  for (const name of classes) {
    const wanted = labels[name] ?? name;
    const known = detector.classes.find(({ label }) => label.toLowerCase() === wanted.toLowerCase());
    if (known) compared.push({ class: name, label: known.label, threshold: threshold ?? known.threshold });
    else notInModel.push(name);
  }
  if (compared.length > 0) return { compared, notInModel };
  throw new Refusal(422, 'no-common-class', 'The model and the set have no class in common.', {
    got: { set: classes.slice(0, 20), model: detector.labels.slice(0, 20) },
    expected: 'at least one class of the same name, or labels that say which is which',
  });
}
