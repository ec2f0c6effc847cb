import type { Frame } from '#streams/frame.ts';
import type { Observation, SceneReport } from '../contract/observation.ts';
import { Lane } from './lane.ts';
import type { ModelsInPlay } from './models-in-play.ts';
import { encodeJpeg } from './pictures.ts';
import type { Verifiers } from './verifiers.ts';

interface Seen {
  nowMs: number;
  widthPx: number;
  heightPx: number;
}

export interface Surroundings {
  models: ModelsInPlay;
  verifiers: () => Verifiers;
  longestQuietMs: number;
  /** Does something with the camera's last key picture, when no other frame is on loan; null: there is none. */
  withKey<T>(use: (frame: Frame) => Promise<T>): Promise<T | null>;
  onScene(seen: Omit<SceneReport, 'cameraId' | 'viewId'>): void;
  onTrouble(error: unknown): void;
}

/**
 * A version that looks at the same pictures beside the one that counts: nobody waits for it. What it cannot take, as it is
 * still at the one before, it misses.
 */
export class ShadowLane extends Lane {
  missed = 0;
  #isBusy = false;
  /** Facts whose picture was taken. */
  #shown = new Set<string>();

  /** Takes what it needs of the frame before this returns. `gray` is that of the frame. */
  offer(frame: Frame, gray: Uint8Array, around: Surroundings): void {
    const model = around.models.of(this.order);
    if (!model) return;
    if (this.#isBusy || model.apart?.isBehind) {
      this.missed++;
      return;
    }
    const { capturedAtMs: nowMs, widthPx, heightPx } = frame;
    this.#isBusy = true;
    this.sight.gray.set(gray);
    const { longestQuietMs } = around;
    this.look(frame, model, { nowMs, open: this.open, longestQuietMs, atOnce: true })
      .then((looked) => (looked ? this.#observe({ nowMs, widthPx, heightPx }, around) : undefined))
      // The end of its process is told by that.
      .catch((error) => (model.detector ? around.onTrouble(error) : undefined))
      .finally(() => {
        this.#isBusy = false;
      });
  }

  async #observe({ nowMs, widthPx, heightPx }: Seen, around: Surroundings): Promise<void> {
    const observed = this.observer.observe(this.follow(nowMs, widthPx, heightPx), nowMs, widthPx, heightPx);
    const isNew = ({ key, phase, lastSeenAtMs }: Observation) =>
      phase === 'standing' && lastSeenAtMs === nowMs && !this.#shown.has(key);
    const verify = (crop: Frame['crop']) =>
      this.facts.verify(
        { capturedAtMs: nowMs, widthPx, heightPx, crop },
        observed,
        around.verifiers(),
        around.onTrouble,
      );
    const taken = observed.some(isNew)
      ? await around.withKey(async (key) => this.#show(key, await verify(key.crop.bind(key)), isNew))
      : null;
    const known = taken?.known ?? (await verify(nothingToCrop));
    const pictures: SceneReport['pictures'] = {};
    if (taken?.shot) {
      const { rgb, ...size } = taken.shot;
      const jpeg = await encodeJpeg(rgb, size.widthPx, size.heightPx);
      for (const { key, boxes } of taken.fresh) {
        this.#shown.add(key);
        pictures[key] = [{ moment: 'onset', jpeg, boxes, ...size }];
      }
    }
    const held = new Set(known.map(({ key }) => key));
    for (const key of this.#shown) if (!held.has(key)) this.#shown.delete(key);
    this.settle(known, nowMs);
    around.onScene({ analysedAtMs: nowMs, model: this.identity!, observations: known, pictures });
  }

  /** Copies the picture while it is on loan. */
  #show(key: Frame, known: Observation[], isNew: (one: Observation) => boolean) {
    const fresh = known.filter(isNew);
    const { capturedAtMs, widthPx, heightPx } = key;
    const shot = fresh.length > 0 ? { rgb: key.copyRgb(), capturedAtMs, widthPx, heightPx } : null;
    return { known, fresh, shot };
  }
}

/** All that a fact is asked about was asked before. */
function nothingToCrop(): never {
  throw new Error('got a fact to look at and no picture, expected a picture');
}
