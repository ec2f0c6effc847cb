import type { Kysely } from 'kysely';
import type { Severity } from '#config/rule.ts';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { County } from '../contract/camera.ts';
import type { Case } from '../contract/case.ts';
import { recordCase } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { type CasePolicy, limitOf } from './case-clocks.ts';
import { keepStanding } from './keep-standing.ts';
import { nextId } from './open-case.ts';

interface FoundProblem extends Pick<Case, 'rule' | 'lngLat'> {
  /** In words, as no camera names it. */
  place: string;
  note: string;
  county: County | null;
  /** What the site makes of the rule. */
  of: { severity: Severity; codeset: string; code: string };
}

/**
 * Opens a case of what somebody found, with no alert and no camera behind it. It belongs to where it was found, and to the
 * department of who found it.
 * @param admit may refuse, and write with the case or not at all
 * @returns its id
 */
export async function reportProblem(
  db: Kysely<Schema>,
  account: Account,
  { rule, lngLat, place, note, county, of }: FoundProblem,
  policy: CasePolicy,
  admit: (trx: Trx, caseId: string) => Promise<void>,
): Promise<string> {
  return db.transaction().execute(async (trx) => {
    const openedAt = new Date();
    const id = await nextId(trx, openedAt, policy.timeZone);
    await admit(trx, id);
    await trx
      .insertInto('cases')
      .values({
        ...{ id, seq: 0, state: 'opened', rule, ...of, opened_at: openedAt, camera_name: place },
        lng_lat: `(${lngLat[0]},${lngLat[1]})`,
        county_code: county?.code ?? null,
        county_name: county?.name ?? null,
        division: county?.code ?? account.division,
        department: account.department,
      })
      .execute();
    const limit = limitOf(policy, 'opened', of);
    await trx
      .insertInto('case_entries')
      .values({
        ...{ case_id: id, kind: 'opened', at: openedAt, by: account.displayName, unit_id: null, unit_name: null, note },
        time_limit: limit && JSON.stringify(limit),
      })
      .execute();
    await keepStanding(trx, id, [{ kind: 'opened', unitId: null, limit, atMs: openedAt.getTime() }], policy);
    await recordCase(trx, id);
    return id;
  });
}
