import type { RateRow } from './rate-row.ts';

const HEADINGS = ['日期', '区县编码', '区县', '部门', '摄像头数', '在线率', '已知时长（小时）', '掉线次数'];
const HOUR_MS = 3_600_000;

/** RFC 4180, UTF-8 with a BOM: a line for each day, county and department. */
export function ratesCsv(rows: readonly RateRow[]): string {
  const lines = rows.map(({ day, countyCode, countyName, department, cameras, onlineMs, knownMs, losses }) =>
    [
      day,
      countyCode ?? '',
      countyName ?? '',
      department,
      cameras,
      knownMs > 0 ? (onlineMs / knownMs).toFixed(4) : '',
      (knownMs / HOUR_MS).toFixed(2),
      losses,
    ]
      .map((cell) => quoted(String(cell)))
      .join(','),
  );
  return `\uFEFF${[HEADINGS.join(','), ...lines].join('\r\n')}\r\n`;
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function quoted(cell: string): string {
  const plain = /^[=+@\t\r-]/.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n]|^\s|\s$/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
