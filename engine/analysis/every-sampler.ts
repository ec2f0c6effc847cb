import type { AccessUnit } from '#streams/access-unit.ts';
import type { InterDecoder } from '#streams/decoders.ts';
import type { Frame } from '#streams/frame.ts';
import { type DueFrame, isDueAfter, type Sampler, type Wish } from './sampling.ts';

/** What waits longer than this is given up for the next key. */
const LONGEST_BACKLOG_MS = 2000;

/** Decodes every picture. All that waits is decoded at once, and the newest is the sample: a late turn makes no old ones. */
export class EverySampler implements Sampler {
  readonly wantsAllUnits = true;
  readonly wantsGop = false;
  interDecoded = 0;
  dropped = 0;
  readonly #decoder: InterDecoder;
  readonly #wishAt: (atMs: number) => Wish;
  #waiting: AccessUnit[] = [];
  #sampledAtMs = Number.NEGATIVE_INFINITY;

  /** @param decoder of this camera alone; closed with the sampler */
  constructor(decoder: InterDecoder, wishAt: (atMs: number) => Wish) {
    this.#decoder = decoder;
    this.#wishAt = wishAt;
  }

  accept(unit: AccessUnit): boolean {
    const oldest = this.#waiting[0];
    if (unit.key && oldest && unit.capturedAtMs - oldest.capturedAtMs > LONGEST_BACKLOG_MS) {
      this.dropped += this.#waiting.length;
      this.#waiting = [];
    }
    this.#waiting.push(unit);
    return true;
  }

  take(): DueFrame | null {
    const units = this.#waiting;
    this.#waiting = [];
    let frame: Frame | null = null;
    for (const unit of units) {
      frame = this.#decoder.decode(unit);
      if (!unit.key && this.#decoder.isOpen) this.interDecoded++;
    }
    const atMs = frame?.capturedAtMs ?? 0;
    if (!frame || !isDueAfter(atMs - this.#sampledAtMs, this.#wishAt(atMs))) return null;
    this.#sampledAtMs = atMs;
    return { frame, again: null };
  }

  get isDue(): boolean {
    return this.#waiting.length > 0;
  }

  forget(): void {
    this.#waiting = [];
    this.#sampledAtMs = Number.NEGATIVE_INFINITY;
  }

  freeIdle(): void {}

  close(): void {
    this.#waiting = [];
    this.#decoder.close();
  }
}
