import { visibleTo } from '../accounts/visible-to.ts';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { CaseEntry, Unit } from '../contract/case.ts';
import { standingOf } from '../contract/case-steps.ts';
import { notVisible } from '../contract/refusal.ts';
import { recordAlerts, recordCase } from '../store/changes.ts';
import { type CasePolicy, limitOf, type TimedEntry } from './case-clocks.ts';
import { readTimedEntries } from './case-timers.ts';
import { keepStanding } from './keep-standing.ts';

/** A case that nobody else changes until the transaction ends. */
export type LockedCase = Awaited<ReturnType<typeof lockCase>>;

/**
 * Locks a case with its alerts: alerts before their case, by id, the order in which everybody locks them.
 * @param account null: the engine itself
 * @throws Refusal 404 `not-found`
 */
export async function lockCase(trx: Trx, account: Account | null, id: string) {
  const alerts = await trx
    .selectFrom('alerts')
    .innerJoin('case_alerts', 'case_alerts.alert_id', 'alerts.id')
    .select(['alerts.id', 'alerts.verdict', 'alerts.presence', 'alerts.case_id'])
    .where('case_alerts.case_id', '=', id)
    .orderBy('alerts.id')
    .forUpdate('alerts')
    .execute();
  const row = await trx
    .selectFrom('cases')
    .selectAll()
    .where('id', '=', id)
    .where(visibleTo(account))
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notVisible('case', id);
  const entries: TimedEntry[] = await readTimedEntries(trx, id);
  return { id, row, alerts, entries };
}

/**
 * Locks a case alone, unless somebody has it: null. Its alerts are left out, and nothing may be written that concerns them.
 */
export async function lockFree(trx: Trx, id: string): Promise<LockedCase | null> {
  const row = await trx
    .selectFrom('cases')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row ? { id, row, alerts: [], entries: await readTimedEntries(trx, id) } : null;
}

/** An entry as it is written; what is absent is none. */
export interface WrittenEntry
  extends Pick<CaseEntry, 'kind' | 'by'>,
    Partial<Pick<CaseEntry, 'note' | 'limit' | 'detail'>> {
  unit?: Unit | null;
  atMs?: number;
}

/**
 * Appends an entry to a case that is locked and brings the case to what follows. Closing one that was handled confirms those of
 * its alerts that nobody has judged; closing one that nobody went to judges nothing. Whoever calls it records the change.
 */
export async function writeEntry(trx: Trx, locked: LockedCase, entry: WrittenEntry, policy: CasePolicy): Promise<void> {
  const { id, row, alerts, entries } = locked;
  const { kind, by, note = '', detail = null, unit = null, atMs = Date.now() } = entry;
  const limit = entry.limit ?? limitOf(policy, kind, row);
  const before = standingOf(entries);
  const hours = kind === 'assigned' ? (unit?.workingHours ?? null) : null;
  await trx
    .insertInto('case_entries')
    .values({
      ...{ case_id: id, kind, at: new Date(atMs), by, note },
      ...{ unit_id: unit?.id ?? null, unit_name: unit?.name ?? null },
      time_limit: limit && JSON.stringify(limit),
      unit_hours: hours && JSON.stringify(hours),
      detail: detail && JSON.stringify(detail),
    })
    .execute();
  entries.push({ kind, unitId: unit?.id ?? null, limit, atMs, hours });
  await keepStanding(trx, id, entries, policy);
  if (kind === 'closed' && before.state === 'handled') await confirm(trx, alerts);
  const { state } = standingOf(entries);
  if (kind === 'handled' && alerts.length > 0 && policy.checks) await wantCheck(trx, id, atMs, policy.checks.withinMs);
  else if (before.state === 'handled' && state !== 'handled') await endChecks(trx, id);
}

/** Records that a case changed, and, where it is closed now or open again, that its alerts did: last in a transaction. */
export async function recordStep(trx: Trx, { id, row, alerts, entries }: LockedCase): Promise<void> {
  const { state } = standingOf(entries);
  await recordCase(trx, id);
  // Each of its alerts tells that its case is closed, or open again.
  if (state !== row.state && (state === 'closed' || row.state === 'closed'))
    await recordAlerts(
      trx,
      alerts.map((alert) => alert.id),
    );
}

async function confirm(trx: Trx, alerts: LockedCase['alerts']): Promise<void> {
  const unjudged = alerts.filter(({ verdict }) => verdict === 'none').map((alert) => alert.id);
  if (unjudged.length === 0) return;
  await trx.updateTable('alerts').set({ verdict: 'confirmed' }).where('id', 'in', unjudged).execute();
}

/** Its cameras are to look again. */
async function wantCheck(trx: Trx, id: string, atMs: number, withinMs: number): Promise<void> {
  await trx
    .insertInto('case_checks')
    .values({ case_id: id, asked_at: new Date(atMs), until: new Date(atMs + withinMs) })
    .execute();
}

/** Somebody decided before its cameras did. */
async function endChecks(trx: Trx, id: string): Promise<void> {
  await trx
    .updateTable('case_checks')
    .set({ until: null })
    .where('case_id', '=', id)
    .where('until', 'is not', null)
    .execute();
}
