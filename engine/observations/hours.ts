import { WorkingCalendar } from '../clocks/working-calendar.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const WHOLE_DAY = [[0, DAY_MINUTES]] as const;

function minuteOfDay(text: string): number {
  const [hours, minutes] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** The working days or the others, by the national calendar and the city's own exceptions. */
export interface CalendarDays {
  on: 'workdays' | 'restdays';
  holidays: readonly string[];
  workdays: readonly string[];
}

/**
 * Whether an instant falls into daily spans of local time, "07:00-22:00"; a span may run past midnight, its end does not
 * belong to it, and one that ends where it begins is the whole day. Without spans: always. With days: on those alone; what runs past
 * midnight belongs to the day that it began on.
 */
export class LocalHours {
  readonly #spans: readonly (readonly [number, number])[];
  readonly #clock: Intl.DateTimeFormat;
  readonly #days: CalendarOfDays | undefined;
  #minute = Number.NaN;
  #inForce = true;

  constructor(spans: readonly string[] | undefined, timeZone: string, days?: CalendarDays) {
    this.#spans = (spans ?? []).map((span) => {
      const [from, to] = span.split('-');
      return [minuteOfDay(from!), minuteOfDay(to!)];
    });
    this.#days = days && new CalendarOfDays(days, timeZone);
    this.#clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  }

  /** Epoch milliseconds in; the answer is worked out once a minute. */
  includes(atMs: number): boolean {
    if (this.#spans.length === 0 && !this.#days) return true;
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute === this.#minute) return this.#inForce;
    this.#minute = minute;
    const local = minuteOfDay(this.#clock.format(atMs));
    const spans = this.#spans.length === 0 ? WHOLE_DAY : this.#spans;
    this.#inForce = spans.some(([from, to]) => {
      const length = (to - from + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
      const since = (local - from + DAY_MINUTES) % DAY_MINUTES;
      if (since >= length) return false;
      return this.#days?.includes(atMs - since * MINUTE_MS) ?? true;
    });
    return this.#inForce;
  }
}

class CalendarOfDays {
  readonly #on: CalendarDays['on'];
  readonly #calendar: WorkingCalendar;
  readonly #day: Intl.DateTimeFormat;

  constructor({ on, holidays, workdays }: CalendarDays, timeZone: string) {
    this.#on = on;
    this.#calendar = new WorkingCalendar(
      { workingHours: [], holidays: [...holidays], workdays: [...workdays] },
      timeZone,
    );
    this.#day = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  }

  includes(atMs: number): boolean {
    return this.#calendar.isWorkday(this.#day.format(atMs)) === (this.#on === 'workdays');
  }
}
