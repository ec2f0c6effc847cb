import { setTimeout as sleep } from 'node:timers/promises';
import type { OnvifDevice, Velocity } from '../onvif/onvif-device.ts';

const STILL: Velocity = { pan: 0, tilt: 0, zoom: 0 };
/** By its own clock the device stops after so long, whatever becomes of this process; it is told again in time. */
const DEVICE_STOPS_AFTER_MS = 2_000;
const TELL_AGAIN_MS = 1_000;
const STOP_TRIES = 3;
const STOP_PAUSE_MS = 300;

/**
 * How one camera moves. Commands go to the device one after the other; of those that wait only the latest counts, so that a
 * slow device is never behind by more than one.
 */
export class Drive {
  readonly #device: OnvifDevice;
  readonly #nowMs: () => number;
  #wanted: Velocity = STILL;
  #sent: Velocity = STILL;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;

  constructor(device: OnvifDevice, nowMs: () => number) {
    this.#device = device;
    this.#nowMs = nowMs;
  }

  get isMoving(): boolean {
    return !isStill(this.#wanted) || !isStill(this.#sent);
  }

  /** Resolves when the device has it, or something later. @throws OnvifTrouble */
  async turn(velocity: Velocity): Promise<void> {
    this.#wanted = velocity;
    while (this.#isDue()) await this.#run();
  }

  /** Tried again a few times: a camera that goes on turning is worse than one that does not begin. @throws OnvifTrouble */
  async stop(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.turn(STILL);
      } catch (error) {
        if (tries === STOP_TRIES || !isStill(this.#wanted)) throw error;
        await sleep(STOP_PAUSE_MS);
      }
    }
  }

  /** Stops it though nobody here has moved it: an engine that was killed may have. @throws OnvifTrouble */
  async halt(): Promise<void> {
    this.#sent = { pan: Number.NaN, tilt: Number.NaN, zoom: Number.NaN };
    await this.stop();
  }

  #isDue(): boolean {
    if (!isSame(this.#wanted, this.#sent)) return true;
    return !isStill(this.#wanted) && this.#nowMs() - this.#sentAtMs >= TELL_AGAIN_MS;
  }

  #run(): Promise<void> {
    this.#running ??= this.#send(this.#wanted).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #send(wanted: Velocity): Promise<void> {
    const before = this.#sent;
    const sentAtMs = this.#nowMs();
    if (isStill(wanted)) {
      await this.#device.stop();
    } else {
      // What fails may have begun all the same: until the device takes something, it is not known what it does.
      this.#sent = { pan: Number.NaN, tilt: Number.NaN, zoom: Number.NaN };
      const turns = isOn(wanted.pan) || isOn(wanted.tilt) || isOn(before.pan) || isOn(before.tilt);
      const zooms = isOn(wanted.zoom) || isOn(before.zoom);
      try {
        await this.#device.move(
          { panTilt: turns ? [wanted.pan, wanted.tilt] : null, zoom: zooms ? wanted.zoom : null },
          DEVICE_STOPS_AFTER_MS,
        );
      } catch (error) {
        if (this.#wanted === wanted) this.#wanted = STILL;
        throw error;
      }
    }
    this.#sent = wanted;
    this.#sentAtMs = sentAtMs;
  }
}

const isOn = (speed: number): boolean => speed !== 0 && !Number.isNaN(speed);

function isStill({ pan, tilt, zoom }: Velocity): boolean {
  return pan === 0 && tilt === 0 && zoom === 0;
}

function isSame(a: Velocity, b: Velocity): boolean {
  return a.pan === b.pan && a.tilt === b.tilt && a.zoom === b.zoom;
}
