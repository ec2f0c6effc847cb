import { changedShare } from './changed-share.ts';

/** So much of the picture changed at once: no lorry does that between two samples, a flash and infrared do. */
const WHOLE_SHARE = 0.6;
/** After this many pictures the change is how the scene looks now. */
const PASSED_OVER = 2;
/** Samples further apart than this differ by themselves: a cloud, the sun. */
const LONGEST_STEP_MS = 6_000;

/**
 * Notices when the whole picture changes from one sample to the next: a flash, headlights into the lens, the switch to
 * infrared. What a detector makes of such a picture is no fact; the next ones, as the exposure settles, are.
 */
export class WholeChange {
  readonly #settled: Uint8Array;
  #settledAtMs = Number.NEGATIVE_INFINITY;
  #passedOver = 0;

  constructor(pixels: number) {
    this.#settled = new Uint8Array(pixels);
  }

  /** True when the picture is to be passed over. */
  see(gray: Uint8Array, atMs: number): boolean {
    const near = atMs - this.#settledAtMs <= LONGEST_STEP_MS * (this.#passedOver + 1);
    if (near && this.#passedOver < PASSED_OVER && changedShare(this.#settled, gray) >= WHOLE_SHARE) {
      this.#passedOver++;
      return true;
    }
    this.#settled.set(gray);
    this.#settledAtMs = atMs;
    this.#passedOver = 0;
    return false;
  }

  /** The next picture is compared with nothing. */
  forget(): void {
    this.#settledAtMs = Number.NEGATIVE_INFINITY;
    this.#passedOver = 0;
  }
}
