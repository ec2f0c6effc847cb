import { type Kysely, sql } from 'kysely';
import { RuleName } from '#config/rule.ts';
import { assertSees } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { CaseOpening, NewCaseOpening, OpeningMode } from '../contract/case-policy.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import type { CasePolicy } from './case-clocks.ts';
import { openCase } from './open-case.ts';

const AT_ONCE = 100;

/**
 * How alerts become cases now: of each rule, and below it of each algorithm that goes by that rule.
 * @param seen the algorithms that somebody knows of; null: all
 */
export async function listOpenings(
  db: Kysely<Schema>,
  seen: ReadonlyMap<string, unknown> | null,
): Promise<CaseOpening[]> {
  const of = sql<string>`coalesce('algorithm ' || algorithm, 'rule ' || rule)`;
  const rows = await db
    .selectFrom('case_openings')
    .selectAll()
    .distinctOn(of)
    .orderBy(of)
    .orderBy('n', 'desc')
    .execute();
  const definitions = await db.selectFrom('algorithm_definitions').select(['id', 'body']).orderBy('id').execute();
  const opening = (
    whose: Pick<CaseOpening, 'rule' | 'algorithm' | 'algorithmName'>,
    unset: OpeningMode,
  ): CaseOpening => {
    const row = rows.find((one) =>
      whose.algorithm === null ? one.algorithm === null && one.rule === whose.rule : one.algorithm === whose.algorithm,
    );
    if (!row) return { ...whose, mode: unset, confirmations: null, at: null, by: null };
    const { mode, confirmations, at, by } = row;
    return { ...whose, mode, confirmations, at: at.toISOString(), by };
  };
  return RuleName.options.flatMap((rule) => [
    opening({ rule, algorithm: null, algorithmName: null }, 'manual'),
    ...definitions
      .filter(({ id, body }) => body.runs?.rule === rule && seen?.has(id) !== false)
      .map(({ id, body }) => opening({ rule, algorithm: id, algorithmName: body.name }, 'rule')),
  ]);
}

/**
 * Sets how alerts of a rule, or of an algorithm, become cases, from now on and for the whole city.
 * @throws Refusal 403 `outside-your-scope`, 404 `not-found` of an algorithm that was not defined here, or cannot run
 */
export async function setOpening(
  db: Kysely<Schema>,
  account: Account,
  division: string,
  { rule, algorithm, mode, confirmations }: NewCaseOpening,
): Promise<CaseOpening> {
  assertSees(account, { division, department: null });
  const set = (await listOpenings(db, null)).find((one) =>
    algorithm === undefined ? one.algorithm === null && one.rule === rule : one.algorithm === algorithm,
  );
  if (!set) throw notVisible('algorithm', algorithm ?? '');
  await db
    .insertInto('case_openings')
    .values({
      ...{ rule: set.rule, algorithm: set.algorithm, mode },
      ...{ confirmations: confirmations ?? null, by: account.displayName },
    })
    .execute();
  return (await listOpenings(db, null)).find((one) => one.rule === set.rule && one.algorithm === set.algorithm)!;
}

/** What holds for an algorithm: what was said of it, or else of its rule; since the later of both where it was told to go by it. */
function holding(one: CaseOpening, all: readonly CaseOpening[]): CaseOpening {
  if (one.mode !== 'rule') return one;
  const { mode, confirmations, at } = all.find(({ rule, algorithm }) => rule === one.rule && algorithm === null)!;
  return { ...one, mode, confirmations, at: at !== null && one.at !== null && one.at > at ? one.at : at };
}

/**
 * Opens a case from each standing alert that the openings say is one: raised since they were set, in no case yet, and judged by
 * nobody.
 * @returns how many were opened
 */
export async function openByPolicy(db: Kysely<Schema>, policy: CasePolicy): Promise<number> {
  let opened = 0;
  const openings = await listOpenings(db, null);
  const apart = openings.flatMap(({ algorithm }) => algorithm ?? []);
  for (const { rule, algorithm, mode, confirmations, at } of openings.map((one) => holding(one, openings))) {
    if (mode === 'manual' || at === null) continue;
    const alerts = await db
      .selectFrom('alerts')
      .select('id')
      .$if(algorithm !== null, (query) => query.where('algorithm', '=', algorithm))
      .$if(algorithm === null, (query) =>
        query.where('rule', '=', rule).where(sql<boolean>`coalesce(algorithm, rule) <> all(${apart}::text[])`),
      )
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
