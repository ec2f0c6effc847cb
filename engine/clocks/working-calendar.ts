import national from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import type { CaseClocks, TimeUnit } from '#config/case-clocks.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Whoever has no working time in so many days has none. */
const LONGEST_SEARCH_DAYS = 4000;
const MOST_DAYS_KNOWN = 2000;

type Span = readonly [fromMs: number, untilMs: number];
type Hours = Pick<CaseClocks, 'workingHours' | 'holidays' | 'workdays'>;

const OFF: ReadonlySet<string> = new Set(Object.keys(national.holidays));
const WORKED: ReadonlySet<string> = new Set(Object.keys(national.workdays));
const LAST_YEAR_KNOWN = Math.max(...[...OFF].map((day) => Number(day.slice(0, 4))));

/**
 * When work is done in a city: its hours on its working days, by the national calendar with its shifted days (调休; npm
 * `chinese-days`, from the notices of the State Council) and the city's own exceptions. A year that the State Council has not
 * yet announced has its weekends alone: see `isAnnounced`. Times are epoch milliseconds; days are those of the city's time zone.
 */
export class WorkingCalendar {
  /** Working time of one whole day. */
  readonly dayMs: number;
  readonly #spansMs: readonly Span[];
  readonly #holidays: ReadonlySet<string>;
  readonly #workdays: ReadonlySet<string>;
  readonly #wallClock: Intl.DateTimeFormat;
  readonly #known = new Map<number, readonly Span[]>();

  constructor({ workingHours, holidays, workdays }: Hours, timeZone: string) {
    this.#spansMs = workingHours.map(([from, until]) => [sinceMidnightMs(from), sinceMidnightMs(until)]);
    this.dayMs = this.#spansMs.reduce((sum, [from, until]) => sum + until - from, 0);
    this.#holidays = new Set(holidays);
    this.#workdays = new Set(workdays);
    this.#wallClock = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, calendar: 'gregory', hourCycle: 'h23' },
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  }

  /** Of a day as YYYY-MM-DD. */
  isWorkday(day: string): boolean {
    if (this.#workdays.has(day)) return true;
    if (this.#holidays.has(day) || OFF.has(day)) return false;
    if (WORKED.has(day)) return true;
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  }

  /** Whether the year's holidays are known, and not only its weekends. */
  isAnnounced(year: number): boolean {
    return year <= LAST_YEAR_KNOWN;
  }

  /** How much of `amount` runs in the clock that a unit stands for, in milliseconds. */
  limitMs(amount: number, unit: TimeUnit): number {
    const each = {
      'urgent-hours': HOUR_MS,
      'working-hours': HOUR_MS,
      'working-days': this.dayMs,
      'natural-days': DAY_MS,
    };
    return amount * each[unit];
  }

  /** How much of the time between two instants counts, in milliseconds; 0 when the second is not later. */
  runMs(unit: TimeUnit, fromMs: number, untilMs: number): number {
    if (untilMs <= fromMs) return 0;
    if (runsAlways(unit)) return untilMs - fromMs;
    let sum = 0;
    const last = this.#dayOf(untilMs);
    for (let day = this.#dayOf(fromMs); day <= last; day++) {
      for (const [from, until] of this.#spansOf(day))
        sum += Math.max(0, Math.min(until, untilMs) - Math.max(from, fromMs));
    }
    return sum;
  }

  /**
   * The instant at which `ms` of what counts have run since an instant; the earliest, so that work ends at 18:00 and not the
   * next morning.
   * @throws RangeError when there is not so much working time in the next years.
   */
  after(unit: TimeUnit, fromMs: number, ms: number): number {
    if (ms <= 0) return fromMs;
    if (runsAlways(unit)) return fromMs + ms;
    let left = ms;
    const first = this.#dayOf(fromMs);
    for (let day = first; day < first + LONGEST_SEARCH_DAYS; day++) {
      for (const [from, until] of this.#spansOf(day)) {
        const begin = Math.max(from, fromMs);
        if (until <= begin) continue;
        if (until - begin >= left) return begin + left;
        left -= until - begin;
      }
    }
    throw new RangeError(
      `got ${ms} ms of working time to wait, expected no more than ${LONGEST_SEARCH_DAYS} days have`,
    );
  }

  /** The number of the day in the city that an instant is in, counted from 1970-01-01. */
  #dayOf(atMs: number): number {
    return Math.floor((atMs + this.#offsetMs(atMs)) / DAY_MS);
  }

  #spansOf(day: number): readonly Span[] {
    const known = this.#known.get(day);
    if (known) return known;
    const spans = this.isWorkday(new Date(day * DAY_MS).toISOString().slice(0, 10))
      ? this.#spansMs.map(
          ([from, until]): Span => [this.#instantOf(day * DAY_MS + from), this.#instantOf(day * DAY_MS + until)],
        )
      : [];
    if (this.#known.size >= MOST_DAYS_KNOWN) this.#known.clear();
    this.#known.set(day, spans);
    return spans;
  }

  /** The instant at which the city's clocks show a wall time, given as if it were UTC. */
  #instantOf(wallMs: number): number {
    const guess = wallMs - this.#offsetMs(wallMs);
    return wallMs - this.#offsetMs(guess);
  }

  /** How far the city's clocks are ahead of UTC. */
  #offsetMs(atMs: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#wallClock.formatToParts(atMs)) part[type] = Number(value);
    const { year, month, day, hour, minute, second } = part as Record<Intl.DateTimeFormatPartTypes, number>;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
  }
}

const runsAlways = (unit: TimeUnit): boolean => unit === 'urgent-hours' || unit === 'natural-days';

function sinceMidnightMs(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours! * 60 + minutes!) * MINUTE_MS;
}
