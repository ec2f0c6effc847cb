/**
 * When the next batch of changes is due. Pure: it is told the time and answers with a wait. The first change after
 * `spanMs` of quiet is due at once; further ones are collected until `spanMs` after the last batch began.
 */
export class BatchClock {
  readonly spanMs: number;
  #dueAtMs: number | null = null;
  #begunAtMs = Number.NEGATIVE_INFINITY;

  constructor(spanMs = 200) {
    this.spanMs = spanMs;
  }

  /**
   * Something changed.
   * @returns milliseconds to wait before `begin`, or null when a batch is already due and will take this change along
   */
  changed(nowMs: number): number | null {
    if (this.#dueAtMs !== null) return null;
    const dueAtMs = Math.max(nowMs, this.#begunAtMs + this.spanMs);
    this.#dueAtMs = dueAtMs;
    return dueAtMs - nowMs;
  }

  /** The batch that was due begins now: what changes from here on belongs to the next one. */
  begin(nowMs: number): void {
    this.#dueAtMs = null;
    this.#begunAtMs = nowMs;
  }
}
