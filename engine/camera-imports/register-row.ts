import type { ColumnKey } from '../contract/camera-import.ts';
import type { RegisterColumns } from './register-columns.ts';

/** A row as its file has it. A column that is absent says nothing; an empty cell says that there is nothing. */
export interface RegisterRow {
  line: number;
  cells: Partial<Record<ColumnKey, string>>;
}

/** How far a file is read, for whoever waits; null: nobody knows how long it is. */
export interface BytesRead {
  done: number;
  total: number | null;
}

/** What a reader reads, and where it tells of what it comes upon. */
export interface Reading {
  path: string;
  columns: RegisterColumns;
  bytes: BytesRead;
}

export type RegisterReader = (reading: Reading) => AsyncIterable<RegisterRow>;
