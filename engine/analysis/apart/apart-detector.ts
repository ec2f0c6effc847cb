import type { Detections, Detector, Pixels } from '#models/detector.ts';
import { fitPicture } from '#models/fit.ts';
import { asShares } from '../within-detector.ts';
import type { FromApart, OpenModel, ToApart } from './messages.ts';

/** With so many pictures under way a process is behind, and with so many who asks is refused. */
const BEHIND_FROM = 8;
const MOST_WAITING = 32;

interface Waiting {
  /** null: whoever asked waits no more. */
  out: Detections | null;
  beganAtMs: number;
  settle(error: Error | null): void;
}

/**
 * A model in another process, behind the same interface as one in this process: the picture is scaled here, into what the
 * model takes, and is sent at once, before this call returns; its boxes come back. Several pictures may be under way.
 */
export class ApartDetector implements Detector {
  readonly identity: Detector['identity'];
  readonly labels: Detector['labels'];
  readonly classes: Detector['classes'];
  readonly inputPx: Detector['inputPx'];
  readonly runsOn: Detector['runsOn'];
  readonly lastTiming = { inferenceMs: 0, decodeMs: 0 };
  /** Of the other process. */
  rssBytes = 0;
  readonly #resize: OpenModel['resize'];
  readonly #counts: { looks: number; lookMs: number };
  readonly #patienceMs: number | null;
  readonly #send: (message: ToApart) => void;
  readonly #rgb: Buffer;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | null = null;

  constructor(
    { identity, labels, classes, inputPx, resize, runsOn }: OpenModel,
    counts: { looks: number; lookMs: number },
    patienceMs: number | null,
    send: (message: ToApart) => void,
  ) {
    this.identity = identity;
    this.labels = labels;
    this.classes = classes;
    this.inputPx = inputPx;
    this.runsOn = runsOn;
    this.#resize = resize;
    this.#counts = counts;
    this.#patienceMs = patienceMs;
    this.#send = send;
    this.#rgb = Buffer.allocUnsafe(3 * inputPx.width * inputPx.height);
  }

  /** How many pictures have no answer yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Somebody has waited for it in vain, and it has not answered since. */
  get isLate(): boolean {
    for (const { out } of this.#waiting.values()) if (out === null) return true;
    return false;
  }

  get isBehind(): boolean {
    return this.#waiting.size >= BEHIND_FROM;
  }

  async detect(pixels: Pixels, out: Detections): Promise<void> {
    if (this.#ended) throw this.#ended;
    if (this.#waiting.size >= MOST_WAITING) {
      throw new Error(`got a picture while ${MOST_WAITING} wait, expected the model apart to keep up`);
    }
    const beganAtMs = performance.now();
    const { widthPx, heightPx } = pixels;
    const fit = fitPicture(this.#resize, this.inputPx.width, this.inputPx.height, widthPx, heightPx);
    pixels.writeRgb(this.#rgb, fit.widthPx, fit.heightPx);
    const id = ++this.#lastId;
    const answered = new Promise<void>((resolve, reject) => {
      const settle = (error: Error | null) => (error ? reject(error) : resolve());
      this.#waiting.set(id, { out, beganAtMs, settle });
    });
    const patience = this.#patienceMs === null ? null : setTimeout(() => this.#giveUp(id), this.#patienceMs);
    // What is sent is copied before this returns.
    this.#send({
      kind: 'look',
      id,
      widthPx,
      heightPx,
      fittedWidthPx: fit.widthPx,
      fittedHeightPx: fit.heightPx,
      rgb: this.#rgb.subarray(0, 3 * fit.widthPx * fit.heightPx),
    });
    try {
      await answered;
    } finally {
      if (patience) clearTimeout(patience);
    }
  }

  /** Who asked goes on without it; how long it takes is counted all the same. */
  #giveUp(id: number): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    waiting.out = null;
    waiting.settle(new Error(`got no answer in ${this.#patienceMs} ms, expected one`));
  }

  /** @returns false when the answer names a class that there is not */
  take(message: Extract<FromApart, { kind: 'found' | 'failed' }>): boolean {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return true;
    this.#waiting.delete(message.id);
    this.#counts.looks++;
    this.#counts.lookMs += performance.now() - waiting.beganAtMs;
    if (message.kind === 'failed') {
      waiting.settle(new Error(message.message));
      return true;
    }
    const { boxesXyxyPx, scores, classIds, inferenceMs, decodeMs } = message;
    if (classIds.some((id) => id >= this.classes.length)) {
      waiting.settle(new Error(`got a class that is none, expected one of ${this.classes.length}`));
      return false;
    }
    const { out } = waiting;
    if (!out) return true;
    out.count = Math.min(scores.length, out.scores.length);
    out.boxesXyxyPx.set(boxesXyxyPx.subarray(0, 4 * out.count));
    out.scores.set(scores.subarray(0, out.count));
    asShares(out);
    out.classIds.set(classIds.subarray(0, out.count));
    this.lastTiming.inferenceMs = inferenceMs;
    this.lastTiming.decodeMs = decodeMs;
    this.rssBytes = message.rssBytes;
    waiting.settle(null);
    return true;
  }

  /** Its process is gone: what waits is refused, and so is what comes. */
  end(why: Error): void {
    this.#ended = why;
    for (const { settle } of this.#waiting.values()) settle(why);
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    this.end(new Error('the model was taken out of play'));
  }
}
