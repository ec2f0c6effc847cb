import type { Kysely } from 'kysely';
import { refusedCamera } from '../accounts/sight.ts';
import { readOwnCamera } from '../cameras/read-cameras.ts';
import type { StoredCamera } from '../cameras/stored-camera.ts';
import type { Account } from '../contract/account.ts';
import {
  type HeldPtzLease,
  type NewPtzPreset,
  PTZ_DEAD_MAN_MS,
  PTZ_LEASE_MS,
  type PtzMove,
  type PtzPreset,
} from '../contract/ptz.ts';
import { Refusal } from '../contract/refusal.ts';
import { askDevice } from '../onvif/ask-device.ts';
import { OnvifDevice, type PtzStatus } from '../onvif/onvif-device.ts';
import type { Schema } from '../store/schema.ts';
import { Drive } from './drive.ts';
import { type Doer, endLease, heldByAnother, type Lease, readLeases, record, takeLease } from './leases.ts';

const LOOK_EVERY_MS = 100;
/** A database that does not take the end of a lease is asked again. */
const END_AGAIN_MS = 1_000;

interface Held extends Lease {
  untilMs: number;
  /** The latest move: an earlier one of the same page that comes after it is passed over. */
  latest: Pick<PtzMove, 'page' | 'order'> | null;
  /** Until then it goes on turning; null: it is not to turn. */
  turnsUntilMs: number | null;
}

interface Turned {
  /** The address that it was opened with. */
  address: string;
  device: OnvifDevice;
  drive: Drive;
}

export interface PtzDeskOptions {
  db: Kysely<Schema>;
  nowMs: () => number;
  /** Somebody turns the camera from now on, or does no more: its rules pause or go on. */
  onLease(cameraId: string): Promise<void>;
  say(line: string): void;
}

/**
 * Who turns which camera. The lease is in the database; for how long it still lasts is only here: an engine that starts anew
 * gives each of them its whole time again. A camera turns only while its page says so again and again.
 */
export class PtzDesk {
  readonly #o: PtzDeskOptions;
  readonly #held = new Map<string, Held>();
  readonly #turned = new Map<string, Turned>();
  /** Taking and ending of one camera's lease, one after the other. */
  readonly #changes = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PtzDeskOptions) {
    this.#o = options;
  }

  /** Takes up the leases that the engine held as it ended. What still turns since then is stopped. */
  async start(): Promise<void> {
    for (const lease of await readLeases(this.#o.db)) {
      this.#hold(lease);
      const camera = await readOwnCamera(this.#o.db, null, lease.cameraId);
      if (camera?.config.onvif) this.#stop(lease.cameraId, this.#open(camera).drive.halt());
    }
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Stops what turns. The leases stay. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await Promise.allSettled(this.#changes.values());
    const moving = [...this.#turned].filter(([, { drive }]) => drive.isMoving);
    await Promise.all(moving.map(([id, { drive }]) => this.#stop(id, drive.stop())));
  }

  /**
   * Takes a camera's lease, or renews the account's own.
   * @param takeOver why it is taken from who holds it; null: it is not.
   * @throws Refusal 404 `not-found`, 403 `not-granted`, 409 `not-turnable`, `ptz-held`.
   */
  async take(cameraId: string, account: Account, takeOver: string | null = null): Promise<HeldPtzLease> {
    const camera = await this.#own(cameraId, account);
    return this.#inOrder(cameraId, async () => {
      const held = this.#held.get(cameraId);
      if (held?.accountId === account.id) return this.#renew(held);
      const at = new Date(this.#o.nowMs());
      const { lease, isNew } = await takeLease(this.#o.db, camera, account, takeOver, at);
      this.#halt(cameraId);
      const taken = this.#hold(lease);
      if (isNew) await this.#o.onLease(cameraId);
      return this.#renew(taken);
    });
  }

  /** @throws Refusal 409 `ptz-not-held` */
  async giveBack(cameraId: string, account: Account): Promise<void> {
    this.#mine(cameraId, account);
    await this.#end(cameraId, account.id, account);
  }

  /**
   * Turns the camera, or stops it, and answers when the device has it. It turns for a second, unless it is told again.
   * @throws Refusal as `take`, 409 `ptz-not-held`, 502 `onvif-…`
   */
  async move(cameraId: string, account: Account, { page, order, ...velocity }: PtzMove): Promise<void> {
    const camera = await this.#own(cameraId, account);
    const held = this.#mine(cameraId, account);
    if (held.latest?.page === page && order <= held.latest.order) return;
    const latest = { page, order };
    held.latest = latest;
    this.#renew(held);
    const { drive } = this.#open(camera);
    const { pan, tilt, zoom } = velocity;
    const isStop = pan === 0 && tilt === 0 && zoom === 0;
    const wasTurning = held.turnsUntilMs !== null;
    held.turnsUntilMs = isStop ? null : this.#o.nowMs() + PTZ_DEAD_MAN_MS;
    if (isStop) {
      await askDevice(cameraId, () => drive.stop());
      return;
    }
    if (!wasTurning) await this.#record(camera, 'turned', account, `pan ${pan} tilt ${tilt} zoom ${zoom}`);
    // What came meanwhile counts: it may have been let go, or the lease be over.
    if (held.latest !== latest || this.#held.get(cameraId) !== held) return;
    try {
      await askDevice(cameraId, () => drive.turn(velocity));
    } catch (error) {
      held.turnsUntilMs = null;
      this.#stop(cameraId, drive.stop());
      throw error;
    }
  }

  /** Nobody need hold the lease for it. */
  async presets(cameraId: string, account: Account): Promise<{ items: PtzPreset[]; status: PtzStatus | null }> {
    const { device } = this.#open(await this.#own(cameraId, account));
    const items = await askDevice(cameraId, () => device.presets());
    // Not all that turn say where they are.
    return { items, status: await device.status().catch(() => null) };
  }

  async goToPreset(cameraId: string, account: Account, preset: string): Promise<void> {
    const camera = await this.#own(cameraId, account);
    const held = this.#mine(cameraId, account);
    held.turnsUntilMs = null;
    this.#renew(held);
    const { device, drive } = this.#open(camera);
    await this.#record(camera, 'preset-called', account, preset);
    await askDevice(cameraId, async () => {
      if (drive.isMoving) await drive.stop();
      await device.goToPreset(preset);
    });
  }

  async savePreset(cameraId: string, account: Account, { name, token }: NewPtzPreset): Promise<PtzPreset> {
    const camera = await this.#own(cameraId, account);
    this.#renew(this.#mine(cameraId, account));
    const { device } = this.#open(camera);
    const saved = await askDevice(cameraId, () => device.savePreset(name, token));
    await this.#record(camera, 'preset-saved', account, `${saved} ${name}`);
    return { token: saved, name };
  }

  /** Ends what is over by now: leases that nobody renewed, movements that nobody goes on with. */
  look(): void {
    const nowMs = this.#o.nowMs();
    for (const held of [...this.#held.values()]) {
      const { cameraId, turnsUntilMs } = held;
      if (turnsUntilMs !== null && nowMs >= turnsUntilMs) {
        held.turnsUntilMs = null;
        this.#halt(cameraId);
      }
      if (nowMs < held.untilMs) continue;
      this.#end(cameraId, held.accountId, null).catch((error) =>
        this.#o.say(`camera ${cameraId}: its lease was not ended: ${error instanceof Error ? error.message : error}`),
      );
    }
  }

  async #end(cameraId: string, accountId: string, by: Doer): Promise<void> {
    await this.#inOrder(cameraId, async () => {
      const held = this.#held.get(cameraId);
      if (held?.accountId !== accountId || (by === null && this.#o.nowMs() < held.untilMs)) return;
      this.#held.delete(cameraId);
      this.#halt(cameraId);
      try {
        await endLease(this.#o.db, held, by === null ? 'ended' : 'given-back', by, new Date(this.#o.nowMs()));
      } catch (error) {
        this.#held.set(cameraId, { ...held, untilMs: this.#o.nowMs() + END_AGAIN_MS, turnsUntilMs: null });
        throw error;
      }
      await this.#o.onLease(cameraId);
    });
  }

  #hold(lease: Lease): Held {
    const held = { ...lease, untilMs: this.#o.nowMs() + PTZ_LEASE_MS, latest: null, turnsUntilMs: null };
    this.#held.set(lease.cameraId, held);
    return held;
  }

  #renew(held: Held): HeldPtzLease {
    held.untilMs = this.#o.nowMs() + PTZ_LEASE_MS;
    const { accountId, by, since } = held;
    return { accountId, by, since: since.toISOString(), endsInMs: PTZ_LEASE_MS };
  }

  #mine(cameraId: string, account: Account): Held {
    const held = this.#held.get(cameraId);
    if (held?.accountId === account.id) return held;
    if (held) throw heldByAnother(held);
    throw new Refusal(409, 'ptz-not-held', 'You do not hold this camera: take it first.', {
      got: null,
      expected: 'POST /api/cameras/:id/ptz/lease',
    });
  }

  async #own(cameraId: string, account: Account): Promise<StoredCamera> {
    const camera = await readOwnCamera(this.#o.db, account, cameraId);
    if (camera === null) throw await refusedCamera(this.#o.db, account, cameraId, 'turn');
    if (camera.config.onvif) return camera;
    throw new Refusal(409, 'not-turnable', `The camera "${cameraId}" cannot be turned from here.`, {
      got: cameraId,
      expected: 'a camera with an ONVIF address',
    });
  }

  #open({ id, config }: StoredCamera): Turned {
    const address = JSON.stringify(config.onvif);
    const known = this.#turned.get(id);
    if (known?.address === address) return known;
    const device = new OnvifDevice(config.onvif!);
    const turned = { address, device, drive: new Drive(device, this.#o.nowMs) };
    this.#turned.set(id, turned);
    return turned;
  }

  #halt(cameraId: string): void {
    const drive = this.#turned.get(cameraId)?.drive;
    if (drive?.isMoving) void this.#stop(cameraId, drive.stop());
  }

  async #stop(cameraId: string, stopping: Promise<void>): Promise<void> {
    try {
      await stopping;
    } catch (error) {
      this.#o.say(`camera ${cameraId}: not stopped: ${error instanceof Error ? error.message : error}`);
    }
  }

  #record(
    { id, config, division, department }: StoredCamera,
    act: Parameters<typeof record>[2],
    by: Doer,
    detail: string,
  ) {
    const camera = { id, name: config.name, division, department };
    return record(this.#o.db, camera, act, by, detail, new Date(this.#o.nowMs()));
  }

  #inOrder<T>(cameraId: string, change: () => Promise<T>): Promise<T> {
    const before = this.#changes.get(cameraId) ?? Promise.resolve();
    const after = before.then(change, change);
    const settled = after.then(
      () => undefined,
      () => undefined,
    );
    this.#changes.set(cameraId, settled);
    void settled.then(() => {
      if (this.#changes.get(cameraId) === settled) this.#changes.delete(cameraId);
    });
    return after;
  }
}
