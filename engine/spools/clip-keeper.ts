import type { AccessUnit } from '#streams/access-unit.ts';
import { nowMs } from '#streams/clock.ts';
import type { Observation } from '../contract/observation.ts';
import { choose, type Gap, type KeptUnit } from './cut.ts';
import { Ring } from './ring.ts';
import { AFTER_MS, KEYS_BEFORE_MS, Wishes } from './wishes.ts';

/** A picture's last packet may be read so long after it came. */
const LATE_MS = 500;
/** The parent answers that a fact became an alert within this time, or it gets a shorter clip. */
const ANSWER_WITHIN_MS = 15_000;
const KEEP_MS = KEYS_BEFORE_MS + AFTER_MS + ANSWER_WITHIN_MS;

/** What was cut: the bytes of its units lie in the file, one after the other. Whoever takes it removes the file. */
export interface Cut {
  file: string;
  units: KeptUnit[];
  everyFrameFromMs: number | null;
  cutShort: boolean;
  gaps: Gap[];
}

type CutRefusal = 'nothing-kept' | 'spool-full' | 'spool-failed' | 'analysis-ended';

interface Order {
  onsetMs: number;
  file: string;
  timer: NodeJS.Timeout;
  answer: (cut: Cut | CutRefusal) => void;
}

/** Keeps what may become a clip of one camera: nothing while no dwell runs, and never for longer than a minute or so. */
export class ClipKeeper {
  readonly #ring: Ring;
  readonly #wishes = new Wishes();
  readonly #on: { onBytes: (change: number) => void; onCut: () => void; onClose: () => void };
  readonly #orders = new Set<Order>();
  #wantedAtMs = Number.NEGATIVE_INFINITY;
  #wasFull = false;
  #closed = false;

  constructor(
    folder: string,
    name: string,
    on: { onBytes: (change: number) => void; onCut: () => void; onClose: () => void },
  ) {
    this.#ring = new Ring(folder, name, on.onBytes);
    this.#on = on;
  }

  get oldestAtMs(): number | null {
    return this.#ring.oldestAtMs;
  }

  /** Frames between the keys are wanted too. */
  wantsEveryFrame(atMs: number): boolean {
    return this.#wishes.at(atMs) === 'every-frame';
  }

  /** What the rules see in an analysed picture, without what nothing waits for. */
  heed(observations: readonly Observation[], atMs: number): void {
    this.#wishes.heed(observations, atMs);
  }

  forget(): void {
    this.#wishes.forget();
  }

  unit(unit: AccessUnit): void {
    const wish = this.#wishes.at(unit.capturedAtMs);
    if (wish === 'nothing') return;
    this.#wantedAtMs = unit.capturedAtMs;
    this.#ring.push(unit, wish === 'every-frame');
  }

  interrupt(): void {
    this.#ring.interrupt();
  }

  /**
   * Cuts the clip around an onset, as soon as what comes after it is here.
   * @param file where its bytes are put
   */
  cut(onsetMs: number, file: string): Promise<Cut | CutRefusal> {
    return new Promise((answer) => {
      const dueInMs = Math.max(0, onsetMs + AFTER_MS + LATE_MS - nowMs());
      const order: Order = { onsetMs, file, answer, timer: setTimeout(() => void this.#carryOut(order), dueInMs) };
      this.#orders.add(order);
    });
  }

  /** Lets go of what nobody will ask for any more. */
  tidy(atMs: number): void {
    if (this.#orders.size > 0 || this.#ring.oldestAtMs === null) return;
    if (atMs - this.#wantedAtMs > ANSWER_WITHIN_MS) {
      this.#wasFull = false;
      void this.#ring.clear();
    } else this.#ring.dropBefore(atMs - KEEP_MS);
  }

  /** @returns how many bytes that were */
  letOldestGo(): number {
    this.#wasFull = true;
    return this.#ring.dropOldest();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const order of this.#orders) {
      clearTimeout(order.timer);
      order.answer('analysis-ended');
    }
    this.#orders.clear();
    await this.#ring.clear();
    this.#on.onClose();
  }

  async #carryOut(order: Order): Promise<void> {
    const { onsetMs, file } = order;
    const { units, gaps } = this.#ring;
    const chosen = choose(units, onsetMs, KEYS_BEFORE_MS, AFTER_MS);
    try {
      if (!chosen) {
        order.answer(this.#ring.failure ? 'spool-failed' : this.#wasFull ? 'spool-full' : 'nothing-kept');
        return;
      }
      const { first, last, everyFrameFromMs, cutShort } = chosen;
      const [fromMs, toMs] = [units[first]!.capturedAtMs, units[last]!.capturedAtMs];
      await this.#ring.copy(first, last, file);
      this.#on.onCut();
      order.answer({
        file,
        units: units.slice(first, last + 1),
        everyFrameFromMs,
        cutShort,
        gaps: gaps.filter((gap) => gap.toMs > fromMs && gap.fromMs < toMs),
      });
    } catch {
      order.answer('spool-failed');
    } finally {
      this.#orders.delete(order);
    }
  }
}
