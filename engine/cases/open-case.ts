import { type Kysely, type Selectable, sql } from 'kysely';
import { Severity } from '#config/rule.ts';
import { coveringDivision, visibleTo } from '../accounts/visible-to.ts';
import { addEntry } from '../alerts/judge.ts';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { Handling } from '../contract/alert.ts';
import type { Case } from '../contract/case.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import { recordAlerts, recordCase } from '../store/changes.ts';
import type { AlertsTable, Schema } from '../store/schema.ts';
import { type CasePolicy, limitOf } from './case-clocks.ts';
import { keepStanding } from './keep-standing.ts';
import { readCase } from './read-cases.ts';

/**
 * Opens a case from alerts that are in no open one: what still stands when its case is closed can be taken up again. Its class and place are the first alert's, its severity the gravest; it
 * belongs to the division that covers them all. Its id is the day of the site and the number on that day: 20261125-0007.
 * @throws Refusal 404 `not-found` of an alert, 409 `alert-in-case`.
 */
export async function openCase(
  db: Kysely<Schema>,
  account: Account,
  { alertIds, note }: { alertIds: readonly string[]; note: string },
  policy: CasePolicy,
): Promise<Case> {
  return db.transaction().execute(async (trx) => {
    const alerts = await lockAlerts(trx, account, [...new Set(alertIds)]);
    const first = alerts[0]!;
    const openedAt = new Date();
    const id = await nextId(trx, openedAt, policy.timeZone);
    const departments = new Set(alerts.map((alert) => alert.department));
    await trx
      .insertInto('cases')
      .values({
        id,
        seq: 0,
        state: 'opened',
        rule: first.rule,
        severity: gravest(alerts),
        codeset: first.codeset,
        code: first.code,
        opened_at: openedAt,
        camera_name: first.camera_name,
        lng_lat: `(${first.lng_lat.x},${first.lng_lat.y})`,
        county_code: first.county_code,
        county_name: first.county_name,
        division: coveringDivision(alerts.map((alert) => alert.division)),
        department: departments.size === 1 ? first.department : null,
      })
      .execute();
    const limit = limitOf(policy, 'opened', first);
    await trx
      .insertInto('case_entries')
      .values({
        ...{ case_id: id, kind: 'opened', at: openedAt, by: account.displayName, unit_id: null, unit_name: null, note },
        time_limit: limit && JSON.stringify(limit),
      })
      .execute();
    await keepStanding(trx, id, [{ kind: 'opened', unitId: null, limit, atMs: openedAt.getTime() }], policy);
    const ids = alerts.map((alert) => alert.id);
    // Who makes a case of an alert has taken it up.
    const handling = sql<Handling>`case handling when 'new' then 'acknowledged' else handling end`;
    await trx.updateTable('alerts').set({ case_id: id, handling }).where('id', 'in', ids).execute();
    await trx
      .insertInto('case_alerts')
      .values(ids.map((alert_id) => ({ case_id: id, alert_id })))
      .execute();
    for (const alertId of ids) await addEntry(trx, alertId, 'case-opened', account, note);
    await recordCase(trx, id);
    await recordAlerts(trx, ids);
    return present(trx, id);
  });
}

type AlertRow = Selectable<AlertsTable>;

/** In the order in which they were named, locked in the order of their ids. */
async function lockAlerts(trx: Trx, account: Account, ids: readonly string[]): Promise<AlertRow[]> {
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

export async function nextId(trx: Trx, at: Date, timeZone: string): Promise<string> {
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
