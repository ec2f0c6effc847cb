import type { Kysely } from 'kysely';
import type { Severity } from '#config/rule.ts';
import { assertSees } from '../accounts/visible-to.ts';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { County } from '../contract/camera.ts';
import type { Case } from '../contract/case.ts';
import { recordCase } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import type { CasePolicy } from './case-clocks.ts';
import { beginCase } from './open-case.ts';

interface FoundProblem extends Pick<Case, 'rule' | 'lngLat'> {
  /** In words, as no camera names it. */
  place: string;
  note: string;
  county: County | null;
  /** What the site makes of the rule. */
  of: { severity: Severity; codeset: string; code: string };
}

/**
 * Takes up what an officer found, with no alert and no camera behind it: it waits to be registered. It belongs to where it was
 * found, and to the department of who found it.
 * @param admit may refuse, and write with the case or not at all
 * @returns its id
 * @throws Refusal 403 `outside-your-scope`: the place is in no county of the account's.
 */
export async function reportProblem(
  db: Kysely<Schema>,
  account: Account,
  { rule, lngLat, place, note, county, of }: FoundProblem,
  policy: CasePolicy,
  admit: (trx: Trx, caseId: string) => Promise<void>,
): Promise<string> {
  const division = county?.code ?? account.division;
  assertSees({ ...account, department: null }, { division, department: null });
  return db.transaction().execute(async (trx) => {
    const id = await beginCase(trx, 'reported', account.displayName, note, policy, {
      ...{ rule, ...of, source: 'officer', camera_name: place },
      lng_lat: `(${lngLat[0]},${lngLat[1]})`,
      county_code: county?.code ?? null,
      county_name: county?.name ?? null,
      ...{ division, department: account.department },
    });
    await admit(trx, id);
    await recordCase(trx, id);
    return id;
  });
}
