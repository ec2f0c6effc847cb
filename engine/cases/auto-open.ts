import { type Kysely, sql } from 'kysely';
import { RuleName } from '#config/rule.ts';
import { assertSees } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { CaseOpening, NewCaseOpening } from '../contract/case-policy.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import type { CasePolicy } from './case-clocks.ts';
import { openCase } from './open-case.ts';

const AT_ONCE = 100;

/** How alerts of each rule become cases now. */
export async function listOpenings(db: Kysely<Schema>): Promise<CaseOpening[]> {
  const rows = await db
    .selectFrom('case_openings')
    .selectAll()
    .distinctOn('rule')
    .orderBy('rule')
    .orderBy('n', 'desc')
    .execute();
  return RuleName.options.map((rule) => {
    const row = rows.find((one) => one.rule === rule);
    if (!row) return { rule, mode: 'manual', confirmations: null, at: null, by: null };
    const { mode, confirmations, at, by } = row;
    return { rule, mode, confirmations, at: at.toISOString(), by };
  });
}

/**
 * Sets how alerts of a rule become cases, from now on and for the whole city.
 * @throws Refusal 403 `outside-your-scope`
 */
export async function setOpening(
  db: Kysely<Schema>,
  account: Account,
  division: string,
  { rule, mode, confirmations }: NewCaseOpening,
): Promise<CaseOpening> {
  assertSees(account, { division, department: null });
  await db
    .insertInto('case_openings')
    .values({ rule, mode, confirmations: confirmations ?? null, by: account.displayName })
    .execute();
  return (await listOpenings(db)).find((one) => one.rule === rule)!;
}

/**
 * Opens a case from each standing alert that the openings say is one: raised since they were set, in no case yet, and judged by
 * nobody.
 * @returns how many were opened
 */
export async function openByPolicy(db: Kysely<Schema>, policy: CasePolicy): Promise<number> {
  let opened = 0;
  for (const { rule, mode, confirmations, at } of await listOpenings(db)) {
    if (mode === 'manual' || at === null) continue;
    const alerts = await db
      .selectFrom('alerts')
      .select('id')
      .where('rule', '=', rule)
      .where('presence', '=', 'standing')
      .where('verdict', '=', 'none')
      .where('case_id', 'is', null)
      .where('raised_at', '>=', new Date(at))
      .$if(mode === 'confirmed', (query) =>
        query.where(
          sql<number>`(select count(distinct e.by) from alert_entries e
            where e.alert_id = alerts.id and e.kind = 'acknowledged')`,
          '>=',
          confirmations ?? 1,
        ),
      )
      .orderBy('id')
      .limit(AT_ONCE)
      .execute();
    for (const { id } of alerts) {
      try {
        await openCase(db, '', { alertIds: [id], note: '' }, policy);
        opened += 1;
      } catch (error) {
        // Somebody opened one meanwhile.
        if (!(error instanceof Refusal)) throw error;
      }
    }
  }
  return opened;
}
