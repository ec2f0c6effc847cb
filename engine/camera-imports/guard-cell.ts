/** What a spreadsheet would take for a formula, behind any number of quotes; the wide signs count in East Asian ones. */
const FORMULA = /^'*[=+\-@＝＋－＠\t\r]/;
const GUARDED = /^'+[=+\-@＝＋－＠\t\r]/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/**
 * A cell that no spreadsheet runs (OWASP, CSV injection): a quote before what would begin a formula. Numbers stay numbers.
 * `unguarded` takes exactly that quote away again.
 */
export function guarded(cell: string): string {
  return FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
}

export function unguarded(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}
