import type { Alert } from '#engine/contract/alert.ts';
import { isUntouched } from '../live/alert-order.ts';

const PULSE_MS = 1600;
const TIMES = 4;

/** Which critical alerts pulse now. Each pulses four times when it is first seen and nobody has it in hand. */
export class Pulses {
  readonly #startedAtMs = new Map<string, number>();
  readonly #draw: () => void;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  #frame = 0;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Looks at the present alerts: new ones begin, those that were handled or are gone end. */
  see(alerts: readonly Alert[]): void {
    const wanted = new Set(alerts.filter(isUrgent).map(({ id }) => id));
    for (const id of this.#startedAtMs.keys()) if (!wanted.has(id)) this.#startedAtMs.delete(id);
    for (const id of wanted) if (!this.#startedAtMs.has(id)) this.#startedAtMs.set(id, performance.now());
    if (!this.#still.matches && this.#frame === 0 && this.now().length > 0) this.#step();
  }

  /** Who pulses at this moment, and how far its present pulse is, 0..1. */
  now(): { id: string; phase: number }[] {
    if (this.#still.matches) return [];
    const nowMs = performance.now();
    const pulsing: { id: string; phase: number }[] = [];
    for (const [id, startedAtMs] of this.#startedAtMs) {
      const sinceMs = nowMs - startedAtMs;
      if (sinceMs < PULSE_MS * TIMES) pulsing.push({ id, phase: (sinceMs % PULSE_MS) / PULSE_MS });
    }
    return pulsing;
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#startedAtMs.clear();
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
