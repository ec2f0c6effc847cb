/** What a spreadsheet calls a column: 0 is A, 26 is AA. */
export function columnName(column: number): string {
  return (column >= 26 ? columnName(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));
}

/** The column of a cell: "B7" is in column 1. */
export function columnNumber(cell: string): number {
  let number = 0;
  for (const letter of cell.replace(/[^A-Z]/g, '')) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}
