import { type Edges, GRAY_HEIGHT_PX, GRAY_WIDTH_PX, newEdges, type Sight, writeEdges } from './edges.ts';
import { FaultCourse, type PictureFault, type Verdict } from './fault-course.ts';
import { Fingerprint, type Likeness } from './fingerprint.ts';
import { WholeChange } from './whole-change.ts';

export type { PictureFault } from './fault-course.ts';

/** Sensor noise changes some pixel in every picture: one that is the same byte for byte for so long is not live. */
const FROZEN_AFTER_MS = 300_000;
/** Without light: almost black, and something to be seen in a sixth of the blocks at most (a lamp, the burnt-in clock). */
const DARK_LUMA = 20;
const DARK_BLOCKS = 8;
/** Below this, edges that are missing may only lack light. */
const DIM_LUMA = 40;
/** Of a view with so many blocks to be seen … */
const RICH_BLOCKS = 20;
/** … fewer than this share is left: covered, though the burnt-in clock can still be read. */
const COVERED_SHARE = 0.2;
/**
 * What is not the view any more, in good light, and has no more than this share of its edges, is out of focus, not turned
 * away. Measured: blurred by 4 % of the width 0.16–0.57 (median 0.31), by day turned 0.74–1.25, elsewhere 0.30–4.5.
 */
const BLURRED_SHARE = 0.45;
/** A fingerprint is taken of so many pictures, and over so long, that all show the same. */
const TAKEN_OF_PICTURES = 5;
const TAKEN_OVER_MS = 4_000;
/** Seasons, a new hoarding: it follows what stays for hours. */
const FOLLOW_MS = 6 * 3_600_000;
const FOLLOW_EVERY_MS = 60_000;
const FOLLOW_MOST = 0.02;
const TELL_AGAIN_MS = 3_600_000;

export interface ViewListener {
  /** Once when a fault begins or becomes another, once when it is over; first of all, once, when there is none. */
  onFault(fault: PictureFault | null): void;
  /** The fingerprint was taken, or has followed its view for an hour: to be kept, as `Fingerprint` writes it. */
  onFingerprint(text: string): void;
}

export interface ViewWatchOptions {
  /** The kept fingerprint of the view that the zones were drawn on; null: it is taken of the next pictures. */
  fingerprint: string | null;
  frozenAfterMs?: number;
}

/**
 * What a camera shows as a whole: whether anything can be seen, whether it is live, and whether it is the view that its
 * zones were drawn on. One instance per camera; time is that of the pictures.
 */
export class ViewWatch {
  /** Pictures that were kept from the detector. */
  passedOver = 0;
  readonly #listener: ViewListener;
  readonly #frozenAfterMs: number;
  readonly #course = new FaultCourse();
  readonly #change = new WholeChange(GRAY_WIDTH_PX * GRAY_HEIGHT_PX);
  readonly #last = new Uint8Array(GRAY_WIDTH_PX * GRAY_HEIGHT_PX);
  readonly #edges: Edges = newEdges();
  #sameSinceMs: number | null = null;
  #sight: Sight = { luma: 0, visibleBlocks: 0 };
  #fingerprint: Fingerprint | null = null;
  #likeness: Likeness = 'unsure';
  #taking: { fingerprint: Fingerprint; pictures: number; sinceMs: number } | null = null;
  #followedAtMs: number | null = null;
  #toldAtMs: number | null = null;
  #told: PictureFault | null | undefined;

  constructor(options: ViewWatchOptions, listener: ViewListener) {
    this.#listener = listener;
    this.#frozenAfterMs = options.frozenAfterMs ?? FROZEN_AFTER_MS;
    if (options.fingerprint !== null) this.#fingerprint = Fingerprint.fromText(options.fingerprint);
  }

  get fault(): PictureFault | null {
    return this.#course.fault;
  }

  /**
   * Takes in the 160×90 gray picture captured at `atMs`. @returns whether what is detected in it may be believed; when
   * not, nobody should ask.
   */
  look(gray: Uint8Array, atMs: number): boolean {
    const verdict = this.#judge(gray, atMs);
    const believed = verdict !== null && this.#course.take(verdict, atMs);
    this.#tell(believed);
    if (!believed) this.passedOver++;
    else if (verdict === 'well') this.#learn(atMs);
    return believed;
  }

  /** The stream was interrupted. */
  interrupt(): void {
    this.#change.forget();
    this.#course.interrupt();
    this.#taking = null;
  }

  /** Other zones were drawn, or another calibration: on what the camera shows now. */
  renew(fingerprint: string | null): void {
    this.#fingerprint = fingerprint === null ? null : Fingerprint.fromText(fingerprint);
    this.#taking = null;
    this.#followedAtMs = null;
    this.#toldAtMs = null;
    this.#course.forget();
    this.#told = undefined;
  }

  /** null: a change of the whole picture, on which nothing can be said. */
  #judge(gray: Uint8Array, atMs: number): Verdict | null {
    const isSame = this.#sameSinceMs !== null && Buffer.compare(this.#last, gray) === 0;
    if (!isSame) {
      this.#last.set(gray);
      this.#sameSinceMs = atMs;
      this.#sight = writeEdges(gray, this.#edges);
    }
    if (this.#change.see(gray, atMs)) return null;
    return isSame && this.#isFrozen(atMs) ? 'frozen' : this.#judgeSight();
  }

  #isFrozen(atMs: number): boolean {
    const { fault } = this.#course;
    const sinceMs = this.#sameSinceMs ?? atMs;
    if (fault === null && atMs - sinceMs >= this.#frozenAfterMs) this.#course.enter({ code: 'frozen', sinceMs });
    return this.#course.fault?.code === 'frozen';
  }

  #judgeSight(): Verdict {
    const { luma, visibleBlocks } = this.#sight;
    if (luma < DARK_LUMA) return visibleBlocks <= DARK_BLOCKS ? 'dark' : 'unsure';
    if (visibleBlocks === 0) return luma < DIM_LUMA ? 'dark' : 'covered';
    if (!this.#fingerprint) return 'well';
    const known = this.#fingerprint.comparableBlocks;
    if (known >= RICH_BLOCKS && visibleBlocks < COVERED_SHARE * known) return luma < DIM_LUMA ? 'unsure' : 'covered';
    this.#likeness = this.#fingerprint.compare(this.#edges);
    if (this.#likeness !== 'other') return this.#likeness === 'unsure' ? 'unsure' : 'well';
    const isBlurred = luma >= DIM_LUMA && this.#fingerprint.edgeShare(this.#edges) < BLURRED_SHARE;
    return isBlurred ? 'covered' : 'view-moved';
  }

  #tell(believed: boolean): void {
    const { fault } = this.#course;
    if (fault === this.#told || (!fault && this.#told === undefined && !believed)) return;
    this.#told = fault;
    this.#listener.onFault(fault);
  }

  /** From a picture that is well. */
  #learn(atMs: number): void {
    if (!this.#fingerprint) {
      this.#take(atMs);
      return;
    }
    this.#toldAtMs ??= atMs;
    this.#followedAtMs ??= atMs;
    const stepMs = atMs - this.#followedAtMs;
    if (stepMs < FOLLOW_EVERY_MS || this.#likeness !== 'same') return;
    this.#followedAtMs = atMs;
    this.#fingerprint.follow(this.#edges, Math.min(FOLLOW_MOST, stepMs / FOLLOW_MS));
    if (atMs - this.#toldAtMs < TELL_AGAIN_MS) return;
    this.#toldAtMs = atMs;
    this.#listener.onFingerprint(this.#fingerprint.toText());
  }

  #take(atMs: number): void {
    const taking = this.#taking;
    if (taking?.fingerprint.compare(this.#edges) !== 'same') {
      const fingerprint = Fingerprint.of(this.#edges);
      this.#taking = fingerprint.saysEnough ? { fingerprint, pictures: 1, sinceMs: atMs } : null;
      return;
    }
    taking.pictures++;
    taking.fingerprint.follow(this.#edges, 1 / taking.pictures);
    if (taking.pictures < TAKEN_OF_PICTURES || atMs - taking.sinceMs < TAKEN_OVER_MS) return;
    this.#fingerprint = taking.fingerprint;
    this.#taking = null;
    this.#toldAtMs = atMs;
    this.#listener.onFingerprint(this.#fingerprint.toText());
  }
}
