/** Boxes come at least so late, as a rule: a picture that waits less would be shown without them. */
const LEAST_MS = 300;
/** A server that is slower than this shows pictures without boxes: the video is to stay live. */
const MOST_MS = 1500;
/** One late answer is forgotten after so many others. */
const LOOKED_BACK_ON = 8;
const MOST_PICTURES = 128;

/**
 * How long pictures wait for their boxes. What was found in a picture is known when the server has looked at it, which on a
 * busy one takes longer than on an idle one: the wait follows what it lately took, with a quarter to spare.
 */
export class BoxDelay {
  readonly #arrivedAtMs = new Map<number, number>();
  readonly #tookMs: number[] = [];

  get waitMs(): number {
    return Math.min(MOST_MS, Math.max(LEAST_MS, ...this.#tookMs.map((ms) => ms * 1.25)));
  }

  /** @param picture whatever names it, the same for its boxes */
  pictureArrived(picture: number, nowMs: number): void {
    this.#arrivedAtMs.set(picture, nowMs);
    for (const old of this.#arrivedAtMs.keys()) {
      if (this.#arrivedAtMs.size <= MOST_PICTURES) break;
      this.#arrivedAtMs.delete(old);
    }
  }

  boxesArrived(picture: number, nowMs: number): void {
    const arrivedAtMs = this.#arrivedAtMs.get(picture);
    if (arrivedAtMs === undefined) return;
    this.#tookMs.push(nowMs - arrivedAtMs);
    if (this.#tookMs.length > LOOKED_BACK_ON) this.#tookMs.shift();
  }
}
