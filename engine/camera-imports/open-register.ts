import type { RegisterFormat } from '../contract/camera-import.ts';
import { readCatalog } from './read-catalog.ts';
import { readCsv } from './read-csv.ts';
import { readGeojson } from './read-geojson.ts';
import { readXlsx } from './read-xlsx.ts';
import type { RegisterReader } from './register-row.ts';

interface Format {
  format: RegisterFormat;
  endings: readonly string[];
  read: RegisterReader;
}

/** One line for each kind of file that a register may come in. */
const FORMATS: readonly Format[] = [
  { format: 'csv', endings: ['.csv', '.txt'], read: readCsv },
  { format: 'xlsx', endings: ['.xlsx'], read: readXlsx },
  { format: 'geojson', endings: ['.geojson', '.json'], read: readGeojson },
  { format: 'catalog-xml', endings: ['.xml'], read: readCatalog },
];

export const REGISTER_ENDINGS = FORMATS.flatMap(({ endings }) => endings);

/** The kind of a file by the ending of its name; null: none that is known. */
export function formatOf(fileName: string): RegisterFormat | null {
  const name = fileName.toLowerCase();
  return FORMATS.find(({ endings }) => endings.some((ending) => name.endsWith(ending)))?.format ?? null;
}

export function readerOf(format: RegisterFormat): RegisterReader {
  return FORMATS.find((known) => known.format === format)!.read;
}
