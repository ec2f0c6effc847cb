import { type Kysely, sql } from 'kysely';
import { readCases } from '../cases/read-cases.ts';
import type { Account } from '../contract/account.ts';
import type { PatrolCase, PatrolDay } from '../contract/patrol.ts';
import type { Schema } from '../store/schema.ts';
import { TRAIL_KEPT_DAYS } from './positions.ts';
import { unitOf } from './posts.ts';
import { readFields } from './read-field.ts';
import { readOwnShifts } from './roster.ts';
import { PHOTO_WITHIN_M } from './take-photo.ts';

/** How long a case that is closed, or another unit's, stays on the phone. */
const KEPT_ON_PHONE_MS = 12 * 3_600_000;
const MOST_CASES = 200;

/** All that an officer's phone needs: the cases of their unit, and what is theirs to do. */
export async function readPatrolDay(
  db: Kysely<Schema>,
  account: Account,
  { site, notices, pushKey }: Pick<PatrolDay, 'site' | 'notices' | 'pushKey'>,
): Promise<PatrolDay> {
  const unitId = unitOf(account);
  const unit = await db.selectFrom('units').select('name').where('id', '=', unitId).executeTakeFirstOrThrow();
  const officer = await db
    .selectFrom('officers')
    .select('areas')
    .where('account_id', '=', account.id)
    .executeTakeFirst();
  const [shifts, cases] = await Promise.all([
    readOwnShifts(db, account.id),
    readPatrolCases(db, await listOwnCases(db, unitId), unitId),
  ]);
  return {
    officer: { id: account.id, displayName: account.displayName, unitId, unitName: unit.name },
    site,
    areas: officer?.areas ?? [],
    ...shifts,
    cases,
    notices,
    photoWithinM: PHOTO_WITHIN_M,
    trailKeptDays: TRAIL_KEPT_DAYS,
    pushKey,
    readAt: new Date().toISOString(),
  };
}

/** Cases of a unit: those that it has, and those that it had lately. */
async function listOwnCases(db: Kysely<Schema>, unitId: string): Promise<string[]> {
  const since = new Date(Date.now() - KEPT_ON_PHONE_MS);
  const { rows } = await sql<{ id: string }>`
    select id from cases c where (unit_id = ${unitId} and (state <> 'closed' or closed_at > ${since}))
      or exists (select from case_entries e where e.case_id = c.id and e.kind = 'assigned' and e.unit_id = ${unitId}
        and exists (select from case_entries after where after.case_id = c.id and after.at > ${since}))
    order by state = 'closed', opened_at desc limit ${MOST_CASES}`.execute(db);
  return rows.map(({ id }) => id);
}

async function readPatrolCases(db: Kysely<Schema>, ids: readonly string[], unitId: string): Promise<PatrolCase[]> {
  const [found, fields, evidence] = await Promise.all([
    readCases(db, null, ids),
    readFields(db, ids),
    readEvidence(db, ids),
  ]);
  const byId = new Map(found.map(({ case: one }) => [one.id, one]));
  return ids.flatMap((id) => {
    const one = byId.get(id);
    if (!one) return [];
    const mine = one.unitId === unitId;
    return [{ ...one, evidence: evidence.get(id) ?? [], field: fields.get(id)!, mine }];
  });
}

async function readEvidence(
  db: Kysely<Schema>,
  caseIds: readonly string[],
): Promise<Map<string, PatrolCase['evidence']>> {
  const rows = await db
    .selectFrom('case_alerts as c')
    .innerJoin('alert_pictures as p', 'p.alert_id', 'c.alert_id')
    .select(['c.case_id', 'p.alert_id', 'p.moment', 'p.captured_at', 'p.boxes'])
    .where('c.case_id', '=', sql<string>`any(${[...caseIds]}::text[])`)
    .where('p.moment', '=', 'onset')
    .orderBy('p.captured_at')
    .execute();
  const evidence = new Map<string, PatrolCase['evidence']>();
  for (const { case_id, alert_id, moment, captured_at, boxes } of rows) {
    const picture = { alertId: alert_id, moment, capturedAt: captured_at.toISOString(), boxes };
    evidence.set(case_id, [...(evidence.get(case_id) ?? []), picture]);
  }
  return evidence;
}
