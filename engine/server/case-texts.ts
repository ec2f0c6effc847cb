import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { type CasesAsked, pageOfCases, readCases } from '../cases/read-cases.ts';
import type { Account } from '../contract/account.ts';
import { Case } from '../contract/case.ts';
import type { Schema } from '../store/schema.ts';
import { ReadyJson } from './ready-json.ts';

/** Some 30,000 cases: a city has a few thousand open. */
const KEPT_BYTES = 32 * 1024 * 1024;

const BEGIN = Buffer.from('{"items":[');
const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

/**
 * Cases as they go over the wire, kept by the number of their last change. All that a case tells is told by numbered changes, so
 * that under one number it is one text; of a list only what changed since is read anew. Who may see which is asked each time.
 */
export class CaseTexts {
  readonly #db: Kysely<Schema>;
  readonly #kept = new LRUCache<string, { seq: number; text: Buffer }>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ text }) => text.length,
  });

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Keeps what a case is now, as its schema has it. @returns its text */
  keep(one: Case): Buffer {
    const text = Buffer.from(JSON.stringify(one));
    if ((this.#kept.peek(one.id)?.seq ?? -1) < one.seq) this.#kept.set(one.id, { seq: one.seq, text });
    return text;
  }

  /** A list's cases, in its order. */
  async list(account: Account, asked: CasesAsked): Promise<ReadyJson> {
    const page = await pageOfCases(this.#db, account, asked);
    const texts = new Map<string, Buffer>();
    for (const { id, seq } of page) {
      const kept = this.#kept.get(id);
      if (kept && kept.seq >= seq) texts.set(id, kept.text);
    }
    const others = page.flatMap(({ id }) => (texts.has(id) ? [] : id));
    for (const { case: one } of await readCases(this.#db, account, others)) {
      texts.set(one.id, this.keep(Case.parse(one)));
    }
    const items = page.flatMap(({ id }) => texts.get(id) ?? []);
    return new ReadyJson(Buffer.concat([BEGIN, ...items.flatMap((text, i) => (i > 0 ? [COMMA, text] : text)), END]));
  }
}
