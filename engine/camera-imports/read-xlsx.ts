import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { Refusal } from '../contract/refusal.ts';
import { headed } from './headings.ts';
import { type Markup, readMarkup } from './read-markup.ts';
import type { RegisterReader, RegisterRow } from './register-row.ts';

/** A workbook unfolds to no more than this; the sizes that it states are added up before anything is inflated. */
const LARGEST_UNFOLDED_BYTES = 256 * 1024 * 1024;
const MOST_PARTS = 2000;
const MOST_COLUMNS = 1000;

/** The first sheet of a workbook (ECMA-376); its first row names the columns. */
export const readXlsx: RegisterReader = async function* ({ path, mapping, ignored }) {
  const zip = await openZip(path);
  try {
    const parts = await listParts(zip);
    const sheet = parts.get(await firstSheet(zip, parts));
    if (!sheet) throw notWorkbook('no sheet');
    const strings = parts.get('xl/sharedStrings.xml');
    const shared = strings ? await collect(zip, strings, sharedStrings()) : [];
    let toCells: ((row: readonly string[]) => RegisterRow['cells']) | null = null;
    for await (const { line, texts } of readMarkup(textOf(zip, sheet), sheetRows(shared))) {
      if (texts.every((text) => text.trim() === '')) continue;
      if (toCells === null) toCells = headed(texts, mapping, ignored);
      else yield { line, cells: toCells(texts) };
    }
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
async function* textOf(zip: ZipFile, entry: Entry): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  try {
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    for await (const chunk of stream) yield decoder.decode(chunk as Buffer, { stream: true });
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
}

function sheetRows(shared: readonly string[]): Markup<SheetRow> {
  const whole: SheetRow[] = [];
  let row: SheetRow = { line: 0, texts: [] };
  let column = 0;
  let kind = '';
  let text = '';
  let inText = false;
  return {
    open(name, attributes) {
      if (name === 'row') row = { line: Number(attributes.r ?? row.line + 1), texts: [] };
      if (name === 'c') {
        column = attributes.r === undefined ? row.texts.length : columnNumber(attributes.r);
        kind = attributes.t ?? 'n';
        text = '';
      }
      inText = name === 'v' || name === 't';
    },
    text(more) {
      if (inText) text += more;
    },
    close(name) {
      inText = false;
      if (name === 'row') whole.push(row);
      if (name !== 'c' || column >= MOST_COLUMNS) return;
      while (row.texts.length < column) row.texts.push('');
      row.texts[column] =
        kind === 's' ? (shared[Number(text)] ?? '') : kind === 'b' ? (text === '1' ? '是' : '') : text;
    },
    take: () => whole.splice(0),
  };
}

/** "B7" is column 1. */
function columnNumber(reference: string): number {
  let number = 0;
  for (const letter of reference.replace(/[^A-Z]/g, '')) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}

function notWorkbook(got: string, cause?: unknown): Refusal {
  if (cause instanceof Refusal) return cause;
  return new Refusal(422, 'unreadable-file', 'The file is no XLSX workbook.', {
    got,
    expected: 'an XLSX workbook',
    cause,
  });
}
