import { nowMs } from '../clock.ts';

/** All that is paused is looked at this often. */
const TICK_MS = 50;
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
  #ticks = 0;

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
    this.#ticks = gulp.ticks;
    pause(this);
    return false;
  }

  /** @param tick the ticks so far: gulps of all connections fall on the same ones */
  tick(tick: number, atMs: number): void {
    if (tick % this.#ticks !== 0 && atMs + TICK_MS < this.#dueAtMs) return;
    paused.delete(this);
    this.#resume();
  }

  close(): void {
    paused.delete(this);
  }
}

const paused = new Set<Gulps>();
let ticking: NodeJS.Timeout | null = null;

/** One timer for all connections of the process; it ends itself when nobody has waited for a second. */
function pause(gulps: Gulps): void {
  paused.add(gulps);
  if (ticking !== null) return;
  let ticks = 0;
  let idleTicks = 0;
  const timer = setInterval(() => {
    ticks++;
    idleTicks = paused.size > 0 ? 0 : idleTicks + 1;
    const atMs = nowMs();
    for (const each of paused) each.tick(ticks, atMs);
    if (idleTicks * TICK_MS < 1000) return;
    clearInterval(timer);
    ticking = null;
  }, TICK_MS);
  ticking = timer;
}
