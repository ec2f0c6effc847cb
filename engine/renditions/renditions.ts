import { Refusal } from '../contract/refusal.ts';
import type { VideoUnit } from '../contract/video-unit.ts';
import { type RenditionListener, RenditionProcess } from './render.ts';

/** What a wall's tile, or a tile enlarged, can show; a larger picture costs more than it gives. */
const SIZE = { mostWidthPx: 1280, mostHeightPx: 720 };
/** Their channels are numbers that no camera's own has. */
const FIRST_CHANNEL = 2 ** 31;

/** A camera's pictures, given to be coded again. */
export interface OpenRendition {
  channel: number;
  push(message: Uint8Array, unit: VideoUnit): void;
  close(): void;
}

/** The cameras that are coded again as H.264 now: each costs about half a core, so their number is limited. */
export class Renditions {
  readonly most: number;
  readonly #open = new Set<RenditionProcess>();
  #nextChannel = FIRST_CHANNEL;

  constructor(most: number) {
    this.most = most;
  }

  get count(): number {
    return this.#open.size;
  }

  get pids(): number[] {
    return [...this.#open].flatMap(({ pid }) => pid ?? []);
  }

  /** @throws Refusal 409 `too-many-renditions` */
  open(listener: RenditionListener): OpenRendition {
    if (this.#open.size >= this.most)
      throw new Refusal(409, 'too-many-renditions', 'This machine converts as many videos as it may.', {
        got: this.#open.size + 1,
        expected: `at most ${this.most} cameras converted at once, for all viewers together`,
      });
    const channel = this.#nextChannel++;
    const process = new RenditionProcess(
      { channel, ...SIZE },
      {
        onUnit: (message, unit) => listener.onUnit(message, unit),
        onEnd: (how) => {
          this.#open.delete(process);
          listener.onEnd(how);
        },
      },
    );
    this.#open.add(process);
    return {
      channel,
      push: (message, unit) => process.push(message, unit),
      close: () => {
        this.#open.delete(process);
        process.close();
      },
    };
  }

  close(): void {
    for (const process of this.#open) process.close();
    this.#open.clear();
  }
}
