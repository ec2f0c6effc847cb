import type { AccessUnit } from '#streams/access-unit.ts';
import { nowMs } from '#streams/clock.ts';
import type { KeyframeDecoders } from '#streams/decoders.ts';
import type { Frame } from '#streams/frame.ts';
import { KeptGop } from '#streams/kept-gop.ts';
import type { Stream, StreamListener } from '#streams/stream.ts';
import type { SharedStreams } from '#streams/upstreams.ts';
import { type CameraState, isOnline } from '../contract/camera.ts';
import type { ClipKeeper } from '../spools/clip-keeper.ts';
import type { Track, TrackedClass } from '../tracks/track.ts';
import { type PictureFault, ViewWatch } from '../views/view-watch.ts';
import { EverySampler } from './every-sampler.ts';
import { KeySampler } from './key-sampler.ts';
import { Lane, SITES_LANE } from './lane.ts';
import type { CameraFigures, LaneOrder, WatchedCameraConfig } from './messages.ts';
import { NeededSampler } from './needed-sampler.ts';
import { PictureBook } from './pictures.ts';
import { type Asking, type DueFrame, type Sampler, together, type Wish, wishOf } from './sampling.ts';
import { ShadowLane } from './shadow-lane.ts';

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
  /** One for each model that looks; the first one's boxes are shown to viewers. */
  lanes: readonly Lane[];
  shadows: readonly ShadowLane[] = [];
  readonly view: ViewWatch;
  /** The view whose zones and calibration are in use: the one that the camera is at, or was last. */
  viewId: string;
  pictures = new PictureBook();
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
  #asking: Asking;
  readonly #timeZone: string;
  readonly #classes: readonly TrackedClass[];
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
    this.#timeZone = timeZone;
    this.#classes = classes;
    this.viewId = config.views[0]!.id;
    this.lanes = this.#lanesOf(config);
    this.#asking = askingOf(this.lanes);
    this.view = new ViewWatch(
      { views: config.views },
      {
        onView: (viewId) => {
          if (viewId !== null && viewId !== this.viewId) {
            this.viewId = viewId;
            this.#forgetThings();
          }
          listener.onView(viewId);
        },
        onFault: (fault) => {
          // What is seen when the camera watches again begins anew; the desk knows its open alerts by their place.
          if (this.#faulted && fault === null) this.#forgetThings();
          this.#faulted = fault !== null;
          listener.onPictureFault(fault);
        },
        onFingerprint: (view, text) => listener.onFingerprint(view, text),
      },
    );
    this.view.turn(config.turned === true, nowMs());
    this.#decoders = decoders;
    this.#onDue = listener.onDue;
    this.#sampler = SAMPLERS[config.decode](decoders, this.gop, (atMs) => wishOf(this.config, this.#asking, atMs));
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

  get main(): Lane {
    return this.lanes[0]!;
  }

  /** What looks for an algorithm, or for a shipped rule; null: nothing does. */
  laneOf(algorithm: string): Lane | null {
    const bound = this.config.algorithms.find((one) => (one.algorithm ?? one.rule) === algorithm);
    return (bound && this.lanes.find(({ order }) => order.model === (bound.model ?? null))) ?? null;
  }

  /** The zones, the rules or who looks changed, the stream did not. */
  rebind(config: WatchedCameraConfig): void {
    this.view.renew(config.views);
    this.view.turn(config.turned === true, nowMs());
    const isElsewhere = !config.views.some(({ id }) => id === this.viewId);
    const isSame = !isElsewhere && groundOf(config) === groundOf(this.config);
    this.config = config;
    if (isElsewhere) this.viewId = config.views[0]!.id;
    const before = new Set(this.#all);
    this.lanes = this.#lanesOf(config);
    if (!isSame) for (const lane of this.#all) if (before.has(lane)) lane.rebind(config, this.viewId);
    this.#asking = askingOf(this.lanes);
  }

  get viewer(): CameraViewer | null {
    return this.#viewer;
  }

  /** While somebody looks, every picture is taken off the network, not the keys alone. */
  set viewer(viewer: CameraViewer | null) {
    this.#viewer = viewer;
    this.#fetch();
  }

  /** Decodes what is due, and returns the frame to analyse now: borrowed until the next call on any camera. */
  takeDue(): DueFrame | null {
    const due = this.#sampler.take();
    if (this.#sampler.isDue) this.#onDue(this);
    return due;
  }

  /** The last whole keyframe, decoded again to be looked at; null before the first. */
  currentFrame(): Frame | null {
    return this.lastKey && this.#decoders.decode(this.lastKey);
  }

  /** The same, to be shown. */
  currentPicture(): Frame | null {
    return this.lastKey && this.#decoders.decodeToShow(this.lastKey);
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
      inferences: sum(this.lanes, ({ sight }) => sight.inferences),
      inferenceMs: sum(this.lanes, ({ sight }) => sight.inferenceMs),
      verified: sum(this.lanes, ({ facts }) => facts.verified),
      refused: sum(this.lanes, ({ facts }) => facts.refused),
      withheld: sum(this.lanes, ({ facts }) => facts.withheld),
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

  #forgetThings(): void {
    for (const lane of this.#all) lane.forgetThings(this.config, this.viewId);
    this.#asking = askingOf(this.lanes);
    this.pictures = new PictureBook();
    this.clips?.forget();
  }

  #forgetScene(): void {
    for (const { sight } of this.#all) sight.forget();
    this.view.interrupt();
    this.#sampler.forget();
    this.gop.clear();
    this.clips?.interrupt();
  }

  get #all(): Lane[] {
    return [...this.lanes, ...this.shadows];
  }

  /** A lane of the same rules goes on under its new order; one in the shadow begins with its version. */
  #lanesOf(config: WatchedCameraConfig): Lane[] {
    const known = this.lanes ?? [];
    const make = (order: LaneOrder) => [order, config, this.viewId, this.#timeZone, this.#classes] as const;
    const lanes: Lane[] = [];
    const shadows: ShadowLane[] = [];
    for (const order of config.lanes ?? [SITES_LANE]) {
      if (order.shadow) {
        const same = this.shadows.find((lane) => lane.order.version === order.version);
        shadows.push(same ?? new ShadowLane(...make(order)));
        continue;
      }
      const same = known.find((lane) => lane.order.model === order.model);
      if (same) same.order = order;
      lanes.push(same ?? new Lane(...make(order)));
    }
    this.shadows = shadows;
    return lanes.length > 0 ? lanes : [known[0] ?? new Lane(...make(SITES_LANE))];
  }
}

function sum(lanes: readonly Lane[], of: (lane: Lane) => number): number {
  return lanes.reduce((all, lane) => all + of(lane), 0);
}

function askingOf(lanes: readonly Lane[]): Asking {
  return lanes.length === 1 ? lanes[0]!.observer : together(lanes.map(({ observer }) => observer));
}

/** All that rules and regions go by. */
function groundOf({ lngLat, rangeM, views, algorithms, regions }: WatchedCameraConfig): string {
  const drawn = views.map(({ fingerprint: _, ...view }) => view);
  return JSON.stringify([lngLat, rangeM, drawn, algorithms, regions]);
}
