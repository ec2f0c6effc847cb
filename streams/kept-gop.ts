import type { AccessUnit } from './access-unit.ts';

/** Ten seconds of 3 Mbit/s. */
const LIMIT_BYTES = 4 * 2 ** 20;

/**
 * One camera's newest whole key and all that came since, without a gap: decodable from its first unit to its last. After
 * a damaged unit, or where the GOP would outgrow the limit, nothing is kept until the next whole key.
 */
export class KeptGop {
  readonly #limitBytes: number;
  #units: AccessUnit[] = [];
  #bytes = 0;
  #goesOn = false;

  /** @param limitBytes of all units together: 4 MiB */
  constructor(limitBytes = LIMIT_BYTES) {
    this.#limitBytes = limitBytes;
  }

  /** A key first. The array of a GOP grows while it goes on; the next GOP has another. */
  get units(): readonly AccessUnit[] {
    return this.#units;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get key(): AccessUnit | null {
    return this.#units[0] ?? null;
  }

  get newest(): AccessUnit | null {
    return this.#units.at(-1) ?? null;
  }

  /** Takes in the next unit of the stream. @returns whether it is kept */
  push(unit: AccessUnit): boolean {
    if (unit.key && unit.whole) {
      this.clear();
      this.#goesOn = true;
    }
    if (!this.#goesOn || !unit.whole) {
      this.#goesOn = false;
      return false;
    }
    if (this.#bytes + unit.bytes > this.#limitBytes) {
      this.#endWithKey();
      return false;
    }
    this.#units.push(unit);
    this.#bytes += unit.bytes;
    return true;
  }

  clear(): void {
    this.#units = [];
    this.#bytes = 0;
    this.#goesOn = false;
  }

  /** A part of a GOP is of no use to who wants the newest picture, and a burden. */
  #endWithKey(): void {
    this.#units = this.#units.slice(0, 1);
    this.#bytes = this.#units[0]?.bytes ?? 0;
    this.#goesOn = false;
  }
}
