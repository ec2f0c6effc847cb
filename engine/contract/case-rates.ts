import { z } from 'zod';
import { Severity } from '#config/rule.ts';
import { County } from './camera.ts';

/** Shares of what came in: of alerts, and of what somebody reported. */
const REPORT_RATES = ['registered', 'registered-on-time', 'wrong'] as const;
/** Shares of the cases that are not void. */
const CASE_RATES = [
  ...['dispatched-on-time', 'accurate', 'handled', 'handled-on-time', 'returned', 'reworked'],
  ...['closed', 'closed-on-time', 'repeated'],
] as const;

/**
 * What the handling of cases is appraised by (考评): 立案率 registered, 按时立案率 registered-on-time, 误报率 wrong, 按时派遣率
 * dispatched-on-time, 准确派遣率 accurate, 处置率 handled, 按期处置率 handled-on-time, 回退率 returned, 返工率 reworked, 结案率 closed,
 * 按期结案率 closed-on-time, 重复案件率 repeated.
 */
export const CaseRate = z.enum([...REPORT_RATES, ...CASE_RATES]);
export type CaseRate = z.infer<typeof CaseRate>;

export function isOfReports(rate: CaseRate): boolean {
  return (REPORT_RATES as readonly string[]).includes(rate);
}

/** A share as the two numbers that it is made of. */
export const RateCount = z.object({ part: z.number().int(), whole: z.number().int() });
export type RateCount = z.infer<typeof RateCount>;

const RateCounts = z.record(CaseRate, RateCount);
export type RateCounts = z.infer<typeof RateCounts>;

/** What the cases are put together by. */
export const RateGrouping = z.enum(['day', 'county', 'unit', 'class']);
export type RateGrouping = z.infer<typeof RateGrouping>;

export const RateGroup = z.object({
  key: z
    .string()
    .nullable()
    .describe(
      'The day, the code of a county, the id of a unit, "codeset code"; null: outside all counties, sent to nobody',
    ),
  name: z.string().nullable(),
  rates: RateCounts,
});
export type RateGroup = z.infer<typeof RateGroup>;

const Span = z.object({ from: z.iso.date(), until: z.iso.date(), rates: RateCounts });

/** Cases and alerts are counted by the day on which they began, as they stand now. */
export const CaseRates = z.object({
  asOf: z.iso.datetime(),
  total: Span,
  before: Span.describe('As many days just before (环比)'),
  yearBefore: Span.describe('The same days of the year before (同比)'),
  coverage: RateCount.describe('区域覆盖率: counties with an alert or a case, of all counties of the city'),
  groups: z.array(RateGroup),
});
export type CaseRates = z.infer<typeof CaseRates>;

/** A case or an alert that a number counts. */
export const RateRow = z.object({
  kind: z.enum(['case', 'alert']),
  id: z.string(),
  at: z.iso.datetime(),
  state: z.string(),
  severity: Severity,
  codeset: z.string(),
  code: z.string(),
  county: County.nullable(),
  unitName: z.string().nullable(),
  cameraName: z.string(),
});
export type RateRow = z.infer<typeof RateRow>;

export const RateRowPage = z.object({
  rows: z.array(RateRow),
  next: z.string().nullable().describe('For "after" of the next page; null: these were the last ones'),
});
export type RateRowPage = z.infer<typeof RateRowPage>;
