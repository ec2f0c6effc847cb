import type { Observation } from '../contract/observation.ts';

/** What of a camera's pictures may be wanted for a clip. */
type Wish = 'nothing' | 'keys' | 'every-frame';

/** A clip begins so long before the onset with the keys alone, and so long before it with every frame. */
export const KEYS_BEFORE_MS = 50_000;
const EVERY_FRAME_BEFORE_MS = 10_000;
/** It ends so long after the onset. */
export const AFTER_MS = 10_000;
/** Every frame is asked for so much sooner: the frames are whole from the next key on. */
const KEY_COMES_WITHIN_MS = 4_000;
/** What is still pending so long after its dwell, as a second model has not seen it, may stand at any time or never. */
const OVERDUE_MS = 20_000;

/** What the rules saw holds so long: where nothing changes they look every fifteen seconds. */
const HOLDS_MS = 60_000;

/**
 * Which pictures of a camera are worth keeping. From the moment when a dwell begins these are the keys, which are taken off
 * the network anyhow. In a busy street something is always pending, and hardly any of it comes to stand: every frame is
 * kept only from shortly before a dwell is over to shortly after something began to stand.
 */
export class Wishes {
  #dueAtMs: number[] = [];
  #standing = new Set<string>();
  #everyFrameUntilMs = Number.NEGATIVE_INFINITY;
  #heededAtMs = Number.NEGATIVE_INFINITY;

  /** Takes in what the rules see in the picture of `nowMs`; it holds until the next one. */
  heed(observations: readonly Observation[], nowMs: number): void {
    this.#heededAtMs = nowMs;
    this.#dueAtMs = [];
    const standing = new Set<string>();
    for (const { key, phase, startedAtMs, dwellMs } of observations) {
      if (phase === 'pending') this.#dueAtMs.push(startedAtMs + dwellMs);
      else {
        standing.add(key);
        if (!this.#standing.has(key)) this.#everyFrameUntilMs = nowMs + AFTER_MS;
      }
    }
    this.#standing = standing;
  }

  /** What is seen from now on is new. */
  forget(): void {
    this.#dueAtMs = [];
    this.#standing.clear();
  }

  at(nowMs: number): Wish {
    if (nowMs <= this.#everyFrameUntilMs) return 'every-frame';
    // Where the picture has a fault, or the view is another, nothing is seen any more, and nothing comes to stand.
    if (nowMs - this.#heededAtMs > HOLDS_MS) return 'nothing';
    for (const dueAtMs of this.#dueAtMs)
      if (nowMs >= dueAtMs - EVERY_FRAME_BEFORE_MS - KEY_COMES_WITHIN_MS && nowMs <= dueAtMs + OVERDUE_MS)
        return 'every-frame';
    return this.#dueAtMs.length > 0 ? 'keys' : 'nothing';
  }
}
