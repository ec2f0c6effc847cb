import type { AccessUnit } from '#streams/access-unit.ts';
import type { KeyframeDecoders } from '#streams/decoders.ts';
import { type DueFrame, isDueAfter, type Sampler, type Wish } from './sampling.ts';

/** The newest whole key that is due, and nothing else. */
export class KeySampler implements Sampler {
  readonly wantsAllUnits = false;
  readonly wantsGop = false;
  readonly interDecoded = 0;
  dropped = 0;
  readonly #decoders: KeyframeDecoders;
  readonly #wishAt: (atMs: number) => Wish;
  #waiting: AccessUnit | null = null;
  #sampledAtMs = Number.NEGATIVE_INFINITY;

  constructor(decoders: KeyframeDecoders, wishAt: (atMs: number) => Wish) {
    this.#decoders = decoders;
    this.#wishAt = wishAt;
  }

  accept(unit: AccessUnit): boolean {
    const atMs = unit.capturedAtMs;
    if (!unit.key || !unit.whole || !isDueAfter(atMs - this.#sampledAtMs, this.#wishAt(atMs))) return false;
    this.#sampledAtMs = atMs;
    if (this.#waiting) this.dropped++;
    this.#waiting = unit;
    return true;
  }

  take(): DueFrame | null {
    const unit = this.#waiting;
    this.#waiting = null;
    const frame = unit && this.#decoders.decode(unit);
    return frame && { frame, again: () => this.#decoders.decodeToShow(unit) };
  }

  get isDue(): boolean {
    return this.#waiting !== null;
  }

  forget(): void {
    this.#waiting = null;
    this.#sampledAtMs = Number.NEGATIVE_INFINITY;
  }

  freeIdle(): void {}

  close(): void {
    this.#waiting = null;
  }
}
