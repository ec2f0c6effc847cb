import { type Kysely, sql } from 'kysely';
import { ulid } from 'ulid';
import { visibleTo } from '../accounts/visible-to.ts';
import { listCases } from '../cases/read-cases.ts';
import type { Account } from '../contract/account.ts';
import type { Handover, NewHandover } from '../contract/patrol.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

const MOST_OPEN = 5000;

/**
 * 交接班: takes over what is open, with a name. It is signed for what the sheet showed: if something else is open meanwhile, it is
 * read again first.
 * @throws Refusal 409 `sheet-outdated`
 */
export async function signHandover(db: Kysely<Schema>, account: Account, handover: NewHandover): Promise<Handover> {
  const { signature, givenBy, note, caseIds } = handover;
  const open = await listCases(db, account, { state: 'open', limit: MOST_OPEN });
  const shown = new Set(caseIds);
  const fresh = open.filter(({ id }) => !shown.has(id)).map(({ id }) => id);
  if (fresh.length > 0 || shown.size !== open.length) {
    throw new Refusal(409, 'sheet-outdated', 'What is open has changed since the sheet was read.', {
      got: `${shown.size} cases`,
      expected: `${open.length} cases${fresh.length > 0 ? `, also ${fresh.slice(0, 5).join(', ')}` : ''}`,
    });
  }
  const cases = open.map(({ id, rule, state, unitName, cameraName, severity, openedAt }) => ({
    ...{ id, rule, state, unitName, cameraName, severity, openedAt },
  }));
  const { division, department, id: account_id, displayName } = account;
  const row = await db
    .insertInto('handovers')
    .values({
      ...{ id: `handover-${ulid().toLowerCase()}`, signed_by: signature, given_by: givenBy, note, account_id },
      ...{ account: displayName, cases: JSON.stringify(cases), division, department },
    })
    .returning(['id', 'at'])
    .executeTakeFirstOrThrow();
  return { id: row.id, at: row.at.toISOString(), signedBy: signature, account: displayName, givenBy, note, cases };
}

/** The last ones, the newest first. */
export async function listHandovers(db: Kysely<Schema>, viewer: Account): Promise<Handover[]> {
  const rows = await db
    .selectFrom('handovers')
    .selectAll()
    .where(visibleTo(viewer))
    .where('at', '>', sql<Date>`now() - interval '31 days'`)
    .orderBy('at', 'desc')
    .limit(50)
    .execute();
  return rows.map(({ id, at, signed_by, account, given_by, note, cases }) => ({
    ...{ id, at: at.toISOString(), signedBy: signed_by, account, givenBy: given_by, note, cases },
  }));
}
