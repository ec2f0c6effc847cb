import type { StreamCounters } from './stream.ts';

const SLOT_MS = 5000;
const SLOTS = 12;
/** From this share of damaged units over the last minute the loss is told … */
const HIGH_SHARE = 0.05;
/** … until it has fallen below this one: a share between the two changes nothing, so that the state does not flutter. */
const LOW_SHARE = 0.01;
/** Fewer units say nothing yet: a single bad picture of a slow camera is no loss to be told. */
const LEAST_UNITS = 40;

/** Watches the share of a stream's units that lost a packet or a slice, over the last minute of its connection. */
export class DamageWindow {
  /** The loss is to be told. */
  high = false;
  readonly #units = new Float64Array(SLOTS);
  readonly #damaged = new Float64Array(SLOTS);
  #slot = 0;
  #slotSinceMs = 0;
  #seenUnits = 0;
  #seenDamaged = 0;

  /** A new connection: what was lost on the one before says nothing of it. */
  restart(counters: StreamCounters): void {
    this.high = false;
    this.#units.fill(0);
    this.#damaged.fill(0);
    this.#slotSinceMs = 0;
    this.#seenUnits = counters.accessUnits;
    this.#seenDamaged = counters.damagedUnits;
  }

  /** Takes in what has come since the last look. */
  look(counters: StreamCounters, atMs: number): void {
    if (this.#slotSinceMs === 0) this.#slotSinceMs = atMs;
    if (atMs - this.#slotSinceMs >= SLOT_MS) {
      this.#slotSinceMs = atMs;
      this.#slot = (this.#slot + 1) % SLOTS;
      this.#units[this.#slot] = this.#damaged[this.#slot] = 0;
    }
    const { accessUnits, damagedUnits } = counters;
    this.#units[this.#slot]! += accessUnits - this.#seenUnits;
    this.#damaged[this.#slot]! += damagedUnits - this.#seenDamaged;
    this.#seenUnits = accessUnits;
    this.#seenDamaged = damagedUnits;
    const units = sum(this.#units);
    const share = units < LEAST_UNITS ? 0 : sum(this.#damaged) / units;
    if (share >= HIGH_SHARE) this.high = true;
    else if (share < LOW_SHARE) this.high = false;
  }
}

function sum(slots: Float64Array): number {
  let total = 0;
  for (let i = 0; i < SLOTS; i++) total += slots[i]!;
  return total;
}
