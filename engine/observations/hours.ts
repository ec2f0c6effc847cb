const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

function minuteOfDay(text: string): number {
  const [hours, minutes] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/**
 * Whether an instant falls into daily spans of local time, "07:00-22:00"; a span may run past midnight, its end does not
 * belong to it, and one that ends where it begins is the whole day. Without spans: always.
 */
export class LocalHours {
  readonly #spans: readonly (readonly [number, number])[];
  readonly #clock: Intl.DateTimeFormat;
  #minute = Number.NaN;
  #inForce = true;

  constructor(spans: readonly string[] | undefined, timeZone: string) {
    this.#spans = (spans ?? []).map((span) => {
      const [from, to] = span.split('-');
      return [minuteOfDay(from!), minuteOfDay(to!)];
    });
    this.#clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  }

  /** Epoch milliseconds in; the answer is worked out once a minute. */
  includes(atMs: number): boolean {
    if (this.#spans.length === 0) return true;
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute === this.#minute) return this.#inForce;
    this.#minute = minute;
    const local = minuteOfDay(this.#clock.format(atMs));
    this.#inForce = this.#spans.some(([from, to]) => {
      const length = (to - from + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
      return (local - from + DAY_MINUTES) % DAY_MINUTES < length;
    });
    return this.#inForce;
  }
}
