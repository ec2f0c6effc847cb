import type { ColumnMapping, ImportColumn } from '../contract/camera-import.ts';
import { Refusal } from '../contract/refusal.ts';
import { columnOf } from './columns.ts';
import { cut } from './cut.ts';

const MOST_KEPT = 200;
const LONGEST = 80;
const SAMPLES = 3;

/** The columns of one file as its reader comes upon them: what each is taken for, by whom, and a few of its cells. */
export class RegisterColumns {
  #given: ColumnMapping | null;
  #recall: (headings: readonly string[]) => Promise<ColumnMapping | null>;
  #remembered: ColumnMapping = {};
  #known = new Map<string, ImportColumn>();
  /** What the file is headed by, as far as that is known before its rows. */
  headings: readonly string[] = [];

  /** @param given what is said with the file; null: nothing is, and what was said of such a file before holds. */
  constructor(
    given: ColumnMapping | null,
    recall: (headings: readonly string[]) => Promise<ColumnMapping | null> = async () => null,
  ) {
    this.#given = given;
    this.#recall = recall;
  }

  /** Is told all headings before the first row, by whoever knows them then. */
  async begin(headings: readonly string[]): Promise<void> {
    this.headings = headings.map((heading) => heading.trim());
    if (this.#given === null) this.#remembered = (await this.#recall(this.headings)) ?? {};
    for (const heading of this.headings) if (heading !== '') this.columnOf(heading);
    this.assertMapped();
  }

  /** Which column a heading means; null: none, or it is left out. */
  columnOf(heading: string): ImportColumn['column'] {
    const name = heading.trim();
    const known = this.#known.get(name);
    if (known) return known.column;
    const [mapping, by] = this.#given ? [this.#given, 'given' as const] : [this.#remembered, 'remembered' as const];
    const said = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
    const column = said === undefined ? columnOf(name) : said;
    this.#known.set(name, {
      heading: name,
      column,
      by: said !== undefined ? by : column === null ? null : 'guessed',
      samples: [],
    });
    return column;
  }

  /** Keeps the first few cells that differ, without what may be in an address. */
  sample(heading: string, cell: string): void {
    const samples = this.#known.get(heading.trim())?.samples;
    if (!samples || samples.length >= SAMPLES || cell.trim() === '') return;
    const shown = cut(cell.trim().replace(/:\/\/.*/s, '://…'), LONGEST);
    if (!samples.includes(shown)) samples.push(shown);
  }

  list(): ImportColumn[] {
    const known = [...this.#known.values()].slice(0, MOST_KEPT);
    return known.map((column) => ({ ...column, heading: cut(column.heading, LONGEST) }));
  }

  /** @throws Refusal 422 `unknown-heading` when the mapping names what the file is not headed by. */
  assertMapped(): void {
    const missed = Object.keys(this.#given ?? {}).filter((heading) => !this.#known.has(heading));
    if (missed.length === 0) return;
    throw new Refusal(422, 'unknown-heading', 'The mapping names columns that the file does not have.', {
      got: missed.slice(0, 20).map((heading) => cut(heading, LONGEST)),
      expected: [...this.#known.keys()].slice(0, 50).map((heading) => cut(heading, LONGEST)),
    });
  }
}
