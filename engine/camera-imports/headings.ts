import type { ColumnKey } from '../contract/camera-import.ts';
import { Refusal } from '../contract/refusal.ts';
import { COLUMNS, columnOf } from './columns.ts';
import type { RegisterRow } from './register-row.ts';

/**
 * Reads a table's first row.
 * @returns what turns the rows below it into cells
 * @throws Refusal 422 `no-id-column`, `column-twice`.
 */
export function headed(
  headings: readonly string[],
  mapping: Readonly<Record<string, ColumnKey>>,
  ignored: Set<string>,
): (row: readonly string[]) => RegisterRow['cells'] {
  const keys = headings.map((heading) => columnOf(heading, mapping));
  headings.forEach((heading, i) => {
    if (keys[i] === null && heading.trim() !== '') ignored.add(heading.trim().slice(0, 80));
  });
  const twice = keys.find((key, i) => key !== null && keys.indexOf(key) !== i);
  if (twice) {
    throw new Refusal(422, 'column-twice', `Two columns mean the same: ${twice}.`, {
      got: headings.filter((_, i) => keys[i] === twice).map((heading) => heading.slice(0, 80)),
      expected: 'each column once',
    });
  }
  if (!keys.includes('id') && !keys.includes('gbId')) {
    throw new Refusal(422, 'no-id-column', 'No column says which camera a row is.', {
      got: headings.slice(0, 20).map((heading) => heading.slice(0, 80)),
      expected: `a column ${COLUMNS[0]!.heading} (id) or ${COLUMNS[2]!.heading} (gbId) in the first row`,
    });
  }
  return (row) => {
    const cells: RegisterRow['cells'] = {};
    keys.forEach((key, i) => {
      // A row that is shorter than the headings says nothing of the rest.
      if (key !== null && row[i] !== undefined) cells[key] = row[i].trim();
    });
    return cells;
  };
}
