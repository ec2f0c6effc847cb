import type { ColumnKey } from '../contract/camera-import.ts';
import { Refusal } from '../contract/refusal.ts';
import { COLUMNS } from './columns.ts';
import { cut } from './cut.ts';
import { unguarded } from './guard-cell.ts';
import type { RegisterColumns } from './register-columns.ts';
import type { RegisterRow } from './register-row.ts';

/** Rows that are looked at for samples before headings that will not do are refused. */
const ROWS_SAMPLED = 20;

/** What a table's first row makes of those below it. */
export interface Headed {
  /** Whether the cells of this column are taken. */
  takes(column: number): boolean;
  /** @throws Refusal 422 `no-id-column`, `column-twice`, once a few rows showed what the columns hold. */
  toCells(row: readonly string[]): RegisterRow['cells'];
  /** There are no more rows. @throws as `toCells` */
  end(): void;
}

/**
 * Reads a table's first row.
 * @throws Refusal 422 `unknown-heading`.
 */
export async function headed(headings: readonly string[], columns: RegisterColumns): Promise<Headed> {
  await columns.begin(headings);
  const keys = headings.map((heading) => columns.columnOf(heading));
  const wrong = wrongWith(headings, keys);
  let sampled = 0;
  return {
    takes: (column) => (keys[column] ?? null) !== null,
    toCells(row) {
      const cells: RegisterRow['cells'] = {};
      keys.forEach((key, i) => {
        // A row that is shorter than the headings says nothing of the rest.
        if (row[i] === undefined) return;
        columns.sample(headings[i]!, row[i]);
        if (key !== null) cells[key] = unguarded(row[i].trim());
      });
      sampled += 1;
      if (wrong && sampled >= ROWS_SAMPLED) throw wrong;
      return cells;
    },
    end() {
      if (wrong) throw wrong;
    },
  };
}

function wrongWith(headings: readonly string[], keys: readonly (ColumnKey | null)[]): Refusal | null {
  const twice = keys.find((key, i) => key !== null && keys.indexOf(key) !== i);
  if (twice) {
    return new Refusal(422, 'column-twice', `Two columns mean the same: ${twice}.`, {
      got: headings.filter((_, i) => keys[i] === twice).map((heading) => cut(heading, 80)),
      expected: 'each column once',
    });
  }
  if (keys.includes('id') || keys.includes('gbId')) return null;
  return new Refusal(422, 'no-id-column', 'No column says which camera a row is.', {
    got: headings.slice(0, 20).map((heading) => cut(heading, 80)),
    expected: `a column ${COLUMNS[0]!.heading} (id) or ${COLUMNS[2]!.heading} (gbId) in the first row`,
  });
}
