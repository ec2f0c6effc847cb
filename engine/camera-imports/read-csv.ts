import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Refusal } from '../contract/refusal.ts';
import { decodeText } from './decode-text.ts';
import { type Headed, headed } from './headings.ts';
import type { RegisterReader } from './register-row.ts';

const LONGEST_ROW = 100_000;

/** Comma, semicolon or tab; quoted as RFC 4180 has it. The first row names the columns. */
export const readCsv: RegisterReader = async function* ({ path, columns, bytes }) {
  const parser = Readable.from(decodeText(path, bytes)).pipe(
    parse({
      bom: true,
      delimiter: await delimiterOf(path),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_ROW,
    }),
  );
  let table: Headed | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (table === null) table = await headed(record, columns);
      else if (record.some((cell) => cell.trim() !== '')) yield { line: info.lines, cells: table.toCells(record) };
    }
    table?.end();
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new Refusal(422, 'unreadable-file', 'The file is not well-formed CSV.', {
      got: `${cause.code} at line ${cause.lines}`,
      expected: 'rows of cells; a cell with a quote in it is quoted',
      cause,
    });
  }
};

async function delimiterOf(path: string): Promise<string> {
  let head = '';
  for await (const piece of decodeText(path)) {
    head += piece;
    if (head.includes('\n') || head.length > LONGEST_ROW) break;
  }
  const heading = head.split('\n', 1)[0] ?? '';
  const count = (delimiter: string) => heading.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}
