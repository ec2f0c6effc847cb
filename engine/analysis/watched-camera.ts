import type { AccessUnit } from '#streams/access-unit.ts';
import type { KeyframeDecoders } from '#streams/decoders.ts';
import type { Frame } from '#streams/frame.ts';
import { KeptGop } from '#streams/kept-gop.ts';
import type { Stream, StreamListener } from '#streams/stream.ts';
import type { SharedStreams } from '#streams/upstreams.ts';
import { isOnline } from '../contract/camera.ts';
import type { Observation } from '../contract/observation.ts';
import { Observer } from '../observations/observe.ts';
import type { TrackedClass } from '../tracks/track.ts';
import { Tracker } from '../tracks/tracker.ts';
import { type PictureFault, ViewWatch } from '../views/view-watch.ts';
import { EverySampler } from './every-sampler.ts';
import { MotionGate } from './gate.ts';
import { KeySampler } from './key-sampler.ts';
import type { CameraFigures, WatchedCameraConfig } from './messages.ts';
import { NeededSampler } from './needed-sampler.ts';
import { PictureBook } from './pictures.ts';
import { type DueFrame, type Sampler, type Wish, wishOf } from './sampling.ts';

/** How a camera's pictures are chosen: one line each. */
const SAMPLERS: Record<
  WatchedCameraConfig['decode'],
  (decoders: KeyframeDecoders, gop: KeptGop, wishAt: (atMs: number) => Wish) => Sampler
> = {
  'as-needed': (decoders, gop, wishAt) => new NeededSampler(decoders, gop, wishAt),
  keyframes: (decoders, _, wishAt) => new KeySampler(decoders, wishAt),
  all: (decoders, _, wishAt) => new EverySampler(decoders.openInter(), wishAt),
};

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
  analysed = 0;
  gated = 0;
  inferenceMs = 0;
  lastAnalysedAtMs = Number.NEGATIVE_INFINITY;
  lastKey: AccessUnit | null = null;
  /** Empty while nobody needs it. */
  readonly gop = new KeptGop();

  #stream: Stream;
  #sampler: Sampler;
  #decoders: KeyframeDecoders;
  #onDue: (camera: WatchedCamera) => void;
  /** Who wants the GOP kept besides the sampler. */
  #keepers = 0;
  #unsettled = false;
  #faulted = false;

  constructor(
    config: WatchedCameraConfig,
    timeZone: string,
    classes: readonly TrackedClass[],
    decoders: KeyframeDecoders,
    streams: SharedStreams,
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
    this.#onDue = listener.onDue;
    this.#sampler = SAMPLERS[config.decode](decoders, this.gop, (atMs) => wishOf(this.config, this.observer, atMs));
    this.#stream = streams.open(
      config.source,
      {
        onAccessUnit: (unit) => {
          if (this.#accept(unit)) this.#onDue(this);
        },
        onState: (state, reason, code) => {
          if (!isOnline(state)) this.#forgetScene();
          listener.onState(state, reason, code);
        },
      },
      { keyUnitsOnly: !this.#sampler.wantsAllUnits },
    );
  }

  /** The zones or rules changed, the stream did not. */
  rebind(config: WatchedCameraConfig, timeZone: string): void {
    if (drawingOf(config) !== drawingOf(this.config)) this.view.renew(config.view?.fingerprint ?? null);
    this.config = config;
    this.observer = new Observer(config, timeZone);
  }

  /** True while a rule must be asked at each sampling period: a dwell runs, or what stood is not seen. */
  get unsettled(): boolean {
    return this.#unsettled;
  }

  settle(observations: readonly Observation[], nowMs: number): void {
    this.#unsettled = observations.some((o) => o.phase === 'pending' || o.lastSeenAtMs < nowMs);
  }

  /** Decodes what is due, and returns the frame to analyse now: borrowed until the next call on any camera. */
  takeDue(): DueFrame | null {
    const due = this.#sampler.take();
    if (this.#sampler.isDue) this.#onDue(this);
    return due;
  }

  /** Has the GOP kept, from the next key on, until the answer is called. */
  keepGop(): () => void {
    let kept = true;
    this.#keepers++;
    this.#fetch();
    return () => {
      if (!kept) return;
      kept = false;
      this.#keepers--;
      this.#fetch();
    };
  }

  /** The last whole keyframe, decoded again; null before the first. */
  currentFrame(): Frame | null {
    return this.lastKey && this.#decoders.decode(this.lastKey);
  }

  /** Called now and then. */
  freeIdle(atMs: number): void {
    this.#sampler.freeIdle(atMs);
  }

  figures(): CameraFigures {
    const { accessUnits, damagedUnits, connects } = this.#stream.counters;
    return {
      id: this.config.id,
      lastFrameAtMs: this.lastKey?.capturedAtMs ?? null,
      lastAnalysedAtMs: Number.isFinite(this.lastAnalysedAtMs) ? this.lastAnalysedAtMs : null,
      seen: accessUnits,
      analysed: this.analysed,
      dropped: this.#sampler.dropped,
      interDecoded: this.#sampler.interDecoded,
      gated: this.gated,
      passedOver: this.view.passedOver,
      damaged: damagedUnits,
      connects,
      inferenceMs: this.inferenceMs,
    };
  }

  async close(): Promise<void> {
    await this.#stream.close();
    this.#sampler.close();
    this.gop.clear();
  }

  #accept(unit: AccessUnit): boolean {
    if (unit.key && unit.whole) this.lastKey = unit;
    if (this.#keepsGop) this.gop.push(unit);
    const due = this.#sampler.accept(unit);
    this.#fetch();
    return due;
  }

  /** Asks the stream for what is needed now, and keeps no more than that. */
  #fetch(): void {
    this.#stream.keyUnitsOnly = !this.#sampler.wantsAllUnits && !this.#keepsGop;
    if (!this.#keepsGop) this.gop.clear();
  }

  get #keepsGop(): boolean {
    return this.#sampler.wantsGop || this.#keepers > 0;
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
    this.#sampler.forget();
    this.gop.clear();
  }
}

function drawingOf(config: WatchedCameraConfig): string {
  return config.view?.drawing ?? '';
}
