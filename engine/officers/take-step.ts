import type { Kysely } from 'kysely';
import { appendEntry } from '../cases/append-entry.ts';
import type { CasePolicy } from '../cases/case-clocks.ts';
import { reportProblem } from '../cases/report-problem.ts';
import type { Account } from '../contract/account.ts';
import type { County } from '../contract/camera.ts';
import type { PatrolReport, PatrolStep } from '../contract/patrol.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { assertOwnCase, CameBeforeError, notePost, notYoursNow, postedBefore, unitOf } from './posts.ts';

/** Which photo must be there before a step. */
const NEEDS_PHOTO = { started: 'before', handled: 'after' } as const;

/**
 * Does what an officer did with a case, once for each id that the phone gave. Starting asks for a photo of before, having handled for one
 * of after, of the officer's own unit, taken since the case was last sent to it.
 * @throws Refusal 404 `not-found`, 409 `not-yours-now`, 422 `photo-required`, and those of `appendEntry`.
 */
export async function takeStep(
  db: Kysely<Schema>,
  account: Account,
  caseId: string,
  { clientId, kind, note, doneAt }: PatrolStep,
  policy: CasePolicy,
): Promise<void> {
  const post = { clientId, what: `step-${kind}`, caseId, doneAt: new Date(doneAt) };
  if ((await postedBefore(db, account, post)) !== null) return;
  const unitId = unitOf(account);
  await assertOwnCase(db, account, caseId);
  try {
    await appendEntry(db, account, caseId, { kind, note }, policy, async (trx, row) => {
      await notePost(trx, account, post);
      // A note is taken of what was the unit's too: nothing that was done out there is lost.
      if (kind === 'noted') return;
      if (row.unit_id !== unitId) throw notYoursNow(caseId);
      if (kind === 'started' || kind === 'handled') await assertPhoto(trx, caseId, unitId, NEEDS_PHOTO[kind]);
    });
  } catch (error) {
    if (!(error instanceof CameBeforeError)) throw error;
  }
}

/**
 * Opens a case of what an officer found.
 * @returns its id
 */
export async function takeReport(
  db: Kysely<Schema>,
  account: Account,
  report: PatrolReport,
  site: { policy: CasePolicy; county: County | null; of: Parameters<typeof reportProblem>[2]['of'] },
): Promise<string> {
  const { clientId, doneAt, rule, place, note, lngLat } = report;
  const before = await postedBefore(db, account, { clientId, what: 'report' });
  if (before !== null) return before;
  unitOf(account);
  try {
    return await reportProblem(
      db,
      account,
      { rule, place, note, lngLat, county: site.county, of: site.of },
      site.policy,
      (trx, caseId) => notePost(trx, account, { clientId, what: 'report', caseId, doneAt: new Date(doneAt) }),
    );
  } catch (error) {
    if (!(error instanceof CameBeforeError)) throw error;
    return (await postedBefore(db, account, { clientId, what: 'report' }))!;
  }
}

async function assertPhoto(
  trx: Kysely<Schema>,
  caseId: string,
  unitId: string,
  kind: 'before' | 'after',
): Promise<void> {
  const sent = await trx
    .selectFrom('case_entries')
    .select('at')
    .where('case_id', '=', caseId)
    // Sent back to be done again, the place need not be taken as it was before once more.
    .where('kind', 'in', kind === 'before' ? ['assigned'] : ['assigned', 'rework'])
    .where((where) => where.or([where('unit_id', '=', unitId), where('kind', '=', 'rework')]))
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  const photo = await trx
    .selectFrom('case_photos as p')
    .innerJoin('accounts as a', 'a.id', 'p.account_id')
    .select('p.id')
    .where('p.case_id', '=', caseId)
    .where('p.kind', '=', kind)
    .where('p.received_at', '>', sent?.at ?? new Date(0))
    .where('a.unit_id', '=', unitId)
    .limit(1)
    .executeTakeFirst();
  if (photo) return;
  throw new Refusal(422, 'photo-required', `A photo from ${kind} it was handled must be sent first.`, {
    got: 'no photo',
    expected: `a photo of the kind "${kind}"`,
  });
}
