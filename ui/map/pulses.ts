import type { Alert } from '#engine/contract/alert.ts';
import { isUntouched } from '../live/alert-order.ts';

const PULSE_MS = 1600;
const TIMES = 4;

/** Which critical alerts pulse now. Each pulses four times when it is first seen and nobody has it in hand. */
export class Pulses {
  readonly #begun = new Map<string, { startedAtMs: number; lngLat: [number, number] }>();
  readonly #draw: () => void;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  #frame = 0;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Looks at the present alerts: new ones begin, those that were handled or are gone end. */
  see(alerts: readonly Alert[]): void {
    const wanted = new Map(alerts.filter(isUrgent).map(({ id, lngLat }) => [id, lngLat]));
    for (const id of this.#begun.keys()) if (!wanted.has(id)) this.#begun.delete(id);
    for (const [id, lngLat] of wanted) {
      if (!this.#begun.has(id)) this.#begun.set(id, { startedAtMs: performance.now(), lngLat });
    }
    if (!this.#still.matches && this.#frame === 0 && this.now().length > 0) this.#step();
  }

  /** Where it pulses at this moment, and how far each present pulse is, 0..1. */
  now(): { lngLat: [number, number]; phase: number }[] {
    if (this.#still.matches) return [];
    const nowMs = performance.now();
    const pulsing: { lngLat: [number, number]; phase: number }[] = [];
    for (const { startedAtMs, lngLat } of this.#begun.values()) {
      const sinceMs = nowMs - startedAtMs;
      if (sinceMs < PULSE_MS * TIMES) pulsing.push({ lngLat, phase: (sinceMs % PULSE_MS) / PULSE_MS });
    }
    return pulsing;
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#begun.clear();
  }

  #step(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
      if (this.now().length > 0) this.#step();
    });
  }
}

const isUrgent = (alert: Alert): boolean => alert.severity === 'critical' && isUntouched(alert);
