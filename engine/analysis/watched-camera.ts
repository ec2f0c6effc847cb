import type { AccessUnit } from '#streams/access-unit.ts';
import { nowMs } from '#streams/clock.ts';
import type { KeyframeDecoders } from '#streams/decoders.ts';
import type { Frame } from '#streams/frame.ts';
import { KeptGop } from '#streams/kept-gop.ts';
import type { Stream, StreamListener } from '#streams/stream.ts';
import type { SharedStreams } from '#streams/upstreams.ts';
import { type CameraState, isOnline } from '../contract/camera.ts';
import type { Observation } from '../contract/observation.ts';
import { type ObservedCamera, Observer } from '../observations/observe.ts';
import type { ClipKeeper } from '../spools/clip-keeper.ts';
import type { Track, TrackedClass } from '../tracks/track.ts';
import { Tracker } from '../tracks/tracker.ts';
import { type PictureFault, ViewWatch } from '../views/view-watch.ts';
import { EverySampler } from './every-sampler.ts';
import { KeySampler } from './key-sampler.ts';
import type { CameraFigures, WatchedCameraConfig } from './messages.ts';
import { NeededSampler } from './needed-sampler.ts';
import { type OpenThing, openThings } from './open-things.ts';
import { PictureBook } from './pictures.ts';
import { RegionSight } from './region-sight.ts';
import type { WatchedGround } from './regions.ts';
import { type DueFrame, type Sampler, type Wish, wishOf } from './sampling.ts';
import { VerifiedFacts } from './verify.ts';

/** How a camera's pictures are chosen: one line each. */
const SAMPLERS: Record<
  WatchedCameraConfig['decode'],
  (decoders: KeyframeDecoders, gop: KeptGop, wishAt: (atMs: number) => Wish) => Sampler
> = {
  'as-needed': (decoders, gop, wishAt) => new NeededSampler(decoders, gop, wishAt),
  keyframes: (decoders, _, wishAt) => new KeySampler(decoders, wishAt),
  all: (decoders, _, wishAt) => new EverySampler(decoders.openInter(), wishAt),
};

/** Whoever looks at the camera's video. */
export interface CameraViewer {
  /** Every picture that arrives; not whole up to the next key after it began to look. */
  unit(unit: AccessUnit): void;
  /** What is followed in a picture that was analysed. */
  tracks(tracks: readonly Track[], capturedAtMs: number, widthPx: number, heightPx: number): void;
  /** A picture in which nothing has changed since the one that was analysed last: what was found then stands. */
  unchanged(capturedAtMs: number): void;
}

/** One camera of a shard: its stream, what of it waits to be analysed, and what is known of its scene. */
export class WatchedCamera {
  config: WatchedCameraConfig;
  readonly sight: RegionSight;
  readonly view: ViewWatch;
  /** The view whose zones and calibration are in use: the one that the camera is at, or was last. */
  viewId: string;
  tracker: Tracker;
  pictures = new PictureBook();
  readonly facts = new VerifiedFacts();
  observer: Observer;
  /** Reports leave in the order of their frames, though their pictures are encoded at different speeds. */
  sending: Promise<void> = Promise.resolve();
  state: CameraState = 'connecting';
  analysed = 0;
  gated = 0;
  lastAnalysedAtMs = Number.NEGATIVE_INFINITY;
  lastKey: AccessUnit | null = null;
  /** Empty while nobody needs it. */
  readonly gop = new KeptGop();
  /** What may become a clip; null: nothing is kept. */
  readonly clips: ClipKeeper | null;

  #viewer: CameraViewer | null = null;
  #stream: Stream;
  #sampler: Sampler;
  #decoders: KeyframeDecoders;
  #onDue: (camera: WatchedCamera) => void;
  #open: OpenThing[] = [];
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
      onView(viewId: string | null): void;
      onFingerprint(view: { id: string; drawing: string }, fingerprint: string): void;
    },
    clips: ClipKeeper | null = null,
  ) {
    this.config = config;
    this.clips = clips;
    this.tracker = new Tracker(classes);
    this.viewId = config.views[0]!.id;
    this.sight = new RegionSight(atView(config, this.viewId));
    this.observer = new Observer(atView(config, this.viewId), timeZone);
    this.view = new ViewWatch(
      { views: config.views },
      {
        onView: (viewId) => {
          if (viewId !== null && viewId !== this.viewId) {
            this.viewId = viewId;
            this.#forgetThings(classes, timeZone);
          }
          listener.onView(viewId);
        },
        onFault: (fault) => {
          // What is seen when the camera watches again begins anew; the desk knows its open alerts by their place.
          if (this.#faulted && fault === null) this.#forgetThings(classes, timeZone);
          this.#faulted = fault !== null;
          listener.onPictureFault(fault);
        },
        onFingerprint: (view, text) => listener.onFingerprint(view, text),
      },
    );
    this.view.turn(config.turned === true, nowMs());
    this.#decoders = decoders;
    this.#onDue = listener.onDue;
    this.#sampler = SAMPLERS[config.decode](decoders, this.gop, (atMs) => wishOf(this.config, this.observer, atMs));
    this.#stream = streams.open(
      config.source,
      {
        onAccessUnit: (unit) => {
          this.#viewer?.unit(unit);
          if (this.#accept(unit)) this.#onDue(this);
        },
        onState: (state, reason, code) => {
          this.state = state;
          if (!isOnline(state)) this.#forgetScene();
          listener.onState(state, reason, code);
        },
      },
      { keyUnitsOnly: !this.#sampler.wantsAllUnits },
    );
  }

  /** The zones or rules changed, the stream did not. */
  rebind(config: WatchedCameraConfig, timeZone: string): void {
    this.view.renew(config.views);
    this.view.turn(config.turned === true, nowMs());
    this.config = config;
    if (!config.views.some(({ id }) => id === this.viewId)) this.viewId = config.views[0]!.id;
    this.sight.rebind(atView(config, this.viewId));
    this.observer = new Observer(atView(config, this.viewId), timeZone);
  }

  get viewer(): CameraViewer | null {
    return this.#viewer;
  }

  /** While somebody looks, every picture is taken off the network, not the keys alone. */
  set viewer(viewer: CameraViewer | null) {
    this.#viewer = viewer;
    this.#fetch();
  }

  /** While there is any, the rules must be asked at each sampling period: a dwell runs, or what stood is not seen. */
  get open(): readonly OpenThing[] {
    return this.#open;
  }

  settle(observations: readonly Observation[], nowMs: number): void {
    const isWaitedFor = (o: Observation) => o.phase !== 'pending' || !this.facts.isResting(o.key);
    this.#open = openThings(
      observations.filter((o) => isWaitedFor(o) || o.lastSeenAtMs < nowMs),
      nowMs,
    );
    this.clips?.heed(observations.filter(isWaitedFor), nowMs);
  }

  /** Decodes what is due, and returns the frame to analyse now: borrowed until the next call on any camera. */
  takeDue(): DueFrame | null {
    const due = this.#sampler.take();
    if (this.#sampler.isDue) this.#onDue(this);
    return due;
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
      inferences: this.sight.inferences,
      inferenceMs: this.sight.inferenceMs,
      verified: this.facts.verified,
      refused: this.facts.refused,
      withheld: this.facts.withheld,
    };
  }

  async close(): Promise<void> {
    await this.#stream.close();
    await this.clips?.close();
    this.#sampler.close();
    this.gop.clear();
  }

  #accept(unit: AccessUnit): boolean {
    if (unit.key && unit.whole) this.lastKey = unit;
    if (this.#sampler.wantsGop) this.gop.push(unit);
    this.clips?.unit(unit);
    const due = this.#sampler.accept(unit);
    this.#fetch(unit.capturedAtMs);
    return due;
  }

  /** Asks the stream for what is needed now, and keeps no more than that. */
  #fetch(atMs = nowMs()): void {
    const { wantsAllUnits, wantsGop } = this.#sampler;
    const isWanted = wantsAllUnits || wantsGop || this.#viewer !== null || this.clips?.wantsEveryFrame(atMs) === true;
    this.#stream.keyUnitsOnly = !isWanted;
    if (!this.#sampler.wantsGop) this.gop.clear();
  }

  #forgetThings(classes: readonly TrackedClass[], timeZone: string): void {
    this.tracker = new Tracker(classes);
    this.observer = new Observer(atView(this.config, this.viewId), timeZone);
    this.pictures = new PictureBook();
    this.sight.rebind(atView(this.config, this.viewId));
    this.#open = [];
    this.facts.forget();
    this.clips?.forget();
  }

  #forgetScene(): void {
    this.sight.forget();
    this.view.interrupt();
    this.#sampler.forget();
    this.gop.clear();
    this.clips?.interrupt();
  }
}

/** The camera as its rules know it at one of its views. A rule of another model than this shard's looks at nothing here. */
function atView(config: WatchedCameraConfig, viewId: string): ObservedCamera & WatchedGround {
  const { id, lngLat, rangeM, regions } = config;
  const algorithms = config.algorithms.filter(({ model }) => model === undefined);
  const { zones, calibration } = config.views.find((view) => view.id === viewId)!;
  return { id, viewId, lngLat, rangeM, zones, calibration, algorithms, regions };
}
