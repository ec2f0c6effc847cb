import type { LookedAt, Zone } from '#config/camera.ts';
import { type Detector, newDetections } from '#models/detector.ts';
import { withStillFrame } from '#streams/fixtures/still-frame.ts';
import { type OpenThing, openThings } from '../analysis/open-things.ts';
import { RegionSight } from '../analysis/region-sight.ts';
import type { Observation } from '../contract/observation.ts';
import { Observer } from '../observations/observe.ts';
import type { DetectedBoxes } from '../tracks/live-track.ts';
import { Tracker } from '../tracks/tracker.ts';
import type { Picture } from './pictures.ts';

const LONGEST_QUIET_MS = 15_000;

/**
 * Looks at the pictures of one camera as its shard does: where its zones are, only at what changed, and with what it knows
 * from before. The tracker and the rules say what is waited for, as they do there.
 */
export class ShardEyes {
  readonly #detector: Detector;
  readonly #sight: RegionSight;
  readonly #tracker: Tracker;
  readonly #observer: Observer;
  readonly #out = newDetections();
  #open: readonly OpenThing[] = [];
  /** What the rules made of the last picture that was reported. */
  facts: readonly Observation[] = [];
  pictures = 0;

  constructor(detector: Detector, regions: LookedAt, noParking: Zone['polygon'], dwellMs: number) {
    const zones: Zone[] = [{ kind: 'no-parking', polygon: noParking }];
    const algorithms = [{ rule: 'illegal-parking' as const, dwellMs }];
    this.#detector = detector;
    this.#sight = new RegionSight({ regions, zones, algorithms });
    this.#tracker = new Tracker(detector.classes);
    const camera = { id: 'eval', viewId: 'default', lngLat: [116.3, 37.45] as [number, number], zones, algorithms };
    this.#observer = new Observer(camera, 'Asia/Shanghai');
  }

  get inferences(): number {
    return this.#sight.inferences;
  }

  /** What is seen, as boxes of a picture of `widthPx` × `heightPx`; null: nothing changed, and no scene is reported. */
  async see(picture: Picture, widthPx: number, heightPx: number, atMs: number): Promise<DetectedBoxes | null> {
    this.pictures++;
    const out = this.#out;
    const order = { nowMs: atMs, open: this.#open, longestQuietMs: LONGEST_QUIET_MS };
    const isSeen = await withStillFrame(picture, (frame) => {
      this.#sight.take(frame);
      return this.#sight.look(frame, this.#detector, order, out);
    });
    if (!isSeen) return null;
    const scale = [widthPx / picture.widthPx, heightPx / picture.heightPx] as const;
    const detected = {
      count: out.count,
      boxesXyxyPx: out.boxesXyxyPx.slice(0, 4 * out.count).map((px, i) => px * scale[i % 2]!),
      scores: out.scores.slice(0, out.count),
      classIds: out.classIds.slice(0, out.count),
    };
    const tracks = this.#tracker.update(detected, atMs, widthPx, heightPx);
    this.facts = this.#observer.observe(tracks, atMs, widthPx, heightPx);
    this.#open = openThings(this.facts, atMs);
    return detected;
  }
}
