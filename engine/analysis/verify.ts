import { type Detections, type Detector, newDetections } from '#models/detector.ts';
import type { Box, Observation, Verification } from '../contract/observation.ts';
import { iou } from '../tracks/overlap.ts';
import { type Croppable, partOf, type RectPx, rectAround } from './crop.ts';
import type { Verifier, Verifiers } from './verifiers.ts';

/** Of so many looks, the newest, so many must have seen it: one lucky picture passes nothing, one bad one costs a sample. */
const LOOKS = 3;
const SEEN_OF_LOOKS = 2;
/** After a look in vain it waits 1, 2, 4 … samples, and never more than these. */
const LONGEST_PAUSE = 8;
/** What the second model sees must share so much with the box that it is asked about (IoU). */
const SAME_PLACE_IOU = 0.3;
/** A fact that the rule loses sight of this long and finds again is looked at anew. */
const KEPT_MS = 10_000;
/** What a crop of a smaller square would have to be blown up for shows nothing more. */
const LEAST_CROP_PX = 416;

/** What a detector must name, in the place of a fact's box, to have seen the fact too. */
const SEEN_AS: Record<Observation['classGroup'], (label: string, group: string) => boolean> = {
  vehicle: (_, group) => group === 'vehicle',
  garbage: (label, group) => group === 'garbage' || label === 'overflow',
  // The person who sells; no model at hand knows a stall.
  vendor: (_, group) => group === 'person',
  dog: (_, group) => group === 'dog',
  // Only shipped rules have a second model.
  object: () => false,
  mover: () => false,
};

/** A fact whose dwell is over, and what the second model made of it so far. */
interface Course {
  passed: Verification | null;
  /** The newest looks: how surely it was seen; null: not. */
  looks: (number | null)[];
  /** How many looks in a row were in vain. */
  inVain: number;
  pause: number;
  lastAtMs: number;
}

/**
 * Facts of one camera on their way to an alert: what a rule takes for standing is pending until its second model has seen
 * it as well, in 2 of its last 3 looks. A fact that has passed has passed while it lasts.
 */
export class VerifiedFacts {
  /** Facts that passed, and looks in which the thing was not found. */
  verified = 0;
  refused = 0;
  readonly #courses = new Map<string, Course>();
  readonly #detections = newDetections();

  /** Facts that are held back now. */
  get withheld(): number {
    let withheld = 0;
    for (const course of this.#courses.values()) if (!course.passed) withheld++;
    return withheld;
  }

  /** What is seen from now on is new: facts are named anew. */
  forget(): void {
    this.#courses.clear();
  }

  /** Whether a pending fact was refused in all of a full round of looks: it is asked again, but nothing waits for it. */
  isResting(key: string): boolean {
    const course = this.#courses.get(key);
    return course !== undefined && !course.passed && course.inVain >= LOOKS;
  }

  /**
   * Asks the second models about the standing facts of a frame, which is borrowed: it must hold until this resolves. A run
   * that fails is told to `onTrouble` and withholds nothing.
   * @returns the observations, those that have not passed as pending.
   */
  async verify(
    frame: Croppable & { readonly capturedAtMs: number },
    observations: Observation[],
    verifiers: Verifiers,
    onTrouble: (error: unknown) => void,
  ): Promise<Observation[]> {
    const nowMs = frame.capturedAtMs;
    const answered: Observation[] = [];
    for (const observation of observations) {
      const verifier = verifiers.of(observation.rule);
      if (observation.phase !== 'standing' || !verifier) answered.push(observation);
      else {
        const course = this.#courseOf(observation.key, nowMs);
        if (!course.passed && observation.lastSeenAtMs === nowMs) {
          await this.#ask(course, frame, observation, verifier, onTrouble);
        }
        answered.push(
          course.passed
            ? { ...observation, verification: course.passed }
            : { ...observation, phase: 'pending' as const },
        );
      }
    }
    for (const [key, { lastAtMs }] of this.#courses) if (nowMs - lastAtMs > KEPT_MS) this.#courses.delete(key);
    return answered;
  }

  #courseOf(key: string, nowMs: number): Course {
    let course = this.#courses.get(key);
    if (!course) {
      course = { passed: null, looks: [], inVain: 0, pause: 0, lastAtMs: nowMs };
      this.#courses.set(key, course);
    }
    course.lastAtMs = nowMs;
    return course;
  }

  async #ask(
    course: Course,
    frame: Croppable,
    observation: Observation,
    { model, detector, threshold, isBarred }: Verifier,
    onTrouble: (error: unknown) => void,
  ): Promise<void> {
    if (!detector) {
      course.passed = { outcome: 'unverified', model, reason: isBarred ? 'barred' : 'not-opened' };
      return;
    }
    if (course.pause > 0) {
      course.pause--;
      return;
    }
    let score: number | null;
    try {
      score = await this.#look(detector, frame, observation, threshold);
    } catch (error) {
      onTrouble(error);
      course.passed = { outcome: 'unverified', model, reason: 'failed' };
      return;
    }
    course.looks = [...course.looks, score].slice(-LOOKS);
    const seen = course.looks.filter((look) => look !== null);
    if (score === null) {
      this.refused++;
      course.pause = Math.min(LONGEST_PAUSE, 2 ** course.inVain) - 1;
      course.inVain++;
    } else course.inVain = 0;
    if (seen.length < SEEN_OF_LOOKS) return;
    this.verified++;
    course.passed = { outcome: 'verified', model: detector.identity, score: Math.max(...seen) };
  }

  /** The score of what it sees in the fact's place; null: nothing of the kind. */
  async #look(
    detector: Detector,
    frame: Croppable,
    { boxes, classGroup }: Observation,
    threshold: number | undefined,
  ): Promise<number | null> {
    const box = pixelsOf(boxes[0]!, frame);
    const rect = rectAround(box, frame.widthPx, frame.heightPx, LEAST_CROP_PX);
    await detector.detect(partOf(frame, rect), this.#detections);
    return surestThere(this.#detections, detector, inCrop(box, rect), SEEN_AS[classGroup], threshold);
  }
}

function surestThere(
  found: Detections,
  detector: Detector,
  box: Float32Array,
  isSought: (label: string, group: string) => boolean,
  threshold: number | undefined,
): number | null {
  for (let i = 0; i < found.count; i++) {
    const { label, group, threshold: own } = detector.classes[found.classIds[i]!]!;
    const isThere = isSought(label, group) && iou(found.boxesXyxyPx, 4 * i, box, 0) >= SAME_PLACE_IOU;
    if (isThere && found.scores[i]! >= (threshold ?? own)) return Math.min(1, found.scores[i]!);
  }
  return null;
}

function pixelsOf({ xyxy }: Box, { widthPx, heightPx }: Croppable): RectPx {
  return [xyxy[0] * widthPx, xyxy[1] * heightPx, xyxy[2] * widthPx, xyxy[3] * heightPx];
}

function inCrop(box: RectPx, [left, top]: RectPx): Float32Array {
  return Float32Array.of(box[0] - left, box[1] - top, box[2] - left, box[3] - top);
}
