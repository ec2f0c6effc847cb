/** What of a version is counted from the start of each shard on. */
interface Count {
  looks: number;
  lookMs: number;
}

const MINUTE_MS = 60_000;

/** The looks of the last minute, from counters that run on and begin anew when a shard does. */
export class LastMinute {
  readonly #steps: (Count & { atMs: number })[] = [];
  #before: Count | null = null;

  count({ looks, lookMs }: Count, atMs: number): void {
    const before = this.#before;
    this.#before = { looks, lookMs };
    if (before && looks > before.looks && lookMs >= before.lookMs)
      this.#steps.push({ looks: looks - before.looks, lookMs: lookMs - before.lookMs, atMs });
    while (this.#steps[0] && atMs - this.#steps[0].atMs > MINUTE_MS) this.#steps.shift();
  }

  get looks(): number {
    return this.#steps.reduce((sum, step) => sum + step.looks, 0);
  }

  /** The mean; null: it did not look. */
  get lookMs(): number | null {
    const { looks } = this;
    return looks === 0 ? null : this.#steps.reduce((sum, step) => sum + step.lookMs, 0) / looks;
  }
}
