import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { Refusal } from '../contract/refusal.ts';
import { columnName, columnNumber } from './column-name.ts';
import { cut } from './cut.ts';
import { type Headed, headed } from './headings.ts';
import { type Markup, readMarkup } from './read-markup.ts';
import type { BytesRead, RegisterReader } from './register-row.ts';

/** A workbook unfolds to no more than this; the sizes that it states are added up before anything is inflated. */
const LARGEST_UNFOLDED_BYTES = 256 * 1024 * 1024;
const MOST_PARTS = 2000;
const MOST_COLUMNS = 1000;
/** What a spreadsheet itself holds in a cell. */
const LONGEST_CELL = 32_767;

/** The first sheet of a workbook (ECMA-376); its first row names the columns. */
export const readXlsx: RegisterReader = async function* ({ path, columns, bytes }) {
  const zip = await openZip(path);
  try {
    const parts = await listParts(zip);
    const sheet = parts.get(await firstSheet(zip, parts));
    if (!sheet) throw notWorkbook('no sheet');
    const strings = parts.get('xl/sharedStrings.xml');
    const shared = strings ? await collect(zip, strings, sharedStrings()) : [];
    let table: Headed | null = null;
    bytes.total = sheet.uncompressedSize;
    for await (const { line, texts, formulas } of readMarkup(textOf(zip, sheet, bytes), sheetRows(shared))) {
      const formula = formulas.find(({ column }) => table === null || table.takes(column));
      if (formula) throw notValue(formula.cell, formula.text);
      if (texts.every((text) => text.trim() === '')) continue;
      if (table === null) table = await headed(texts, columns);
      else yield { line, cells: table.toCells(texts) };
    }
    table?.end();
  } finally {
    zip.close();
  }
};

async function openZip(path: string): Promise<ZipFile> {
  return promisify<string, yauzl.Options, ZipFile>(yauzl.open)(path, { lazyEntries: true, autoClose: false }).catch(
    (cause: Error) => {
      throw notWorkbook('no zip archive', cause);
    },
  );
}

function listParts(zip: ZipFile): Promise<Map<string, Entry>> {
  return new Promise((resolve, reject) => {
    const parts = new Map<string, Entry>();
    let unfoldedBytes = 0;
    zip.on('error', (cause: Error) => reject(notWorkbook('a damaged zip archive', cause)));
    zip.on('end', () => resolve(parts));
    zip.on('entry', (entry: Entry) => {
      unfoldedBytes += entry.uncompressedSize;
      parts.set(entry.fileName, entry);
      if (unfoldedBytes > LARGEST_UNFOLDED_BYTES || parts.size > MOST_PARTS) {
        reject(
          new Refusal(422, 'unfolds-too-large', 'The workbook unfolds into too much.', {
            got: `${parts.size} parts, ${unfoldedBytes} bytes so far`,
            expected: `at most ${MOST_PARTS} parts and ${LARGEST_UNFOLDED_BYTES} bytes`,
          }),
        );
      } else zip.readEntry();
    });
    zip.readEntry();
  });
}

/** One that unfolds into more than it stated ends in an error of yauzl's. */
async function* textOf(zip: ZipFile, entry: Entry, bytes?: BytesRead): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  try {
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      yield decoder.decode(chunk, { stream: true });
      if (bytes) bytes.done += chunk.length;
    }
    yield decoder.decode();
  } catch (cause) {
    throw notWorkbook('a damaged part', cause);
  }
}

async function collect<T>(zip: ZipFile, entry: Entry, markup: Markup<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of readMarkup(textOf(zip, entry), markup)) all.push(one);
  return all;
}

async function firstSheet(zip: ZipFile, parts: Map<string, Entry>): Promise<string> {
  const workbook = parts.get('xl/workbook.xml');
  const relations = parts.get('xl/_rels/workbook.xml.rels');
  if (!workbook || !relations) throw notWorkbook('a zip archive without xl/workbook.xml');
  const [sheet] = await collect(zip, workbook, tags('sheet'));
  const target = (await collect(zip, relations, tags('Relationship'))).find(({ Id }) => Id === sheet?.['r:id'])?.Target;
  return target === undefined ? '' : target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

function tags(wanted: string): Markup<Readonly<Record<string, string>>> {
  const found: Readonly<Record<string, string>>[] = [];
  return {
    open: (name, attributes) => void (name === wanted && found.push({ ...attributes })),
    text: () => undefined,
    close: () => undefined,
    take: () => found.splice(0),
  };
}

/** `<si>` by its number; phonetic readings beside the text (`<rPh>`) are none of it. */
function sharedStrings(): Markup<string> {
  const whole: string[] = [];
  let text = '';
  let inText = false;
  let phonetic = false;
  return {
    open(name) {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic = true;
      inText = name === 't' && !phonetic;
    },
    text(more) {
      if (inText) text += more;
    },
    close(name) {
      if (name === 'si') whole.push(text);
      if (name === 'rPh') phonetic = false;
      inText = false;
    },
    take: () => whole.splice(0),
  };
}

interface SheetRow {
  line: number;
  texts: string[];
  /** Cells that are reckoned, perhaps from another file: what stands in them may be of long ago. */
  formulas: { column: number; cell: string; text: string }[];
}

function sheetRows(shared: readonly string[]): Markup<SheetRow> {
  const whole: SheetRow[] = [];
  let row: SheetRow = { line: 0, texts: [], formulas: [] };
  let column = 0;
  let kind = '';
  let text = '';
  let inText = false;
  let formula: string | null = null;
  let inFormula = false;
  return {
    open(name, attributes) {
      if (name === 'row') row = { line: Number(attributes.r ?? row.line + 1), texts: [], formulas: [] };
      if (name === 'c') {
        column = attributes.r === undefined ? row.texts.length : columnNumber(attributes.r);
        kind = attributes.t ?? 'n';
        text = '';
      }
      if (name === 'f') formula = '';
      inFormula = name === 'f';
      inText = name === 'v' || name === 't';
    },
    text(more) {
      if (inText) text += more;
      if (inFormula) formula += more;
      if (text.length > LONGEST_CELL) throw tooLong(row.line, column);
    },
    close(name) {
      inText = false;
      inFormula = false;
      if (name === 'row') whole.push(row);
      if (name === 'c' && formula !== null) {
        row.formulas.push({ column, cell: `${columnName(column)}${row.line}`, text: formula });
        formula = null;
      }
      if (name !== 'c' || column >= MOST_COLUMNS) return;
      while (row.texts.length < column) row.texts.push('');
      row.texts[column] =
        kind === 's' ? (shared[Number(text)] ?? '') : kind === 'b' ? (text === '1' ? '是' : '') : text;
    },
    take: () => whole.splice(0),
  };
}

function notValue(cell: string, formula: string): Refusal {
  return new Refusal(422, 'formula-cell', 'A cell is reckoned by a formula.', {
    got: `${cell}: =${cut(formula, 120)}`,
    expected: 'values: copy the cells and paste them as values',
  });
}

function tooLong(line: number, column: number): Refusal {
  return new Refusal(422, 'cell-too-long', 'A cell is too long.', {
    got: `more than ${LONGEST_CELL} characters in row ${line}, column ${columnName(column)}`,
    expected: `at most ${LONGEST_CELL} characters in a cell`,
  });
}

function notWorkbook(got: string, cause?: unknown): Refusal {
  if (cause instanceof Refusal) return cause;
  return new Refusal(422, 'unreadable-file', 'The file is no XLSX workbook.', {
    got,
    expected: 'an XLSX workbook',
    cause,
  });
}
