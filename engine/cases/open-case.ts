import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import type { LngLat } from '#config/camera.ts';
import { Severity } from '#config/rule.ts';
import { assertSees, coveringDivision, nameOf, visibleTo } from '../accounts/visible-to.ts';
import { addEntry } from '../alerts/judge.ts';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Counties } from '../cameras/counties.ts';
import type { Account } from '../contract/account.ts';
import type { Handling } from '../contract/alert.ts';
import type { County } from '../contract/camera.ts';
import type { Case, NewReport } from '../contract/case.ts';
import { BEGINNINGS } from '../contract/case-steps.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { CasesTable } from '../store/case-tables.ts';
import { recordAlerts, recordCase } from '../store/changes.ts';
import type { AlertsTable, Schema } from '../store/schema.ts';
import { type CasePolicy, limitOf, type TimedEntry } from './case-clocks.ts';
import { keepStanding } from './keep-standing.ts';
import { readCase } from './read-cases.ts';

/**
 * Opens a case from alerts that are in no open one: what still stands when its case is closed can be taken up again. Its class
 * and place are the first alert's, its severity the gravest; it belongs to the division that covers them all. Its id is the day
 * of the site and the number on that day: 20261125-0007.
 * @param by who opens it; a name is the engine's own part
 * @throws Refusal 404 `not-found` of an alert, 409 `alert-in-case`.
 */
export async function openCase(
  db: Kysely<Schema>,
  by: Account | string,
  { alertIds, note }: { alertIds: readonly string[]; note: string },
  policy: CasePolicy,
): Promise<Case> {
  return db.transaction().execute(async (trx) => {
    const alerts = await lockAlerts(trx, typeof by === 'string' ? null : by, [...new Set(alertIds)]);
    const first = alerts[0]!;
    const departments = new Set(alerts.map((alert) => alert.department));
    const id = await beginCase(trx, 'opened', nameOf(by), note, policy, {
      rule: first.rule,
      algorithm_name: first.algorithm_name && JSON.stringify(first.algorithm_name),
      severity: gravest(alerts),
      codeset: first.codeset,
      code: first.code,
      source: 'alert',
      camera_name: first.camera_name,
      lng_lat: `(${first.lng_lat.x},${first.lng_lat.y})`,
      county_code: first.county_code,
      county_name: first.county_name,
      division: coveringDivision(alerts.map((alert) => alert.division)),
      department: departments.size === 1 ? first.department : null,
    });
    const ids = alerts.map((alert) => alert.id);
    // Who makes a case of an alert has taken it up.
    const handling = sql<Handling>`case handling when 'new' then 'acknowledged' else handling end`;
    await trx.updateTable('alerts').set({ case_id: id, handling }).where('id', 'in', ids).execute();
    await trx
      .insertInto('case_alerts')
      .values(ids.map((alert_id) => ({ case_id: id, alert_id })))
      .execute();
    for (const alertId of ids) await addEntry(trx, alertId, 'case-opened', by, note);
    await recordCase(trx, id);
    await recordAlerts(trx, ids);
    return present(trx, id);
  });
}

/**
 * Takes up what somebody reports and no alert raised (受理). It is verified and registered, or made void.
 * @throws Refusal 422 `outside-the-city`, 403 `outside-your-scope`: the place is in no county of the account's.
 */
export async function reportCase(
  db: Kysely<Schema>,
  account: Account,
  { source, codeset, code, severity, lngLat, place, note }: NewReport,
  { policy, counties, division: city }: { policy: CasePolicy; counties: Counties; division: string },
): Promise<Case> {
  const { county, division } = placeOfReport(account, lngLat, { counties, division: city });
  return db.transaction().execute(async (trx) => {
    const id = await beginCase(trx, 'reported', account.displayName, note, policy, {
      ...{ rule: null, severity, codeset, code, source, camera_name: place },
      lng_lat: `(${lngLat[0]},${lngLat[1]})`,
      county_code: county?.code ?? null,
      county_name: county?.name ?? null,
      ...{ division, department: account.department },
    });
    await recordCase(trx, id);
    return present(trx, id);
  });
}

/**
 * Whose a place is that something is reported at. A site without outlines takes any place.
 * @throws Refusal 422 `outside-the-city`, 403 `outside-your-scope`
 */
export function placeOfReport(
  account: Account,
  lngLat: LngLat,
  { counties, division: city }: { counties: Counties; division: string },
): { county: County | null; division: string } {
  const county = counties.of(lngLat);
  if (!county && counties.geojson.features.length > 0) {
    throw new Refusal(422, 'outside-the-city', 'The place is in none of the city’s counties.', {
      got: lngLat,
      expected: `longitude and latitude (WGS84) within ${city}`,
    });
  }
  const division = county?.code ?? city;
  assertSees({ ...account, department: null }, { division, department: null });
  return { county, division };
}

type NewRow = Omit<Insertable<CasesTable>, 'id' | 'seq' | 'state' | 'opened_at'>;

/** Writes a case's row and its first entry. @returns its id */
export async function beginCase(
  trx: Trx,
  kind: keyof typeof BEGINNINGS,
  by: string,
  note: string,
  policy: CasePolicy,
  row: NewRow,
): Promise<string> {
  const openedAt = new Date();
  const id = await nextId(trx, openedAt, policy.timeZone);
  await trx
    .insertInto('cases')
    .values({ ...row, id, seq: 0, state: BEGINNINGS[kind].to, opened_at: openedAt })
    .execute();
  const limit = limitOf(policy, kind, row);
  await trx
    .insertInto('case_entries')
    .values({
      ...{ case_id: id, kind, at: openedAt, by, unit_id: null, unit_name: null, note },
      time_limit: limit && JSON.stringify(limit),
    })
    .execute();
  const first: TimedEntry = { kind, unitId: null, limit, atMs: openedAt.getTime(), hours: null };
  await keepStanding(trx, id, [first], policy);
  return id;
}

type AlertRow = Selectable<AlertsTable>;

/** In the order in which they were named, locked in the order of their ids. */
async function lockAlerts(trx: Trx, account: Account | null, ids: readonly string[]): Promise<AlertRow[]> {
  const rows = await trx
    .selectFrom('alerts')
    .selectAll()
    .where('id', 'in', ids)
    .where(visibleTo(account))
    .orderBy('id')
    .forUpdate()
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const caseIds = rows.flatMap((row) => row.case_id ?? []);
  const open = await trx
    .selectFrom('cases')
    .select('id')
    .where('id', '=', sql<string>`any(${caseIds}::text[])`)
    .where('state', '<>', 'closed')
    .execute();
  const taken = rows.filter((row) => open.some(({ id }) => id === row.case_id));
  if (taken.length > 0) {
    throw new Refusal(409, 'alert-in-case', `In an open case already: ${taken.length} of ${rows.length} alerts.`, {
      got: taken.map(({ id, case_id }) => ({ alertId: id, caseId: case_id })),
      expected: 'alerts that are in no open case',
    });
  }
  return ids.map((id) => {
    const row = byId.get(id);
    if (!row) throw notVisible('alert', id);
    return row;
  });
}

async function nextId(trx: Trx, at: Date, timeZone: string): Promise<string> {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
  const { last } = await trx
    .insertInto('case_numbers')
    .values({ day, last: 1 })
    .onConflict((conflict) => conflict.column('day').doUpdateSet({ last: sql`case_numbers.last + 1` }))
    .returning('last')
    .executeTakeFirstOrThrow();
  return `${day.replaceAll('-', '')}-${String(last).padStart(4, '0')}`;
}

function gravest(alerts: readonly AlertRow[]): AlertRow['severity'] {
  const found = Severity.options.find((severity) => alerts.some((alert) => alert.severity === severity));
  return found ?? alerts[0]!.severity;
}

export async function present(trx: Trx, id: string): Promise<Case> {
  const found = await readCase(trx, null, id);
  if (!found) throw new Error(`case ${id} is gone within its own transaction`);
  return found;
}
