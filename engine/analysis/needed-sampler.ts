import type { AccessUnit } from '#streams/access-unit.ts';
import type { InterDecoder, KeyframeDecoders } from '#streams/decoders.ts';
import type { Frame } from '#streams/frame.ts';
import type { KeptGop } from '#streams/kept-gop.ts';
import { KeyRhythm } from './key-rhythm.ts';
import { type DueFrame, isDueAfter, type Sampler, type Wish } from './sampling.ts';

/** A key that is expected so little after the sample was due is waited for, as it costs the least: a share of the period. */
const KEY_LATE_SHARE = 0.25;
const KEY_LATE_MS = 500;
/** Half of what lies between two pictures of a camera with 25 a second. */
const EARLY_MS = 20;
/** A turn decodes so many pictures at most: two seconds of 25 a second. Others have theirs before the next of it. */
const DECODED_AT_ONCE = 50;
/** Where something is followed, a sample is never older than so many periods. */
const LATEST_PERIODS = 2;
/** All pictures go on arriving this long after they were last needed. */
const WANTS_ALL_FOR_MS = 30_000;
/** A decoder of the camera's own that nobody needed for so long is freed. */
const DECODER_IDLE_MS = 30_000;

/**
 * Keys as long as they come often enough for the rules in force. Where they do not — keys far apart, or something in
 * view that is soon gone — pictures between them are decoded: lazily, from the kept key, up to the one that is due. What
 * of a GOP no sample needs is never decoded.
 */
export class NeededSampler implements Sampler {
  wantsGop = true;
  dropped = 0;
  interDecoded = 0;
  readonly #decoders: KeyframeDecoders;
  readonly #gop: KeptGop;
  readonly #wishAt: (atMs: number) => Wish;
  readonly #rhythm = new KeyRhythm();
  #inter: InterDecoder | null = null;
  #interUsedAtMs = 0;
  /** The key that the camera's own decoder began with, and how many units of its GOP it was given. */
  #begunWith: AccessUnit | null = null;
  #given = 0;
  /** The unit that a turn began to decode up to, and did not reach. */
  #onTheWayTo: AccessUnit | null = null;
  /** The key of a GOP that did not decode. */
  #spoilt: AccessUnit | null = null;
  #waitingKey: AccessUnit | null = null;
  #interDue = false;
  #sampledAtMs = Number.NEGATIVE_INFINITY;
  #takenAtMs = Number.NEGATIVE_INFINITY;
  #neededAtMs = Number.NEGATIVE_INFINITY;

  /** @param gop holds each unit already when `accept` is called with it, as long as `wantsGop` */
  constructor(decoders: KeyframeDecoders, gop: KeptGop, wishAt: (atMs: number) => Wish) {
    this.#decoders = decoders;
    this.#gop = gop;
    this.#wishAt = wishAt;
  }

  accept(unit: AccessUnit): boolean {
    const atMs = unit.capturedAtMs;
    const wish = this.#wishAt(atMs);
    if (unit.key) this.#rhythm.note(atMs);
    this.#noteNeed(atMs, wish);
    return unit.key && unit.whole ? this.#acceptKey(unit, wish) : this.#acceptInter(unit, wish);
  }

  take(): DueFrame | null {
    const key = this.#waitingKey;
    const interDue = this.#interDue;
    this.#waitingKey = null;
    this.#interDue = false;
    if (key) {
      const frame = this.#decoders.decode(key);
      if (frame) this.#takenAtMs = key.capturedAtMs;
      return frame && { frame, again: () => this.#decoders.decodeToShow(key) };
    }
    const frame = interDue ? this.#decodeDue() : null;
    // Pictures that leave the decoder in another order than they came in are not looked at backwards.
    if (!frame || frame.capturedAtMs <= this.#takenAtMs) return null;
    this.#takenAtMs = frame.capturedAtMs;
    return { frame, again: null };
  }

  get wantsAllUnits(): boolean {
    return this.wantsGop;
  }

  get isDue(): boolean {
    return this.#waitingKey !== null || this.#interDue;
  }

  /** A decoder of the camera's own is open. */
  get hasDecoder(): boolean {
    return this.#inter !== null;
  }

  forget(): void {
    this.#waitingKey = null;
    this.#interDue = false;
    this.#sampledAtMs = Number.NEGATIVE_INFINITY;
    this.#rhythm.interrupt();
    // Its picture may be on loan: the decoder is only emptied.
    this.#begunWith = null;
    this.#onTheWayTo = null;
  }

  freeIdle(atMs: number): void {
    if (atMs - this.#interUsedAtMs > DECODER_IDLE_MS) this.#freeDecoder();
  }

  close(): void {
    this.forget();
    this.#freeDecoder();
  }

  #noteNeed(atMs: number, { finestEveryMs }: Wish): void {
    const keysEveryMs = this.#rhythm.longestMs;
    if (keysEveryMs !== null && keysEveryMs > finestEveryMs + keyLateMs(finestEveryMs)) this.#neededAtMs = atMs;
    const unknown = keysEveryMs === null && finestEveryMs < Number.POSITIVE_INFINITY;
    this.wantsGop = unknown || atMs - this.#neededAtMs < WANTS_ALL_FOR_MS;
  }

  #acceptKey(unit: AccessUnit, wish: Wish): boolean {
    const atMs = unit.capturedAtMs;
    if (!isDueAfter(atMs - this.#sampledAtMs, wish)) return false;
    if (this.#waitingKey || this.#interDue) this.dropped++;
    this.#waitingKey = unit;
    this.#interDue = false;
    this.#sampledAtMs = atMs;
    return true;
  }

  #acceptInter(unit: AccessUnit, wish: Wish): boolean {
    if (this.#waitingKey || this.#gop.newest !== unit || this.#gop.key === this.#spoilt) return false;
    if (!this.#isInterDue(unit.capturedAtMs, wish)) return false;
    this.#interDue = true;
    return true;
  }

  #isInterDue(atMs: number, { atLeastEveryMs, inOrder }: Wish): boolean {
    const sinceMs = atMs - this.#sampledAtMs;
    if (sinceMs < atLeastEveryMs - EARLY_MS) return false;
    const waitedMs = atLeastEveryMs + keyLateMs(atLeastEveryMs);
    if (sinceMs >= waitedMs) return true;
    const keyAtMs = this.#rhythm.nextAtMs;
    if (keyAtMs === null) return inOrder;
    return keyAtMs <= this.#sampledAtMs || keyAtMs > this.#sampledAtMs + waitedMs;
  }

  /** Goes on from where the decoder stands in the kept GOP to the picture that is due. */
  #decodeDue(): Frame | null {
    const { key, units, newest } = this.#gop;
    if (!key || !newest || newest.key) return null;
    this.#inter ??= this.#decoders.openInter();
    this.#interUsedAtMs = newest.capturedAtMs;
    if (this.#begunWith !== key) {
      this.#inter.restart();
      this.#begunWith = key;
      this.#given = 0;
      this.#onTheWayTo = null;
    }
    const due = this.#onTheWayTo ? units.indexOf(this.#onTheWayTo) : this.#dueIndex(units, newest);
    if (due < 0) return null;
    const last = Math.min(due, this.#given + DECODED_AT_ONCE - 1);
    let frame: Frame | null = null;
    while (this.#given <= last) {
      const unit = units[this.#given++]!;
      frame = this.#inter.decode(unit);
      if (!this.#inter.isOpen) {
        this.#spoilt = key;
        return null;
      }
      if (!unit.key) this.interDecoded++;
    }
    this.#interDue = last < due;
    this.#onTheWayTo = this.#interDue ? units[due]! : null;
    if (this.#interDue) return null;
    this.#sampledAtMs = units[due]!.capturedAtMs;
    return frame;
  }

  #dueIndex(units: readonly AccessUnit[], newest: AccessUnit): number {
    const { atLeastEveryMs, inOrder } = this.#wishAt(newest.capturedAtMs);
    if (!inOrder) return units.length - 1;
    const fromMs = Math.max(
      this.#sampledAtMs + atLeastEveryMs - EARLY_MS,
      newest.capturedAtMs - LATEST_PERIODS * atLeastEveryMs,
    );
    return units.findIndex(({ capturedAtMs }, i) => i >= this.#given && capturedAtMs >= fromMs);
  }

  #freeDecoder(): void {
    this.#inter?.close();
    this.#inter = null;
    this.#begunWith = null;
    this.#onTheWayTo = null;
  }
}

function keyLateMs(periodMs: number): number {
  return Math.min(KEY_LATE_SHARE * periodMs, KEY_LATE_MS);
}
