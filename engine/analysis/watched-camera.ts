import type { AccessUnit } from '#streams/access-unit.ts';
import { InterDecoder, type KeyframeDecoders } from '#streams/decoders.ts';
import type { Frame } from '#streams/frame.ts';
import { openStream, type Stream, type StreamListener } from '#streams/open-stream.ts';
import { type CameraState, isOnline } from '../contract/camera.ts';
import type { Observation } from '../contract/observation.ts';
import { Observer } from '../observations/observe.ts';
import type { Track, TrackedClass } from '../tracks/track.ts';
import { Tracker } from '../tracks/tracker.ts';
import { type PictureFault, ViewWatch } from '../views/view-watch.ts';
import { MotionGate } from './gate.ts';
import type { CameraFigures, WatchedCameraConfig } from './messages.ts';
import { type DecodeAgain, PictureBook } from './pictures.ts';

/** Keyframes come a little early or late; one that is due by this much less is taken. */
const SAMPLE_TOLERANCE = 0.75;
/** In all-frames mode, what waits longer than this is given up for the next keyframe. */
const LONGEST_BACKLOG_MS = 2000;

/** Whoever looks at the camera's video. */
export interface CameraViewer {
  /** Every picture that arrives; not whole up to the next key after it began to look. */
  unit(unit: AccessUnit): void;
  /** What is followed in a picture that was analysed. */
  tracks(tracks: readonly Track[], capturedAtMs: number, widthPx: number, heightPx: number): void;
}

export interface DueFrame {
  frame: Frame;
  again: DecodeAgain | null;
}

/** One camera of a shard: its stream, what of it waits to be analysed, and what is known of its scene. */
export class WatchedCamera {
  config: WatchedCameraConfig;
  readonly gate = new MotionGate();
  readonly view: ViewWatch;
  tracker: Tracker;
  pictures = new PictureBook();
  observer: Observer;
  /** Reports leave in the order of their frames, though their pictures are encoded at different speeds. */
  sending: Promise<void> = Promise.resolve();
  state: CameraState = 'connecting';
  analysed = 0;
  gated = 0;
  inferenceMs = 0;
  lastAnalysedAtMs = Number.NEGATIVE_INFINITY;
  lastKey: AccessUnit | null = null;

  #viewer: CameraViewer | null = null;
  #stream: Stream;
  #inter: InterDecoder | null;
  #decoders: KeyframeDecoders;
  #waiting: AccessUnit[] = [];
  #sampledAtMs = Number.NEGATIVE_INFINITY;
  #dropped = 0;
  #unsettled = false;
  #faulted = false;

  constructor(
    config: WatchedCameraConfig,
    timeZone: string,
    classes: readonly TrackedClass[],
    decoders: KeyframeDecoders,
    listener: {
      onDue(camera: WatchedCamera): void;
      onState: StreamListener['onState'];
      onPictureFault(fault: PictureFault | null): void;
      onFingerprint(drawing: string, fingerprint: string): void;
    },
  ) {
    this.config = config;
    this.tracker = new Tracker(classes);
    this.observer = new Observer(config, timeZone);
    this.view = new ViewWatch(
      { fingerprint: config.view?.fingerprint ?? null },
      {
        onFault: (fault) => {
          // What is seen when the camera watches again begins anew; the desk knows its open alerts by their place.
          if (this.#faulted && fault === null) this.#forgetThings(classes, timeZone);
          this.#faulted = fault !== null;
          listener.onPictureFault(fault);
        },
        onFingerprint: (text) => listener.onFingerprint(drawingOf(this.config), text),
      },
    );
    this.#decoders = decoders;
    this.#inter = config.decode === 'all' ? new InterDecoder() : null;
    this.#stream = openStream(
      config.source,
      {
        onAccessUnit: (unit) => {
          this.#viewer?.unit(unit);
          if (this.#accept(unit)) listener.onDue(this);
        },
        onState: (state, reason, code) => {
          this.state = state;
          if (!isOnline(state)) this.#forgetScene();
          listener.onState(state, reason, code);
        },
      },
      { keyUnitsOnly: config.decode === 'keyframes' },
    );
  }

  /** The zones or rules changed, the stream did not. */
  rebind(config: WatchedCameraConfig, timeZone: string): void {
    if (drawingOf(config) !== drawingOf(this.config)) this.view.renew(config.view?.fingerprint ?? null);
    this.config = config;
    this.observer = new Observer(config, timeZone);
  }

  get viewer(): CameraViewer | null {
    return this.#viewer;
  }

  /** While somebody looks, every picture is taken off the network, not the keys alone. */
  set viewer(viewer: CameraViewer | null) {
    this.#viewer = viewer;
    this.#stream.keyUnitsOnly = viewer === null && this.config.decode === 'keyframes';
  }

  /** True while a rule must be asked at each sampling period: a dwell runs, or what stood is not seen. */
  get unsettled(): boolean {
    return this.#unsettled;
  }

  settle(observations: readonly Observation[], nowMs: number): void {
    this.#unsettled = observations.some((o) => o.phase === 'pending' || o.lastSeenAtMs < nowMs);
  }

  /**
   * Decodes what waits, and returns the frame to analyse now: borrowed until the next call on any camera. Where every
   * picture is decoded, all that waits is, and the newest is analysed: a late turn makes no old pictures.
   */
  takeDue(): DueFrame | null {
    const units = this.#waiting;
    this.#waiting = [];
    if (!this.#inter) {
      const unit = units[0];
      if (!unit) return null;
      const frame = this.#decoders.decode(unit);
      return frame && { frame, again: () => this.#decoders.decode(unit) };
    }
    let frame: Frame | null = null;
    for (const unit of units) frame = this.#inter.decode(unit);
    if (!frame || !this.#isSampleDue(frame.capturedAtMs)) return null;
    this.#sampledAtMs = frame.capturedAtMs;
    return { frame, again: null };
  }

  /** The last whole keyframe, decoded again; null before the first. */
  currentFrame(): Frame | null {
    return this.lastKey && this.#decoders.decode(this.lastKey);
  }

  figures(): CameraFigures {
    const { accessUnits, damagedUnits, connects } = this.#stream.counters;
    return {
      id: this.config.id,
      lastFrameAtMs: this.lastKey?.capturedAtMs ?? null,
      lastAnalysedAtMs: Number.isFinite(this.lastAnalysedAtMs) ? this.lastAnalysedAtMs : null,
      seen: accessUnits,
      analysed: this.analysed,
      dropped: this.#dropped,
      gated: this.gated,
      passedOver: this.view.passedOver,
      damaged: damagedUnits,
      connects,
      inferenceMs: this.inferenceMs,
    };
  }

  async close(): Promise<void> {
    await this.#stream.close();
    this.#inter?.close();
  }

  #accept(unit: AccessUnit): boolean {
    if (unit.key && unit.whole) this.lastKey = unit;
    if (this.#inter) return this.#acceptAny(unit);
    if (!unit.key || !unit.whole || !this.#isSampleDue(unit.capturedAtMs)) return false;
    this.#sampledAtMs = unit.capturedAtMs;
    this.#dropped += this.#waiting.length;
    this.#waiting = [unit];
    return true;
  }

  #acceptAny(unit: AccessUnit): boolean {
    const oldest = this.#waiting[0];
    if (unit.key && oldest && unit.capturedAtMs - oldest.capturedAtMs > LONGEST_BACKLOG_MS) {
      this.#dropped += this.#waiting.length;
      this.#waiting = [];
    }
    this.#waiting.push(unit);
    return true;
  }

  #isSampleDue(capturedAtMs: number): boolean {
    return capturedAtMs - this.#sampledAtMs >= this.config.samplePeriodMs * SAMPLE_TOLERANCE;
  }

  #forgetThings(classes: readonly TrackedClass[], timeZone: string): void {
    this.tracker = new Tracker(classes);
    this.observer = new Observer(this.config, timeZone);
    this.pictures = new PictureBook();
    this.#unsettled = false;
  }

  #forgetScene(): void {
    this.gate.forget();
    this.view.interrupt();
    this.#waiting = [];
    this.#sampledAtMs = Number.NEGATIVE_INFINITY;
  }
}

function drawingOf(config: WatchedCameraConfig): string {
  return config.view?.drawing ?? '';
}
