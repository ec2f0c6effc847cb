import { type Kysely, sql } from 'kysely';
import type { Account } from '../contract/account.ts';
import type { CaseRate, RateRow, RateRowPage } from '../contract/case-rates.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { askedFor, columnOf, factsOf, type RatesAsked } from './facts.ts';

interface FactRow extends Omit<RateRow, 'at' | 'county' | 'unitName' | 'cameraName'> {
  at: Date;
  county_code: string | null;
  county_name: string | null;
  unit_name: string | null;
  camera_name: string;
}

/** Of a rate: what is in its part, what is in its whole, or what is in its whole alone. */
export type RateSide = 'part' | 'whole' | 'rest';

/**
 * The cases or alerts that a number counts, the newest first.
 * @param after the `next` of the page before
 * @throws Refusal 400 `invalid-query` of an `after` that is none
 */
export async function readRateRows(
  db: Kysely<Schema>,
  account: Account | null,
  asked: RatesAsked & { rate: CaseRate; side: RateSide; after?: string | undefined; limit: number },
  timeZone: string,
): Promise<RateRowPage> {
  const { rate, side, after, limit } = asked;
  const facts = factsOf(rate);
  const [part, whole] = [columnOf(rate, 'part'), columnOf(rate, 'whole')];
  const counted = { part: sql`${part}`, whole: sql`${whole}`, rest: sql`${whole} and not ${part}` }[side];
  const { rows } = await sql<FactRow>`
    select kind, id, at, state, severity, codeset, code, county_code, county_name, unit_name, camera_name
    from ${sql.table(facts)} where ${askedFor(account, asked, timeZone)} and ${counted} and ${onwards(after)}
    order by date_trunc('milliseconds', at) desc, id desc limit ${limit + 1}`.execute(db);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page.map(({ at, county_code, county_name, unit_name, camera_name, ...row }) => ({
      ...row,
      at: at.toISOString(),
      county: county_code === null ? null : { code: county_code, name: county_name ?? county_code },
      unitName: unit_name,
      cameraName: camera_name,
    })),
    next: rows.length > limit && last ? `${last.at.toISOString()} ${last.id}` : null,
  };
}

function onwards(after: string | undefined) {
  if (after === undefined) return sql`true`;
  const [at = '', id = ''] = after.split(' ');
  if (Number.isNaN(Date.parse(at)) || id === '') {
    throw new Refusal(400, 'invalid-query', 'What the page is to begin after is none.', {
      got: after,
      expected: 'the "next" of the page before',
    });
  }
  // A time in the answer has milliseconds, the one in the database more.
  return sql`(date_trunc('milliseconds', at), id) < (${new Date(at)}, ${id})`;
}
