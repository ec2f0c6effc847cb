export type Language = 'zh' | 'en';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = {
  zh: { d: ' 天', h: ' 小时', m: ' 分', s: ' 秒', gap: ' ' },
  en: { d: ' d', h: ' h', m: ' min', s: ' s', gap: ' ' },
} as const;

/** A span in at most two units: "45 秒", "3 分 12 秒", "2 小时 05 分", "3 天 4 小时". Never rounds up. */
export function sayDuration(ms: number, language: Language): string {
  const unit = UNITS[language];
  const rest = Math.max(0, ms);
  const d = Math.floor(rest / DAY);
  const h = Math.floor((rest % DAY) / HOUR);
  const m = Math.floor((rest % HOUR) / MINUTE);
  const s = Math.floor((rest % MINUTE) / SECOND);
  if (d > 0) return `${d}${unit.d}${unit.gap}${h}${unit.h}`;
  if (h > 0) return `${h}${unit.h}${unit.gap}${two(m)}${unit.m}`;
  if (m > 0) return `${m}${unit.m}${unit.gap}${two(s)}${unit.s}`;
  return `${s}${unit.s}`;
}

/** A span that was asked for, exact and without a needless second unit: "15 秒", "1 分 30 秒", "7 天". */
export function saySetting(ms: number, language: Language): string {
  const unit = UNITS[language];
  const parts = [
    [Math.floor(ms / DAY), unit.d],
    [Math.floor((ms % DAY) / HOUR), unit.h],
    [Math.floor((ms % HOUR) / MINUTE), unit.m],
    [(ms % MINUTE) / SECOND, unit.s],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, name]) => `${count}${name}`);
  return told.length > 0 ? told.join(unit.gap) : `0${unit.s}`;
}

/** How long ago: "刚刚" within a second, else "3 秒前". A picture from the future (clocks differ) is from just now. */
export function sayAge(ms: number, language: Language): string {
  if (ms < SECOND) return language === 'zh' ? '刚刚' : 'just now';
  const span = sayDuration(ms, language);
  return language === 'zh' ? `${span}前` : `${span} ago`;
}

/** The instant on the site's clock, 24 hours: "03:12:45". */
export function sayClock(at: number | string, timeZone: string): string {
  return formatter(timeZone, 'clock').format(new Date(at));
}

/** The instant on the site's clock with its day: "11-25 03:12:45". Days and times read alike in both languages. */
export function sayMoment(at: number | string, timeZone: string): string {
  const part = partsOf(at, timeZone);
  return `${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
}

/** The day on the site's calendar, "2026-11-25". */
export function sayDay(at: number | string, timeZone: string): string {
  const part = partsOf(at, timeZone);
  return `${part.year}-${part.month}-${part.day}`;
}

/** The day and its weekday on the site's calendar, for the wall's clock. */
export function sayDate(at: number, timeZone: string, language: Language): string {
  const weekday = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeZone, weekday: 'short' });
  return `${sayDay(at, timeZone)} ${weekday.format(new Date(at))}`;
}

/** Degrees to five places, about a metre: "116.35940, 37.43410". */
export const sayLngLat = ([lng, lat]: readonly [number, number]): string => `${lng.toFixed(5)}, ${lat.toFixed(5)}`;

const two = (count: number): string => String(count).padStart(2, '0');

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string, form: 'clock' | 'moment'): Intl.DateTimeFormat {
  const key = `${form} ${timeZone}`;
  const known = formatters.get(key);
  if (known) return known;
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone } as const;
  const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-GB', form === 'clock' ? clock : { ...clock, ...day });
  formatters.set(key, made);
  return made;
}

type PartName = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

function partsOf(at: number | string, timeZone: string): Record<PartName, string> {
  const part: Record<PartName, string> = { year: '', month: '', day: '', hour: '', minute: '', second: '' };
  for (const { type, value } of formatter(timeZone, 'moment').formatToParts(new Date(at))) {
    if (type in part) part[type as PartName] = value;
  }
  return part;
}
