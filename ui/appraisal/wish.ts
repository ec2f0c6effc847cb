import { CaseRate, RateGrouping } from '#engine/contract/case-rates.ts';
import { appraisalAddress, go } from '../addresses.ts';

const SIDES = ['part', 'rest', 'whole'] as const;
export type Side = (typeof SIDES)[number];

/** What of the appraisal is looked at; '' lets everything through. It stands in the address. */
export interface Wish {
  /** How many days with today; where it is 0, from and until say which. */
  days: number;
  from: string;
  until: string;
  by: Exclude<RateGrouping, 'day'>;
  county: string;
  unit: string;
  class: string;
  /** The rate that trend, table and rows are about. */
  rate: CaseRate;
  side: Side;
}

export const DAYS = [7, 30, 90] as const;
const DEFAULT: Wish = {
  ...{ days: 30, from: '', until: '', by: 'county', county: '', unit: '', class: '' },
  ...{ rate: 'closed-on-time', side: 'rest' },
};
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function readWish(search: string): Wish {
  const query = new URLSearchParams(search);
  const text = (name: string) => query.get(name) ?? '';
  const [from, until] = [text('from'), text('until')];
  const hasSpan = DAY.test(from) && DAY.test(until) && from <= until;
  const days = DAYS.find((one) => String(one) === text('days')) ?? DEFAULT.days;
  const by = RateGrouping.exclude(['day']).safeParse(text('by'));
  const rate = CaseRate.safeParse(text('rate'));
  return {
    ...(hasSpan ? { days: 0, from, until } : { days, from: '', until: '' }),
    by: by.success ? by.data : DEFAULT.by,
    ...{ county: text('county'), unit: text('unit'), class: text('class') },
    rate: rate.success ? rate.data : DEFAULT.rate,
    side: SIDES.find((side) => side === text('side')) ?? DEFAULT.side,
  };
}

export function goToAppraisal(wish: Wish): void {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wish))
    if (value && value !== DEFAULT[name as keyof Wish]) query.set(name, String(value));
  go(appraisalAddress(query.toString()));
}

/** Which cases are asked for, as the API takes it. @param today the site's day */
export function casesQuery(wish: Wish, today: string, narrowed = true): URLSearchParams {
  const { days, from, until } = wish;
  const first = new Date(Date.parse(today) - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  const query = new URLSearchParams(days > 0 ? { from: first, until: today } : { from, until });
  if (narrowed) for (const name of ['county', 'unit', 'class'] as const) if (wish[name]) query.set(name, wish[name]);
  return query;
}
