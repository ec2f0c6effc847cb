import { type Kysely, sql } from 'kysely';
import { readCases } from '../cases/read-cases.ts';
import type { Account } from '../contract/account.ts';
import { standingOf } from '../contract/case-steps.ts';
import type { PatrolCase, PatrolDay } from '../contract/patrol.ts';
import type { Schema } from '../store/schema.ts';
import { TRAIL_KEPT_DAYS } from './positions.ts';
import { KEPT_ON_PHONE_MS, leftUnitAt, unitOf } from './posts.ts';
import { evidenceSince, readFields } from './read-field.ts';
import { readOwnShifts } from './roster.ts';
import { PHOTO_WITHIN_M } from './take-photo.ts';

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
    readPatrolCases(db, await listOwnCases(db, unitId)),
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

interface ListedCase {
  id: string;
  /** null: the unit has it. */
  leftAt: Date | null;
}

/** Cases of a unit: those that it has, and those that it had lately. */
async function listOwnCases(db: Kysely<Schema>, unitId: string): Promise<ListedCase[]> {
  const since = new Date(Date.now() - KEPT_ON_PHONE_MS);
  const { rows } = await sql<ListedCase>`
    select o.id, o."leftAt" from (
      select c.id, null::timestamptz as "leftAt", c.state, c.opened_at from cases c
        where c.unit_id = ${unitId} and c.state <> 'closed'
      union all
      select c.id, null, c.state, c.opened_at from cases c
        where c.unit_id = ${unitId} and c.state = 'closed' and c.closed_at > ${since}
      union all
      select c.id, ${leftUnitAt(unitId)}, c.state, c.opened_at from cases c
        where c.unit_id is distinct from ${unitId} and c.id in (
          select l.case_id from case_entries l
            where l.at > ${since} and l.kind in ('returned', 'recalled', 'reopened', 'assigned')
              and exists (select from case_entries e
                where e.case_id = l.case_id and e.kind = 'assigned' and e.unit_id = ${unitId}))
    ) o where o."leftAt" is null or o."leftAt" > ${since}
    order by o."leftAt" is not null, o.state = 'closed', o.opened_at desc limit ${MOST_CASES}`.execute(db);
  return rows;
}

async function readPatrolCases(db: Kysely<Schema>, listed: readonly ListedCase[]): Promise<PatrolCase[]> {
  const ids = listed.map(({ id }) => id);
  const [found, fields, pictures] = await Promise.all([
    readCases(db, null, ids),
    readFields(db, ids),
    readEvidence(db, ids),
  ]);
  const byId = new Map(found.map(({ case: one }) => [one.id, one]));
  return listed.flatMap(({ id, leftAt }) => {
    const one = byId.get(id);
    if (!one) return [];
    const seen = (pictures.get(id) ?? []).filter(({ sinceMs }) => leftAt === null || sinceMs <= leftAt.getTime());
    const evidence = seen.map(({ sinceMs, ...picture }) => picture);
    const whole = { ...one, evidence, field: fields.get(id)!, mine: leftAt === null };
    return [leftAt === null ? whole : asItLeft(whole, leftAt)];
  });
}

/** A case as far as a unit that had it may know: what came after it left is for those who have it. */
function asItLeft(one: PatrolCase, leftAt: Date): PatrolCase {
  const came = (at: string) => Date.parse(at) <= leftAt.getTime();
  const { photos, messages, steps, caseId } = one.field;
  // With the entry that took it away and why, unless it says whose it became.
  const entries = one.entries.filter(({ at, kind }) =>
    kind === 'assigned' ? Date.parse(at) < leftAt.getTime() : came(at),
  );
  const alertIds = one.alertIds.filter((id) => one.evidence.some(({ alertId }) => alertId === id));
  const { state, suspended, supervised, outcome, appeal } = standingOf(entries);
  return {
    ...one,
    ...{ entries, alertIds, state, suspended, supervised, outcome, appeal },
    ...{ unitId: null, unitName: null, assisting: [], closedAt: null, clock: null, late: [] },
    ...{ mergedInto: null, mergedIds: [], linkedIds: [] },
    checks: one.checks.filter(({ askedAt }) => came(askedAt)),
    field: {
      caseId,
      photos: photos.filter(({ receivedAt }) => came(receivedAt)),
      messages: messages.filter(({ at }) => came(at)),
      steps: steps.filter(({ receivedAt }) => came(receivedAt)),
    },
  };
}

/** A picture of a case, and since when it has it. */
type CasePicture = PatrolCase['evidence'][number] & { sinceMs: number };

async function readEvidence(db: Kysely<Schema>, caseIds: readonly string[]): Promise<Map<string, CasePicture[]>> {
  const rows = await db
    .selectFrom('case_alerts as c')
    .innerJoin('alert_pictures as p', 'p.alert_id', 'c.alert_id')
    .select(['c.case_id', 'p.alert_id', 'p.moment', 'p.captured_at', 'p.boxes', evidenceSince.as('since')])
    .where('c.case_id', '=', sql<string>`any(${[...caseIds]}::text[])`)
    .where('p.moment', '=', 'onset')
    .orderBy('p.captured_at')
    .execute();
  const evidence = new Map<string, CasePicture[]>();
  for (const { case_id, alert_id, moment, captured_at, boxes, since } of rows) {
    const picture = {
      alertId: alert_id,
      moment,
      capturedAt: captured_at.toISOString(),
      boxes,
      sinceMs: since.getTime(),
    };
    evidence.set(case_id, [...(evidence.get(case_id) ?? []), picture]);
  }
  return evidence;
}
