import { type Kysely, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { AuditEntry, AuditPage } from '../contract/audit.ts';
import type { Schema } from '../store/schema.ts';

/** A request, and how it was answered. */
export interface AnsweredRequest
  extends Pick<AuditEntry, 'method' | 'route' | 'path' | 'query' | 'status' | 'code' | 'fromAddress'> {
  account: Account | null;
  /** Whose record it is when nobody is signed in. */
  division: string;
}

const LONGEST_PATH = 500;
const LONGEST_QUERY = 4000;

/** Appends a request to the log. */
export async function recordRequest(db: Kysely<Schema>, request: AnsweredRequest): Promise<void> {
  const { account, division, method, route, path, query, status, code, fromAddress } = request;
  const asked = query === null ? null : JSON.stringify(query);
  await db
    .insertInto('audit_log')
    .values({
      ...{ account_id: account?.id ?? null, by: account?.displayName ?? null, method, route, status, code },
      division: account?.division ?? division,
      department: account?.department ?? null,
      path: path.slice(0, LONGEST_PATH),
      query: asked === null || asked.length > LONGEST_QUERY ? null : asked,
      from_address: fromAddress,
    })
    .execute();
}

export interface AuditAsked {
  account?: string | undefined;
  /** What the path begins with, as "/api/cases". */
  path?: string | undefined;
  method?: string | undefined;
  refused?: boolean | undefined;
  from?: string | undefined;
  until?: string | undefined;
  before?: number | undefined;
  limit: number;
}

/** What the people did whom the account sees, the newest first. @param timeZone whose days `from` and `until` are */
export async function readAuditLog(
  db: Kysely<Schema>,
  viewer: Account,
  asked: AuditAsked,
  timeZone: string,
): Promise<AuditPage> {
  const { account, path, method, refused, from, until, before, limit } = asked;
  const dayBegins = (day: string, later = 0) =>
    sql<Date>`((${day}::date + ${later}::int)::timestamp at time zone ${timeZone})`;
  const rows = await db
    .selectFrom('audit_log')
    .selectAll()
    .where(visibleTo(viewer))
    .$if(account !== undefined, (query) => query.where('account_id', '=', account!))
    .$if(path !== undefined, (query) => query.where(sql<boolean>`starts_with(path, ${path})`))
    .$if(method !== undefined, (query) => query.where('method', '=', method!))
    .$if(refused !== undefined, (query) => query.where('code', refused ? 'is not' : 'is', null))
    .$if(from !== undefined, (query) => query.where('at', '>=', dayBegins(from!)))
    .$if(until !== undefined, (query) => query.where('at', '<', dayBegins(until!, 1)))
    .$if(before !== undefined, (query) => query.where('n', '<', before!))
    .orderBy('n', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map((row) => ({
    n: row.n,
    at: row.at.toISOString(),
    accountId: row.account_id,
    by: row.by,
    ...{ method: row.method, route: row.route, path: row.path, query: row.query, status: row.status, code: row.code },
    fromAddress: row.from_address,
  }));
  return { items, next: rows.length > limit ? items.at(-1)!.n : null };
}
