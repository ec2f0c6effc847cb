import { type Detector, newDetections } from '#models/detector.ts';
import type { Frame } from '#streams/frame.ts';
import type { ModelIdentity, Observation } from '../contract/observation.ts';
import { type ObservedCamera, Observer } from '../observations/observe.ts';
import type { Track, TrackedClass } from '../tracks/track.ts';
import { Tracker } from '../tracks/tracker.ts';
import type { LaneOrder, WatchedCameraConfig } from './messages.ts';
import { identityOf, type RunningModel } from './models-in-play.ts';
import { type OpenThing, openThings } from './open-things.ts';
import { type LookOrder, RegionSight } from './region-sight.ts';
import type { WatchedGround } from './regions.ts';
import { VerifiedFacts } from './verify.ts';

/** Without orders the site's model looks for all rules. */
export const SITES_LANE: LaneOrder = { model: null, version: null, instead: null, shadow: false };

/**
 * What one model and the rules that are bound to it know of a camera's scene. Versions of the model come and go; what was
 * followed stays.
 */
export class Lane {
  order: LaneOrder;
  readonly sight: RegionSight;
  tracker: Tracker;
  observer: Observer;
  readonly facts = new VerifiedFacts();
  /** What was found in the picture that was looked at last. */
  readonly found = newDetections();
  /** What holds since. */
  observations: Observation[] = [];
  /** Who looked last; null before the first look. */
  identity: ModelIdentity | null = null;
  open: readonly OpenThing[] = [];
  readonly #timeZone: string;
  #classes: readonly TrackedClass[];
  #detector: Detector | null = null;

  constructor(
    order: LaneOrder,
    config: WatchedCameraConfig,
    viewId: string,
    timeZone: string,
    classes: readonly TrackedClass[],
  ) {
    const camera = atView(config, viewId, order);
    this.order = order;
    this.#timeZone = timeZone;
    this.#classes = classes;
    this.tracker = new Tracker(classes);
    this.sight = new RegionSight(camera);
    this.observer = new Observer(camera, timeZone);
  }

  /** Looks with this version; false: nothing has changed. Another one than before goes on with what is followed. */
  look(frame: Frame, model: RunningModel, order: LookOrder): Promise<boolean> {
    const detector = model.detector!;
    if (detector !== this.#detector) this.#hearOf(model, detector);
    return this.sight.look(frame, detector, order, this.found);
  }

  /** The tracks of the picture that was looked at. */
  follow(nowMs: number, widthPx: number, heightPx: number): readonly Track[] {
    return this.tracker.update(this.found, nowMs, widthPx, heightPx);
  }

  /** What holds now is this: it says what is waited for. @returns those of them that something waits for */
  settle(observations: Observation[], nowMs: number): Observation[] {
    this.observations = observations;
    const isWaitedFor = (o: Observation) => o.phase !== 'pending' || !this.facts.isResting(o.key);
    this.open = openThings(
      observations.filter((o) => isWaitedFor(o) || o.lastSeenAtMs < nowMs),
      nowMs,
    );
    return observations.filter(isWaitedFor);
  }

  /** Zones or rules changed. */
  rebind(config: WatchedCameraConfig, viewId: string): void {
    const camera = atView(config, viewId, this.order);
    this.sight.rebind(camera);
    this.observer = new Observer(camera, this.#timeZone);
  }

  /** What is seen from now on is new. */
  forgetThings(config: WatchedCameraConfig, viewId: string): void {
    this.tracker = new Tracker(this.#classes);
    this.rebind(config, viewId);
    this.observations = [];
    this.open = [];
    this.facts.forget();
  }

  #hearOf(model: RunningModel, detector: Detector): void {
    this.tracker.reclass(detector.classes);
    if (this.#detector) this.sight.renew();
    this.#classes = detector.classes;
    this.#detector = detector;
    this.identity = identityOf(model);
  }
}

/** The camera as the rules of a lane know it at one of its views. */
function atView(config: WatchedCameraConfig, viewId: string, { model }: LaneOrder): ObservedCamera & WatchedGround {
  const { id, lngLat, rangeM, regions } = config;
  const { zones, calibration } = config.views.find((view) => view.id === viewId)!;
  const algorithms = config.algorithms.filter((bound) => (bound.model ?? null) === model);
  return { id, viewId, lngLat, rangeM, zones, calibration, algorithms, regions };
}
