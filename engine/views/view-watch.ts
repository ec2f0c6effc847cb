import { type Edges, GRAY_HEIGHT_PX, GRAY_WIDTH_PX, newEdges, type Sight, writeEdges } from './edges.ts';
import { FaultCourse, type PictureFault, type Verdict } from './fault-course.ts';
import { Fingerprint, type Likeness } from './fingerprint.ts';
import { type KnownView, KnownViews, type ViewSetting } from './known-views.ts';
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
  /** Which of its views the camera shows, as soon as that is known and whenever it is another; null: none of them. */
  onView(viewId: string | null): void;
  /** The fingerprint was taken, or has followed its view for an hour: to be kept, as `Fingerprint` writes it. */
  onFingerprint(view: { id: string; drawing: string }, text: string): void;
}

export interface ViewWatchOptions {
  /** At least one. The fingerprint of an only view is taken of the next pictures, if there is none. */
  views: readonly ViewSetting[];
  frozenAfterMs?: number;
}

/** Why what a camera shows cannot be taken for a view now. `not-moved`: it shows one that is known. */
export const NO_FINGERPRINT = ['no-picture', 'covered', 'dark', 'frozen', 'turned', 'not-moved', 'too-little'] as const;
export type NoFingerprint = (typeof NO_FINGERPRINT)[number];

/** A run of pictures that show another known view. */
interface Turn {
  view: KnownView;
  sinceMs: number;
  lastMs: number;
  pictures: number;
}

/**
 * What a camera shows as a whole: whether anything can be seen, whether it is live, and which of the views that its
 * zones were drawn on it is. One instance per camera; time is that of the pictures.
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
  readonly #views: KnownViews;
  #sameSinceMs: number | null = null;
  #sight: Sight = { luma: 0, visibleBlocks: 0 };
  #likeness: Likeness = 'unsure';
  /** The view that the picture shows when all is well. */
  #seen: KnownView | null = null;
  #verdict: Verdict | null = null;
  #turn: Turn | null = null;
  #taking: { fingerprint: Fingerprint; pictures: number; sinceMs: number } | null = null;
  #followedAtMs: number | null = null;
  #keptAtMs: number | null = null;
  #toldFault: PictureFault | null | undefined;
  #toldView: string | null | undefined;
  #isTurned = false;

  constructor(options: ViewWatchOptions, listener: ViewListener) {
    this.#listener = listener;
    this.#frozenAfterMs = options.frozenAfterMs ?? FROZEN_AFTER_MS;
    this.#views = new KnownViews(options.views);
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
    this.#verdict = verdict;
    const believed = verdict !== null && this.#take(verdict, atMs);
    this.#tell(believed);
    if (!believed) this.passedOver++;
    else if (verdict === 'well') this.#learn(atMs);
    return believed;
  }

  /**
   * Somebody turns the camera from now on, or does no more. While it is turned nothing is believed, whatever it shows; after
   * that, once its pictures show a view that is known.
   */
  turn(isTurned: boolean, atMs: number): void {
    if (isTurned === this.#isTurned) return;
    this.#isTurned = isTurned;
    this.#taking = null;
    this.#turn = null;
    if (isTurned) this.#course.enter({ code: 'turned', sinceMs: atMs });
    this.#course.interrupt();
    this.#tell(false);
  }

  /** The fingerprint of the picture that stands now, for a view that an operator says it is; or why there is none. */
  fingerprintNow(): { fingerprint: string } | { refusal: NoFingerprint } {
    const { fault } = this.#course;
    const { luma, visibleBlocks } = this.#sight;
    if (this.#sameSinceMs === null || this.#verdict === null) return { refusal: 'no-picture' };
    if (fault && fault.code !== 'view-moved') return { refusal: fault.code };
    if (luma < DARK_LUMA || this.#verdict === 'dark') return { refusal: 'dark' };
    if (visibleBlocks === 0 || this.#verdict === 'covered') return { refusal: 'covered' };
    if (!fault || this.#verdict === 'well') return { refusal: 'not-moved' };
    const fingerprint = Fingerprint.of(this.#edges);
    return fingerprint.saysEnough ? { fingerprint: fingerprint.toText() } : { refusal: 'too-little' };
  }

  /** The stream was interrupted. */
  interrupt(): void {
    this.#change.forget();
    this.#course.interrupt();
    this.#taking = null;
    this.#turn = null;
    this.#verdict = null;
  }

  /** The camera's views are others, or what is drawn on them is. */
  renew(views: readonly ViewSetting[]): void {
    const before = this.#views.at;
    const drawnAnew = this.#views.renew(views);
    if (this.#views.at === before && !drawnAnew) return;
    this.#taking = null;
    this.#turn = null;
    this.#followedAtMs = null;
    this.#keptAtMs = null;
    this.#toldView = undefined;
    if (!drawnAnew || this.#isTurned) return;
    this.#course.forget();
    this.#toldFault = undefined;
  }

  #take(verdict: Verdict, atMs: number): boolean {
    if (this.#isTurned) return false;
    const seen = verdict === 'well' ? this.#seen : null;
    if (seen && seen !== this.#views.at) return this.#turnTo(seen, atMs);
    this.#turn = null;
    return this.#course.take(verdict, atMs) && this.#views.at !== null;
  }

  /** The camera is at another view when it has shown that for as long as ends a fault. */
  #turnTo(view: KnownView, atMs: number): boolean {
    const before = this.#turn?.view === view ? this.#turn : null;
    const turn = { view, sinceMs: before?.sinceMs ?? atMs, lastMs: atMs, pictures: (before?.pictures ?? 0) + 1 };
    this.#turn = turn;
    if (!this.#course.endsBy(turn)) return false;
    this.#views.at = view;
    this.#turn = null;
    this.#followedAtMs = null;
    this.#keptAtMs = null;
    this.#course.forget();
    return true;
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
    this.#seen = this.#views.takesItsOnly;
    return this.#seen ? 'well' : this.#judgeView();
  }

  #judgeView(): Verdict {
    const { luma, visibleBlocks } = this.#sight;
    const { reference } = this.#views;
    const known = reference?.fingerprint ?? null;
    const isHidden = known !== null && isRich(known) && visibleBlocks < COVERED_SHARE * known.comparableBlocks;
    this.#likeness = isHidden ? 'unsure' : (known?.compare(this.#edges) ?? 'other');
    this.#seen = isAlike(this.#likeness) ? reference : this.#views.findOther(this.#edges, reference);
    if (this.#seen) return 'well';
    if (isHidden) return luma < DIM_LUMA ? 'unsure' : 'covered';
    if (this.#likeness === 'unsure') return 'unsure';
    const isBlurred = luma >= DIM_LUMA && known !== null && known.edgeShare(this.#edges) < BLURRED_SHARE;
    return isBlurred ? 'covered' : 'view-moved';
  }

  #tell(believed: boolean): void {
    const { fault } = this.#course;
    const isElsewhere = fault?.code === 'view-moved' || fault?.code === 'turned';
    const viewId = isElsewhere ? null : believed ? this.#views.at?.id : undefined;
    if (viewId !== undefined && viewId !== this.#toldView) {
      this.#toldView = viewId;
      this.#listener.onView(viewId);
    }
    if (fault === this.#toldFault || (!fault && this.#toldFault === undefined && !believed)) return;
    this.#toldFault = fault;
    this.#listener.onFault(fault);
  }

  /** From a picture that is well. */
  #learn(atMs: number): void {
    const { at } = this.#views;
    if (!at?.fingerprint) {
      if (at) this.#takeFor(at, atMs);
      return;
    }
    this.#keptAtMs ??= atMs;
    this.#followedAtMs ??= atMs;
    const stepMs = atMs - this.#followedAtMs;
    if (stepMs < FOLLOW_EVERY_MS || this.#likeness !== 'same') return;
    this.#followedAtMs = atMs;
    at.fingerprint.follow(this.#edges, Math.min(FOLLOW_MOST, stepMs / FOLLOW_MS));
    if (atMs - this.#keptAtMs < TELL_AGAIN_MS) return;
    this.#keptAtMs = atMs;
    this.#listener.onFingerprint(at, at.fingerprint.toText());
  }

  #takeFor(view: KnownView, atMs: number): void {
    const taking = this.#taking;
    if (taking?.fingerprint.compare(this.#edges) !== 'same') {
      const fingerprint = Fingerprint.of(this.#edges);
      this.#taking = fingerprint.saysEnough ? { fingerprint, pictures: 1, sinceMs: atMs } : null;
      return;
    }
    taking.pictures++;
    taking.fingerprint.follow(this.#edges, 1 / taking.pictures);
    if (taking.pictures < TAKEN_OF_PICTURES || atMs - taking.sinceMs < TAKEN_OVER_MS) return;
    view.fingerprint = taking.fingerprint;
    this.#taking = null;
    this.#keptAtMs = atMs;
    this.#listener.onFingerprint(view, view.fingerprint.toText());
  }
}

function isAlike(likeness: Likeness): boolean {
  return likeness === 'same' || likeness === 'similar';
}

function isRich({ comparableBlocks }: Fingerprint): boolean {
  return comparableBlocks >= RICH_BLOCKS;
}
