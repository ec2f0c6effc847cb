import { type Kysely, sql } from 'kysely';
import type { Account } from '../contract/account.ts';
import {
  CaseRate,
  type CaseRates,
  type RateCounts,
  type RateGroup,
  type RateGrouping,
} from '../contract/case-rates.ts';
import type { Schema } from '../store/schema.ts';
import { askedFor, columnOf, type Facts, groupingOf, type RatesAsked, ratesOf } from './facts.ts';

interface Place {
  timeZone: string;
  /** The codes of the city’s counties. */
  counties: readonly string[];
  nowMs: number;
}

/** The rates of the cases and alerts asked for: together, by group, and beside what they were before. */
export async function readCaseRates(
  db: Kysely<Schema>,
  account: Account | null,
  asked: RatesAsked,
  by: RateGrouping,
  { timeZone, counties, nowMs }: Place,
): Promise<CaseRates> {
  const count = (of: RatesAsked, grouping: RateGrouping | null) => countRates(db, account, of, grouping, timeZone);
  const span = async ({ from, until }: { from: string; until: string }) => {
    const [all] = await count({ ...asked, from, until }, null);
    return { from, until, rates: all?.rates ?? noCounts() };
  };
  const [total, before, yearBefore, groups, covered] = await Promise.all([
    span(asked),
    span(daysBefore(asked)),
    span(yearsBefore(asked)),
    count(asked, by),
    countCounties(db, account, asked, counties, timeZone),
  ]);
  const coverage = { part: covered, whole: counties.length };
  return { asOf: new Date(nowMs).toISOString(), total, before, yearBefore, coverage, groups };
}

/** By group, the key's order; ungrouped one group, or none where nothing is. */
export async function countRates(
  db: Kysely<Schema>,
  account: Account | null,
  asked: RatesAsked,
  by: RateGrouping | null,
  timeZone: string,
): Promise<RateGroup[]> {
  const groups = new Map<string | null, RateGroup>();
  for (const facts of ['report_facts', 'case_facts'] as const) {
    for (const { key, name, counts } of await countFacts(db, account, facts, asked, by, timeZone)) {
      // An alert is sent to nobody before it is a case.
      if (facts === 'report_facts' && by === 'unit') continue;
      const group = groups.get(key) ?? { key, name, rates: noCounts() };
      for (const [i, rate] of ratesOf(facts).entries())
        group.rates[rate] = { part: counts[2 * i]!, whole: counts[2 * i + 1]! };
      groups.set(key, { ...group, name: group.name ?? name });
    }
  }
  const keyed = (one: RateGroup) => [one.key === null, one.key ?? ''] as const;
  return [...groups.values()].sort((a, b) => (keyed(a) < keyed(b) ? -1 : 1));
}

interface CountedRow {
  key: string | null;
  name: string | null;
  counts: number[];
}

async function countFacts(
  db: Kysely<Schema>,
  account: Account | null,
  facts: Facts,
  asked: RatesAsked,
  by: RateGrouping | null,
  timeZone: string,
): Promise<CountedRow[]> {
  const grouping = by && groupingOf(by, timeZone);
  const counts = ratesOf(facts).flatMap((rate) =>
    (['part', 'whole'] as const).map((side) => sql`count(*) filter (where ${columnOf(rate, side)})::int`),
  );
  const { rows } = await sql<CountedRow>`
    select ${grouping?.key ?? sql`null`} as key, ${grouping?.name ?? sql`null`} as name, array[${sql.join(counts)}] as counts
    from ${sql.table(facts)} where ${askedFor(account, asked, timeZone)}
    ${grouping ? sql`group by 1` : sql`having count(*) > 0`}`.execute(db);
  return rows;
}

async function countCounties(
  db: Kysely<Schema>,
  account: Account | null,
  asked: RatesAsked,
  counties: readonly string[],
  timeZone: string,
): Promise<number> {
  const where = askedFor(account, asked, timeZone);
  const { rows } = await sql<{ counties: number }>`
    select count(distinct county_code)::int as counties from (
      select county_code from report_facts where ${where} union all select county_code from case_facts where ${where}
    ) f where county_code = any (${[...counties]}::text[])`.execute(db);
  return rows[0]!.counties;
}

function noCounts(): RateCounts {
  return Object.fromEntries(CaseRate.options.map((rate) => [rate, { part: 0, whole: 0 }])) as RateCounts;
}

const DAY_MS = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** As many days just before. */
function daysBefore({ from, until }: { from: string; until: string }) {
  const [first, last] = [Date.parse(from), Date.parse(until)];
  return { from: dayOf(first - (last - first) - DAY_MS), until: dayOf(first - DAY_MS) };
}

/** The same days of the year before; of a 29 February the day before it. */
function yearsBefore({ from, until }: { from: string; until: string }) {
  const back = (day: string) => {
    const [year, ...rest] = day.split('-');
    const same = `${Number(year) - 1}-${rest.join('-')}`;
    return Number.isNaN(Date.parse(same)) || dayOf(Date.parse(same)) !== same ? `${Number(year) - 1}-02-28` : same;
  };
  return { from: back(from), until: back(until) };
}
