import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Account } from '../contract/account.ts';
import { divisionPrefix } from '../contract/division.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Scope } from '../store/changes.ts';

/** The smallest division that covers all of these: itself, else their city, else their province. */
export function coveringDivision(codes: readonly string[]): string {
  const first = codes[0] ?? '';
  if (codes.every((code) => code === first)) return first;
  const city = first.slice(0, 4);
  return codes.every((code) => code.startsWith(city)) ? `${city}00` : `${first.slice(0, 2)}0000`;
}

/** Whose rows somebody sees; an `Account` fits. */
export type Viewer = Pick<Account, 'division' | 'department'>;

/**
 * The condition that a row is the account's to see, for any table with the columns `division` and `department`:
 * `.where(visibleTo(account))`. An account without a department sees every department's rows. null is the engine
 * itself, which sees all. In a join, `table` says whose columns are meant.
 */
export function visibleTo(account: Viewer | null, table?: string): () => RawBuilder<SqlBool> {
  return () => {
    if (account === null) return sql<SqlBool>`true`;
    const column = (name: string) => sql.ref(table === undefined ? name : `${table}.${name}`);
    const division = sql<SqlBool>`${column('division')} like ${`${divisionPrefix(account.division)}%`}`;
    if (account.department === null) return division;
    return sql<SqlBool>`${division} and ${column('department')} = ${account.department}`;
  };
}

/** The same for a scope in hand. */
export function seesScope(account: Viewer | null, scope: Scope): boolean {
  if (account === null) return true;
  if (!scope.division.startsWith(divisionPrefix(account.division))) return false;
  return account.department === null || account.department === scope.department;
}

/** Refuses what an account would make beyond what it sees itself. A name instead of an account is the engine’s own work. */
export function assertSees(by: Account | string, scope: Scope): void {
  if (typeof by === 'string' || seesScope(by, scope)) return;
  throw new Refusal(403, 'outside-your-scope', 'That belongs to a division or department that is not yours.', {
    got: scope,
    expected: { division: by.division, department: by.department },
  });
}

/** Who is named in records: the person, or the engine's part. */
export function nameOf(by: Account | string): string {
  return typeof by === 'string' ? by : by.displayName;
}
