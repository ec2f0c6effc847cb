import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import { CaseRate, isOfReports, type RateGrouping } from '../contract/case-rates.ts';

/** Which cases and alerts are counted: those that began on these days of the site, and of them these. */
export interface RatesAsked {
  /** The first day and the last, as "2026-11-30". */
  from: string;
  until: string;
  /** A GB/T 2260 code, or "none": outside all counties. */
  county?: string | undefined;
  /** A unit's id, or "none": sent to nobody. */
  unit?: string | undefined;
  /** "codeset code". */
  class?: string | undefined;
}

export type Facts = 'case_facts' | 'report_facts';

export const factsOf = (rate: CaseRate): Facts => (isOfReports(rate) ? 'report_facts' : 'case_facts');
export const ratesOf = (facts: Facts): CaseRate[] => CaseRate.options.filter((rate) => factsOf(rate) === facts);

/** The column that says whether a row is in a rate's part, or in its whole. */
export const columnOf = (rate: CaseRate, side: 'part' | 'whole') => sql.ref(`${rate.replaceAll('-', '_')}_${side}`);

const classKey = sql<string>`codeset || ' ' || code`;

/** What a row is put together by, and what that is called; null: it has none. */
export function groupingOf(
  by: RateGrouping,
  timeZone: string,
): { key: RawBuilder<unknown>; name: RawBuilder<unknown> } {
  const none = sql`null::text`;
  return {
    day: { key: sql`(at at time zone ${timeZone})::date::text`, name: none },
    county: { key: sql`county_code`, name: sql`max(county_name)` },
    unit: { key: sql`unit_id`, name: sql`max(unit_name)` },
    class: { key: classKey, name: none },
  }[by];
}

const either = (column: string, wanted: string | undefined): RawBuilder<SqlBool> => {
  if (wanted === undefined) return sql`true`;
  return wanted === 'none' ? sql`${sql.ref(column)} is null` : sql`${sql.ref(column)} = ${wanted}`;
};

/** The condition that a row of the facts is asked for, and the account's to see. */
export function askedFor(account: Account | null, asked: RatesAsked, timeZone: string): RawBuilder<SqlBool> {
  const { from, until, county, unit, class: ofClass } = asked;
  return sql`${visibleTo(account)()}
    and at >= (${from}::date::timestamp at time zone ${timeZone})
    and at < ((${until}::date + 1)::timestamp at time zone ${timeZone})
    and ${either('county_code', county)} and ${either('unit_id', unit)}
    and ${ofClass === undefined ? sql`true` : sql`${classKey} = ${ofClass}`}`;
}
