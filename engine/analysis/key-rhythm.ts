/** So many intervals are remembered, and from so many on they are believed. */
const REMEMBERED = 4;
const BELIEVED_FROM = 2;

/** How far apart a camera's keys come, as measured from their arrival. Times in milliseconds. */
export class KeyRhythm {
  #lastAtMs: number | null = null;
  readonly #intervalsMs: number[] = [];

  note(atMs: number): void {
    if (this.#lastAtMs !== null) this.#intervalsMs.push(atMs - this.#lastAtMs);
    if (this.#intervalsMs.length > REMEMBERED) this.#intervalsMs.shift();
    this.#lastAtMs = atMs;
  }

  /** The longest of the latest intervals; null until enough were seen. */
  get longestMs(): number | null {
    return this.#intervalsMs.length < BELIEVED_FROM ? null : Math.max(...this.#intervalsMs);
  }

  /** When the next key is expected; null where that cannot be said. */
  get nextAtMs(): number | null {
    if (this.longestMs === null || this.#lastAtMs === null) return null;
    return this.#lastAtMs + this.#intervalsMs.at(-1)!;
  }

  /** The stream was lost: what lies between the last key and the next is no interval. */
  interrupt(): void {
    this.#lastAtMs = null;
  }
}
