import { seeded } from '#streams/seeded.ts';
import type { PictureFaultCode } from '../contract/camera.ts';
import { type Gray, noisy } from './pictures-for-tests.ts';
import { ViewWatch, type ViewWatchOptions } from './view-watch.ts';

const START_MS = 1_770_000_000_000;
const random = seeded(12);
/** As a sensor sees it: never twice the same. */
const grains = Array.from({ length: 8 }, () => noisy(new Uint8Array(160 * 90).fill(8), 2, random));
let pictures = 0;
export const live = (gray: Gray): Gray => {
  const grain = grains[pictures++ % grains.length]!;
  return Uint8Array.from(gray, (luma, i) => Math.max(0, Math.min(255, luma + grain[i]! - 8)));
};

/** The settings of a camera's only view. */
export const only = (fingerprint: string | null, drawing = 'as it was') => ({ id: 'only', drawing, fingerprint });

/** A camera's pictures one after the other, on a clock of their own. */
export class Watched {
  readonly told: (PictureFaultCode | null)[] = [];
  readonly views: (string | null)[] = [];
  readonly fingerprints: string[] = [];
  readonly view: ViewWatch;
  nowMs = START_MS;
  stepMs = 1000;

  constructor(options: Partial<ViewWatchOptions> = {}) {
    this.view = new ViewWatch(
      { views: [only(null)], ...options },
      {
        onFault: (fault) => this.told.push(fault?.code ?? null),
        onView: (id) => this.views.push(id),
        onFingerprint: (_, text) => this.fingerprints.push(text),
      },
    );
  }

  /** Shows it for so many seconds. @returns how many of the pictures may be believed */
  show(seconds: number, picture: (second: number) => Gray): number {
    let believed = 0;
    for (let ms = 0; ms < seconds * 1000; ms += this.stepMs) {
      this.nowMs += this.stepMs;
      if (this.view.look(picture(ms / 1000), this.nowMs)) believed++;
    }
    return believed;
  }
}
