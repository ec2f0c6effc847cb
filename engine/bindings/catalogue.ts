import { parse } from 'csv-parse/sync';
import type { Kysely } from 'kysely';
import type { Account } from '../contract/account.ts';
import { AlgorithmId, type CatalogueOutcome, DefinitionBody } from '../contract/algorithm-definition.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { insertDefinition, owned } from './definitions.ts';

const MOST_ROWS = 2000;

/** What a column may be headed; the first line of the file says which is which. */
const HEADINGS = {
  id: ['id', '编号', '算法编号'],
  name: ['name', '名称', '算法名称'],
  en: ['name en', 'english', '英文名称'],
  owner: ['owner', '归属单位', '权属单位', '单位'],
  scope: ['scope', '共享范围', '层级'],
  division: ['division', '归属区划', '区划代码'],
  licence: ['licence', 'license', '许可', '许可证'],
} as const;
type Column = keyof typeof HEADINGS;

const SCOPES: Readonly<Record<string, DefinitionBody['share']['scope']>> = {
  ...{ 省: 'province', 省级: 'province', province: 'province' },
  ...{ 市: 'city', 市级: 'city', city: 'city' },
  ...{ 县: 'county', 县级: 'county', 区县: 'county', county: 'county' },
};

/**
 * Takes a list of algorithms into the catalogue, all of it or nothing: names without anything that could run.
 * @throws Refusal 422 `unreadable-file`, `no-rows`, `too-many-rows`, `catalogue-columns`, `catalogue-rows`; 403 `outside-your-scope`
 */
export async function importCatalogue(
  db: Kysely<Schema>,
  csv: string,
  by: Account | string,
): Promise<CatalogueOutcome> {
  const rows = readRows(csv);
  return db.transaction().execute(async (trx) => {
    const there = await trx.selectFrom('algorithm_definitions').select('id').execute();
    const known = new Set(there.map(({ id }) => id));
    const fresh = rows.filter(({ id }) => !known.has(id));
    for (const { id, body } of fresh) await insertDefinition(trx, id, owned(body, by), by);
    return { added: fresh.length, known: rows.flatMap(({ id }) => (known.has(id) ? [id] : [])) };
  });
}

function readRows(csv: string): { id: string; body: DefinitionBody }[] {
  const lines = readCsv(csv);
  const [head = [], ...rest] = lines;
  const columns = new Map<Column, number>();
  for (const [column, names] of Object.entries(HEADINGS) as [Column, readonly string[]][]) {
    const at = head.findIndex((heading) => names.includes(heading.trim().toLowerCase()));
    if (at >= 0) columns.set(column, at);
  }
  const missing = (['id', 'name', 'owner', 'scope'] as const).filter((column) => !columns.has(column));
  if (missing.length > 0) {
    throw new Refusal(422, 'catalogue-columns', 'The list has not all columns.', {
      got: head.slice(0, 20),
      expected: missing.map((column) => HEADINGS[column].join(' / ')),
    });
  }
  if (rest.length === 0) throw new Refusal(422, 'no-rows', 'The list has no rows.', { got: 0, expected: 'a row' });
  if (rest.length > MOST_ROWS)
    throw new Refusal(422, 'too-many-rows', 'The list has too many rows.', { got: rest.length, expected: MOST_ROWS });
  return checked(rest.map((cells) => (column: Column) => cells[columns.get(column) ?? -1]?.trim() ?? ''));
}

function readCsv(csv: string): string[][] {
  try {
    return parse(csv, { bom: true, skip_empty_lines: true, relax_column_count: true });
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(422, 'unreadable-file', 'The list cannot be read.', { got, expected: 'CSV in UTF-8', cause });
  }
}

function checked(rows: readonly ((column: Column) => string)[]): { id: string; body: DefinitionBody }[] {
  const wrong: string[] = [];
  const ids = new Set<string>();
  const read = rows.map((cell, i) => {
    const line = i + 2;
    const id = AlgorithmId.safeParse(cell('id'));
    const body = DefinitionBody.safeParse({
      name: { zh: cell('name'), en: cell('en') || cell('name') },
      runs: null,
      raises: null,
      share: { scope: SCOPES[cell('scope').toLowerCase()], owner: cell('owner'), division: cell('division') || null },
      licence: cell('licence'),
    });
    if (!id.success) wrong.push(`line ${line}: id "${cell('id')}"`);
    else if (ids.has(id.data)) wrong.push(`line ${line}: id "${id.data}" twice`);
    else ids.add(id.data);
    for (const { path } of body.error?.issues ?? []) wrong.push(`line ${line}: ${path.join('.')}`);
    return { id: id.data ?? '', body: body.data! };
  });
  if (wrong.length === 0) return read;
  throw new Refusal(422, 'catalogue-rows', 'Some rows are not as they should be; nothing was taken.', {
    got: wrong.slice(0, 20),
    expected:
      'an id of lower-case letters, digits and dashes, each once; a name; an owner; 省, 市 or 县; of a division, its six digits',
  });
}
