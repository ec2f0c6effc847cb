import type { Detections, Detector, Pixels } from '#models/detector.ts';
import { type InferenceMark, markOf } from './inference-mark.ts';

/** A graph whose scores are no shares, as where its activation was left out, is odd and no more. */
export function asShares({ count, scores }: Detections): void {
  for (let i = 0; i < count; i++) scores[i] = Math.min(1, Math.max(0, scores[i]! || 0));
}

/** A model in the shard's own process: what it does is noted and counted, and nothing else is added. */
export class WithinDetector implements Detector {
  looks = 0;
  lookMs = 0;
  readonly identity: Detector['identity'];
  readonly labels: Detector['labels'];
  readonly classes: Detector['classes'];
  readonly inputPx: Detector['inputPx'];
  readonly runsOn: Detector['runsOn'];
  readonly lastTiming: Detector['lastTiming'];
  readonly #inner: Detector;
  readonly #mark: InferenceMark;
  readonly #own: Buffer;

  constructor(inner: Detector, versionId: string, mark: InferenceMark) {
    this.identity = inner.identity;
    this.labels = inner.labels;
    this.classes = inner.classes;
    this.inputPx = inner.inputPx;
    this.runsOn = inner.runsOn;
    this.lastTiming = inner.lastTiming;
    this.#inner = inner;
    this.#mark = mark;
    this.#own = markOf(versionId);
  }

  async detect(pixels: Pixels, out: Detections): Promise<void> {
    const beganAtMs = performance.now();
    this.#mark.enter(this.#own);
    try {
      await this.#inner.detect(pixels, out);
      asShares(out);
    } finally {
      this.#mark.leave();
      this.looks++;
      this.lookMs += performance.now() - beganAtMs;
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
