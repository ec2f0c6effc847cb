/** Two batches are never closer than this, or a change and what follows from it would leave apart. */
const LEAST_MS = 20;
/** So many batches may follow each other without the wait, once it has been quiet. */
const BURST = 10;

/**
 * When the next batch of changes is due. Pure: it is told the time and answers with a wait. In a quiet city a change is due
 * at once, also when another one was sent just before: an alert does not wait for a camera's new state. In a storm a batch
 * leaves every `spanMs` (generic cell rate algorithm of ITU-T I.371: one cell per span, a burst of ten tolerated).
 */
export class BatchClock {
  readonly spanMs: number;
  #dueAtMs: number | null = null;
  #begunAtMs = Number.NEGATIVE_INFINITY;
  /** When the next batch would be due if each had waited for its span. */
  #theoreticalMs = Number.NEGATIVE_INFINITY;

  constructor(spanMs = 100) {
    this.spanMs = spanMs;
  }

  /**
   * Something changed.
   * @returns milliseconds to wait before `begin`, or null when a batch is already due and will take this change along
   */
  changed(nowMs: number): number | null {
    if (this.#dueAtMs !== null) return null;
    const tolerated = this.#theoreticalMs - (BURST - 1) * this.spanMs;
    this.#dueAtMs = Math.max(nowMs, this.#begunAtMs + LEAST_MS, tolerated);
    return this.#dueAtMs - nowMs;
  }

  /** The batch that was due begins now: what changes from here on belongs to the next one. */
  begin(nowMs: number): void {
    this.#dueAtMs = null;
    this.#begunAtMs = nowMs;
    this.#theoreticalMs = Math.max(nowMs, this.#theoreticalMs) + this.spanMs;
  }
}
