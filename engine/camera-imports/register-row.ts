import type { ColumnKey } from '../contract/camera-import.ts';

/** A row as its file has it. A column that is absent says nothing; an empty cell says that there is nothing. */
export interface RegisterRow {
  line: number;
  cells: Partial<Record<ColumnKey, string>>;
}

/** What a reader yields, and where it notes headings that mean nothing to it. */
interface Reading {
  path: string;
  mapping: Readonly<Record<string, ColumnKey>>;
  ignored: Set<string>;
}

export type RegisterReader = (reading: Reading) => AsyncIterable<RegisterRow>;
