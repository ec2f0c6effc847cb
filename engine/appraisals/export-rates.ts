import { guarded } from '../camera-imports/guard-cell.ts';
import { writeXlsx } from '../camera-imports/write-xlsx.ts';
import { CaseRate, type RateGroup, type RateGrouping } from '../contract/case-rates.ts';

const HEADINGS: Record<CaseRate, string> = {
  registered: '立案率',
  'registered-on-time': '按时立案率',
  wrong: '误报率',
  'dispatched-on-time': '按时派遣率',
  accurate: '准确派遣率',
  handled: '处置率',
  'handled-on-time': '按期处置率',
  returned: '回退率',
  reworked: '返工率',
  closed: '结案率',
  'closed-on-time': '按期结案率',
  repeated: '重复案件率',
};
const KEYS: Record<RateGrouping, string[]> = {
  day: ['日期'],
  county: ['区县编码', '区县'],
  unit: ['处置单位编号', '处置单位'],
  class: ['类别'],
};

/** A line for each group: of each rate what is in its part, in its whole, and the share; empty where its whole is empty. */
function* linesOf(groups: readonly RateGroup[], by: RateGrouping): Generator<string[]> {
  yield [
    ...KEYS[by],
    ...CaseRate.options.flatMap((rate) => [`${HEADINGS[rate]}·分子`, `${HEADINGS[rate]}·分母`, HEADINGS[rate]]),
  ];
  for (const { key, name, rates } of groups) {
    const counts = CaseRate.options.flatMap((rate) => {
      const { part, whole } = rates[rate];
      return [String(part), String(whole), whole === 0 ? '' : (part / whole).toFixed(4)];
    });
    yield [...(KEYS[by].length === 1 ? [key ?? ''] : [key ?? '', name ?? '']), ...counts];
  }
}

/** RFC 4180, UTF-8 with a BOM. */
export function caseRatesCsv(groups: readonly RateGroup[], by: RateGrouping): string {
  const quoted = (cell: string) => (/[",;\r\n\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const lines = [...linesOf(groups, by)].map((line) => line.map((cell) => quoted(guarded(cell))).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

export function caseRatesXlsx(groups: readonly RateGroup[], by: RateGrouping): Promise<Buffer> {
  const lines = [...linesOf(groups, by)].map((line) => line.map(guarded));
  return writeXlsx('案件考评', lines);
}
