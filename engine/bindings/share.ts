import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Account } from '../contract/account.ts';
import type { BindingQuestion, DefinitionBody } from '../contract/algorithm-definition.ts';
import { divisionPrefix, shareReach } from '../contract/division.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

type Share = DefinitionBody['share'];

/** Whether an algorithm may watch anything of the account's division. */
export function isSharedWith({ division }: Pick<Account, 'division'>, share: Share): boolean {
  const [own, reach] = [divisionPrefix(division), shareReach(share)];
  return reach.startsWith(own) || own.startsWith(reach);
}

/**
 * Refuses a binding to what the algorithm is not shared with; a library is where its division is, whatever it holds now.
 * @throws Refusal 422 `beyond-share`
 */
export async function assertWithinShare(
  db: Kysely<Schema>,
  share: Share,
  { cameras, libraries, divisions }: BindingQuestion,
): Promise<void> {
  const reach = shareReach(share);
  if (reach === '') return;
  const isBeyond = sql<SqlBool>`not starts_with(division, ${reach})`;
  const beyond = async (from: 'cameras' | 'libraries', ids: readonly string[]) =>
    ids.length === 0
      ? []
      : await db.selectFrom(from).select('id').where('id', 'in', ids).where(isBeyond).orderBy('id').execute();
  const got = [
    ...divisions.filter((code) => !code.startsWith(reach)),
    ...[...(await beyond('libraries', libraries)), ...(await beyond('cameras', cameras))].map(({ id }) => id),
  ];
  if (got.length === 0) return;
  throw new Refusal(422, 'beyond-share', 'The algorithm is not shared so far.', {
    got: got.slice(0, 20),
    expected: `within the divisions ${reach.padEnd(6, '0')}, of ${share.owner}`,
  });
}

/** An owner is named within one's own divisions, and only there changed. @throws Refusal 403 `outside-your-scope` */
export function assertOwns(by: Account | string, division: string | null): void {
  if (typeof by === 'string' || division === null || division.startsWith(divisionPrefix(by.division))) return;
  throw new Refusal(403, 'outside-your-scope', 'The algorithm’s owner is in no division of yours.', {
    got: division,
    expected: by.division,
  });
}
