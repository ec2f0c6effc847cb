import type { Detections, Detector } from '#models/detector.ts';
import { type GrayPicture, newGray, writeGray } from './gate.ts';
import type { OpenThing } from './open-things.ts';
import { planRegions, type WatchedGround } from './regions.ts';
import { uniteRegions } from './union.ts';
import { type Looked, WatchedRegion } from './watched-region.ts';

/** So many tiles are looked at in one picture, those that have waited longest; the base besides. */
const MOST_TILES = 2;

export interface LookOrder {
  nowMs: number;
  /** What the rules wait for. */
  open: readonly OpenThing[];
  /** What was found in a region counts for no longer than this. */
  longestQuietMs: number;
  /** It is looked at though nothing has changed: somebody else has looked. */
  anyhow?: boolean;
  /** All regions are handed to the detector before the first answer, as the picture is on loan no longer than that. */
  atOnce?: boolean;
}

/**
 * Where in a camera's picture the model looks, and what it knows from before: a region that did not change is not looked
 * at again, and what was found in it stands. One instance per camera.
 */
export class RegionSight {
  inferences = 0;
  inferenceMs = 0;
  /** The picture last taken, 160×90, one byte a pixel. */
  readonly gray = newGray();
  #ground: WatchedGround;
  #widthPx = 0;
  #heightPx = 0;
  /** The base first; none: to be planned. */
  #regions: WatchedRegion[] = [];
  readonly #box = new Float32Array(4);

  constructor(ground: WatchedGround) {
    this.#ground = ground;
  }

  take(picture: GrayPicture): void {
    writeGray(picture, this.gray);
  }

  /**
   * Looks where the picture last taken has changed, and fills `out` with what is known of it in all regions, in pixels of
   * the whole. False: nothing has changed, nothing is waited for, and `out` is as it was.
   */
  async look(picture: Looked, detector: Detector, order: LookOrder, out: Detections): Promise<boolean> {
    this.#plan(picture, detector);
    const regions = this.#toLookAt(order, detector.classes);
    if (regions.length === 0 && order.open.length === 0 && order.anyhow !== true) return false;
    const beganAtMs = performance.now();
    if (order.atOnce === true) {
      await Promise.all(regions.map((region) => region.look(picture, this.gray, detector, order.nowMs)));
    } else for (const region of regions) await region.look(picture, this.gray, detector, order.nowMs);
    this.inferences += regions.length;
    this.inferenceMs += performance.now() - beganAtMs;
    uniteRegions(this.#regions, this.gray, detector.classes, out);
    return true;
  }

  /** Looks at the base and at each tile that a place touches, and keeps nothing of it. */
  async lookApart(
    picture: Looked & GrayPicture,
    detector: Detector,
    places: readonly OpenThing['xyxy'][],
    out: Detections,
  ): Promise<void> {
    const size = { width: picture.widthPx, height: picture.heightPx };
    const { base, tiles } = planRegions(this.#ground, size, detector.inputPx);
    const gray = newGray();
    writeGray(picture, gray);
    const near = tiles
      .map((tile) => new WatchedRegion(tile, size))
      .filter((tile) =>
        places.some(([left, top, right, bottom]) =>
          tile.touches(Float32Array.of(left * size.width, top * size.height, right * size.width, bottom * size.height)),
        ),
      );
    const regions = [new WatchedRegion(base, size), ...near];
    for (const region of regions) await region.look(picture, gray, detector, 0);
    uniteRegions(regions, gray, detector.classes, out);
  }

  /** Zones or rules changed. */
  rebind(ground: WatchedGround): void {
    this.#ground = ground;
    this.#regions = [];
  }

  /** Another model looks: what was found before is not known by its classes. */
  renew(): void {
    this.#regions = [];
  }

  /** The stream was interrupted: nothing that was found counts. */
  forget(): void {
    for (const region of this.#regions) region.forget();
  }

  #plan({ widthPx, heightPx }: Looked, { inputPx }: Detector): void {
    if (this.#regions.length > 0 && widthPx === this.#widthPx && heightPx === this.#heightPx) return;
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    const size = { width: widthPx, height: heightPx };
    const { base, tiles } = planRegions(this.#ground, size, inputPx);
    this.#regions = [base, ...tiles].map((region) => new WatchedRegion(region, size));
  }

  #toLookAt({ nowMs, open, longestQuietMs }: LookOrder, classes: Detector['classes']): WatchedRegion[] {
    const wanted = new Set<WatchedRegion>();
    for (const region of this.#regions) {
      if (nowMs - region.lookedAtMs >= longestQuietMs || region.hasChanged(this.gray, classes)) wanted.add(region);
    }
    for (const thing of open) {
      const box = this.#boxOf(thing);
      const isKnown = thing.isSeen && nowMs < thing.anewFromMs;
      if (isKnown && this.#regions.some((region) => region.vouchesFor(box, this.gray))) continue;
      for (const region of this.#regions) if (region.touches(box)) wanted.add(region);
    }
    const [base, ...tiles] = this.#regions;
    const waiting = tiles.filter((tile) => wanted.has(tile)).sort((a, b) => a.lookedAtMs - b.lookedAtMs);
    return [...(wanted.has(base!) ? [base!] : []), ...waiting.slice(0, MOST_TILES)];
  }

  #boxOf({ xyxy: [left, top, right, bottom] }: OpenThing): Float32Array {
    this.#box.set([left * this.#widthPx, top * this.#heightPx, right * this.#widthPx, bottom * this.#heightPx]);
    return this.#box;
  }
}
