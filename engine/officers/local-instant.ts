import { Refusal } from '../contract/refusal.ts';

/**
 * The instant at which a clock of the time zone shows a day and time.
 * @throws Refusal 422 `no-such-time`: it is left out where clocks are put forward, or the day is none
 */
export function localInstant(day: string, time: string, timeZone: string): Date {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const shownAt = (ms: number): number => {
    const part: Record<string, string> = {};
    for (const { type, value } of clockOf(timeZone).formatToParts(ms)) part[type] = value;
    return Date.parse(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:00Z`);
  };
  if (!Number.isNaN(wanted)) {
    const first = wanted - (shownAt(wanted) - wanted);
    for (const at of [first, wanted - (shownAt(first) - first)]) if (shownAt(at) === wanted) return new Date(at);
  }
  throw new Refusal(422, 'no-such-time', `There is no ${time} on ${day} in ${timeZone}.`, {
    got: `${day} ${time}`,
    expected: 'a time that the site’s clocks show',
  });
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const two = '2-digit';
  const day = { year: 'numeric', month: two, day: two } as const;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, ...day, hour: two, minute: two, hourCycle: 'h23' });
  clocks.set(timeZone, made);
  return made;
}
