import { PTZ_MOVE_EVERY_MS, type PtzMove } from '#engine/contract/ptz.ts';

type Velocity = Omit<PtzMove, 'order' | 'page'>;

const STILL: Velocity = { pan: 0, tilt: 0, zoom: 0 };
/** A device that is slower than this many requests is told no more until it answers; then the server stops it. */
const MOST_PENDING = 4;

/** Says again and again that the camera is to turn, until it is let go: the server stops it when that is not said. */
export class Turning {
  readonly #send: (move: PtzMove) => Promise<unknown>;
  readonly #onProblem: (error: unknown) => void;
  #wanted = STILL;
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #page = crypto.getRandomValues(new Uint32Array(2)).join('-');
  #order = 0;
  #pending = 0;

  constructor(send: (move: PtzMove) => Promise<unknown>, onProblem: (error: unknown) => void) {
    this.#send = send;
    this.#onProblem = onProblem;
  }

  /** All zero is as good as `stop`. */
  go(velocity: Velocity): void {
    if (velocity.pan === 0 && velocity.tilt === 0 && velocity.zoom === 0) {
      this.stop();
      return;
    }
    const { pan, tilt, zoom } = this.#wanted;
    if (this.#timer && velocity.pan === pan && velocity.tilt === tilt && velocity.zoom === zoom) return;
    this.#wanted = velocity;
    this.#rest();
    this.#say();
    this.#timer = setInterval(() => this.#pending < MOST_PENDING && this.#say(), PTZ_MOVE_EVERY_MS);
  }

  stop(): void {
    if (!this.#timer) return;
    this.#rest();
    this.#wanted = STILL;
    this.#say();
  }

  #say(): void {
    this.#pending++;
    this.#send({ ...this.#wanted, page: this.#page, order: ++this.#order })
      .catch((error) => {
        this.#rest();
        this.#wanted = STILL;
        this.#onProblem(error);
      })
      .finally(() => this.#pending--);
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}
