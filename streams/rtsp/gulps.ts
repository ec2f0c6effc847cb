import { nowMs } from '../clock.ts';

/** What is paused is taken up at multiples of this, all connections together: each moment wakes the process once. */
const TICK_MS = 50;
/** A timer may fire so much before its time. */
const EARLY_MS = 2;
/**
 * From one gulp to the next, the longest that what gathers allows. What gathers must never fill the window that a kernel
 * offers at first, 64 KiB, or the camera would be held up.
 */
const GULPS: readonly { ticks: number; mostBytesPerMs: number }[] = [4, 2].map((ticks) => ({
  ticks,
  mostBytesPerMs: (48 * 1024) / (ticks * TICK_MS),
}));
/** So many intervals between keys are remembered: the next key is due after the shortest of them. */
const INTERVALS = 4;
/** A camera's bit rate is believed to rise at once and to sink by this with each gulp. */
const RATE_SINKS_BY = 0.9;

/**
 * When a connection of which only keys are wanted reads: between two keys in gulps, so that the kernel gathers what nobody
 * waits for and one wake-up takes many packets; eagerly from shortly before the next key is due until it is there. A key
 * that comes earlier than any of the last ones is read a gulp late at most (200 ms).
 */
export class Gulps {
  readonly #resume: () => void;
  readonly #intervalsMs: number[] = [];
  #keyAtMs = 0;
  #dueAtMs = 0;
  #gulpAtMs = 0;
  #bytesPerMs = 0;
  #resumeAtMs = 0;

  /** @param resume takes up reading again */
  constructor(resume: () => void) {
    this.#resume = resume;
  }

  /** A key has arrived whole. */
  keyCame(atMs: number): void {
    if (this.#keyAtMs > 0) {
      if (this.#intervalsMs.length === INTERVALS) this.#intervalsMs.shift();
      this.#intervalsMs.push(atMs - this.#keyAtMs);
      this.#dueAtMs = atMs + Math.min(...this.#intervalsMs);
    }
    this.#keyAtMs = this.#gulpAtMs = atMs;
  }

  /**
   * Whether to read on now, after `bytes` were read; if not, `resume` is called when it is time, and whatever happens to the
   * connection is seen only then.
   */
  readOn(bytes: number, atMs: number): boolean {
    if (atMs + TICK_MS > this.#dueAtMs) return true;
    if (atMs > this.#gulpAtMs) {
      const bytesPerMs = bytes / Math.max(TICK_MS, atMs - this.#gulpAtMs);
      this.#bytesPerMs = Math.max(bytesPerMs, this.#bytesPerMs * RATE_SINKS_BY);
      this.#gulpAtMs = atMs;
    }
    const gulp = GULPS.find(({ mostBytesPerMs }) => this.#bytesPerMs <= mostBytesPerMs);
    if (gulp === undefined) return true;
    this.#resumeAtMs = Math.min(next(gulp.ticks, atMs + EARLY_MS), next(1, this.#dueAtMs - TICK_MS));
    paused.add(this);
    wakeBy(this.#resumeAtMs);
    return false;
  }

  get resumeAtMs(): number {
    return this.#resumeAtMs;
  }

  takeUp(): void {
    paused.delete(this);
    this.#resume();
  }

  close(): void {
    paused.delete(this);
  }
}

/** The next moment that all which takes up reading after so many ticks shares. */
function next(ticks: number, fromMs: number): number {
  return Math.ceil(fromMs / (ticks * TICK_MS)) * ticks * TICK_MS;
}

const paused = new Set<Gulps>();
let timer: NodeJS.Timeout | null = null;
let firesAtMs = Number.POSITIVE_INFINITY;

/** One timer for all connections of the process. */
function wakeBy(atMs: number): void {
  if (atMs >= firesAtMs) return;
  if (timer !== null) clearTimeout(timer);
  firesAtMs = atMs;
  timer = setTimeout(takeUpAllDue, Math.max(1, atMs - nowMs()));
}

function takeUpAllDue(): void {
  timer = null;
  firesAtMs = Number.POSITIVE_INFINITY;
  const dueMs = nowMs() + EARLY_MS;
  let nextMs = Number.POSITIVE_INFINITY;
  for (const each of paused) {
    if (each.resumeAtMs <= dueMs) each.takeUp();
    else nextMs = Math.min(nextMs, each.resumeAtMs);
  }
  wakeBy(nextMs);
}
