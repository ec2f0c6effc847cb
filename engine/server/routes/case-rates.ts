import { z } from 'zod';
import { nowMs } from '#streams/clock.ts';
import { caseRatesCsv, caseRatesXlsx } from '../../appraisals/export-rates.ts';
import type { RatesAsked } from '../../appraisals/facts.ts';
import { countRates, readCaseRates } from '../../appraisals/read-rates.ts';
import { readRateRows } from '../../appraisals/read-rows.ts';
import { CaseRate, CaseRates, RateGrouping, RateRowPage } from '../../contract/case-rates.ts';
import { Refusal } from '../../contract/refusal.ts';
import type { ServerContext } from '../context.ts';
import { type Route, route } from '../route.ts';

const DAY_MS = 86_400_000;
const DAYS_SHOWN = 30;
const MOST_DAYS = 366;

const asked = {
  from: z.iso
    .date()
    .optional()
    .describe('The first day, on the site’s calendar; absent: thirty days with the last one'),
  until: z.iso.date().optional().describe('The last day; absent: today'),
  county: z.string().max(12).optional().describe('A GB/T 2260 code, or "none": outside all counties'),
  unit: z.string().max(64).optional().describe('The id of a unit, or "none": sent to nobody'),
  class: z.string().max(80).optional().describe('A case class as "codeset code"'),
};
const by = RateGrouping.default('day');
const RatesQuery = z.object({ ...asked, by });
const RowsQuery = z.object({
  ...asked,
  rate: CaseRate.default('closed'),
  side: z
    .enum(['part', 'whole', 'rest'])
    .default('whole')
    .describe('What is in its part, what is in its whole, or what is in its whole alone'),
  after: z.string().max(200).optional().describe('The "next" of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const CASE_RATE_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/case-rates',
    who: 'appraisals.read',
    summary: 'How well cases are handled: rates by day, county, unit or class, beside what they were before.',
    query: RatesQuery,
    answer: CaseRates,
    run: ({ context, account, query: { by, ...rest } }) =>
      readCaseRates(context.store.db, account, spanOf(context, rest), by, {
        timeZone: context.settings.timeZone,
        counties: context.counties.geojson.features.map(({ properties }) => properties.code),
        nowMs: nowMs(),
      }),
  }),
  route({
    method: 'GET',
    path: '/api/case-rates/rows',
    who: 'appraisals.read',
    summary: 'The cases or alerts that one of these numbers counts, the newest first.',
    query: RowsQuery,
    answer: RateRowPage,
    run: ({ context, account, query }) =>
      readRateRows(context.store.db, account, spanOf(context, query), context.settings.timeZone),
  }),
  route({
    method: 'GET',
    path: '/api/case-rates.csv',
    recorded: true,
    who: 'appraisals.export',
    summary: 'The rates as CSV: of each what is in its part and in its whole.',
    query: RatesQuery,
    answer: { mediaType: 'text/csv; charset=utf-8' },
    async run({ context, account, query: { by, ...rest } }) {
      const groups = await countRates(context.store.db, account, spanOf(context, rest), by, context.settings.timeZone);
      return { bytes: caseRatesCsv(groups, by), headers: named('csv') };
    },
  }),
  route({
    method: 'GET',
    path: '/api/case-rates.xlsx',
    recorded: true,
    who: 'appraisals.export',
    summary: 'The same as a workbook.',
    query: RatesQuery,
    answer: { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
    async run({ context, account, query: { by, ...rest } }) {
      const groups = await countRates(context.store.db, account, spanOf(context, rest), by, context.settings.timeZone);
      return { bytes: await caseRatesXlsx(groups, by), headers: named('xlsx') };
    },
  }),
];

const named = (ending: string) => ({ 'Content-Disposition': `attachment; filename="case-rates.${ending}"` });

/** @throws Refusal 400 `invalid-query` of a span that is none, or too long */
function spanOf<T extends { from?: string | undefined; until?: string | undefined }>(
  { settings: { timeZone } }: ServerContext,
  asked: T,
): T & Pick<RatesAsked, 'from' | 'until'> {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(nowMs());
  const until = asked.until ?? today;
  const from = asked.from ?? new Date(Date.parse(until) - (DAYS_SHOWN - 1) * DAY_MS).toISOString().slice(0, 10);
  const days = (Date.parse(until) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1 || days > MOST_DAYS) {
    throw new Refusal(400, 'invalid-query', 'These days are no span, or a too long one.', {
      got: { from, until },
      expected: `a last day that is not before the first, and at most ${MOST_DAYS} days`,
    });
  }
  return { ...asked, from, until };
}
