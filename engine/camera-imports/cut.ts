/** The beginning of a text, without half a character at its end: the database takes none. */
export function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}
