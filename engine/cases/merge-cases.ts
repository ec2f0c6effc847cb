import { type Kysely, sql } from 'kysely';
import type { Trx } from '../alerts/write-alerts.ts';
import type { Account } from '../contract/account.ts';
import type { Case } from '../contract/case.ts';
import { mayFollow, type NewEntryKind, standingOf } from '../contract/case-steps.ts';
import { Refusal } from '../contract/refusal.ts';
import { recordAlerts, recordCase } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import type { CasePolicy } from './case-clocks.ts';
import { present } from './open-case.ts';
import { type LockedCase, lockCase, writeEntry } from './write-entry.ts';

interface Pair {
  id: string;
  otherId: string;
  note: string;
}

/**
 * Makes a case part of another one, which goes on with the alerts of both. It keeps its own entries, stands still, and can be
 * split off as it was.
 * @throws Refusal 404 `not-found`, 409 `same-case`, `wrong-step`, `has-parts`
 */
export async function mergeCase(
  db: Kysely<Schema>,
  account: Account,
  { id, otherId, note }: Pair,
  policy: CasePolicy,
): Promise<Case> {
  return db.transaction().execute(async (trx) => {
    const [one, other] = await lockPair(trx, account, id, otherId);
    assertMay(one, 'merged');
    assertMay(other, 'merged-into');
    await assertWhole(trx, otherId);
    const moved = other.alerts.filter(({ case_id }) => case_id === otherId).map((alert) => alert.id);
    await moveAlerts(trx, moved, id);
    const by = account.displayName;
    await trx.updateTable('cases').set({ merged_into: id }).where('id', '=', otherId).execute();
    await writeEntry(trx, other, { kind: 'merged-into', by, note, detail: { kind: 'case', caseId: id } }, policy);
    await writeEntry(trx, one, { kind: 'merged', by, note, detail: { kind: 'case', caseId: otherId } }, policy);
    return tell(trx, id, otherId, moved);
  });
}

/**
 * Takes a case out of the one that it is part of: it stands as it did, its clock goes on, and its alerts are its own again.
 * @throws Refusal 404 `not-found`, 409 `not-part`, `wrong-step`
 */
export async function splitCase(
  db: Kysely<Schema>,
  account: Account,
  { id, otherId, note }: Pair,
  policy: CasePolicy,
): Promise<Case> {
  return db.transaction().execute(async (trx) => {
    const [one, other] = await lockPair(trx, account, id, otherId);
    if (other.row.merged_into !== id) {
      throw new Refusal(409, 'not-part', `Case "${otherId}" is no part of case "${id}".`, {
        got: other.row.merged_into,
        expected: 'a case that was merged into this one',
      });
    }
    // What is over stays as it was decided.
    assertMay(one, 'merged');
    assertMay(other, 'split');
    const own = other.alerts.filter(({ case_id }) => case_id === id).map((alert) => alert.id);
    await trx
      .deleteFrom('case_alerts')
      .where('case_id', '=', id)
      .where('alert_id', 'in', [...own, ''])
      .execute();
    await trx
      .updateTable('alerts')
      .set({ case_id: otherId })
      .where('id', 'in', [...own, ''])
      .execute();
    const by = account.displayName;
    await trx.updateTable('cases').set({ merged_into: null }).where('id', '=', otherId).execute();
    await writeEntry(trx, other, { kind: 'split', by, note, detail: { kind: 'case', caseId: id } }, policy);
    await writeEntry(trx, one, { kind: 'noted', by, note, detail: { kind: 'case', caseId: otherId } }, policy);
    return tell(trx, id, otherId, own);
  });
}

/**
 * Notes that two cases have to do with each other, and leaves them two.
 * @throws Refusal 404 `not-found`, 409 `same-case`, `already-linked`
 */
export async function linkCases(
  db: Kysely<Schema>,
  account: Account,
  { id, otherId, note }: Pair,
  policy: CasePolicy,
): Promise<Case> {
  return db.transaction().execute(async (trx) => {
    const [one, other] = await lockPair(trx, account, id, otherId);
    const by = account.displayName;
    const [first, second] = id < otherId ? [id, otherId] : [otherId, id];
    const linked = await trx
      .insertInto('case_links')
      .values({ case_id: first, other_id: second, by })
      .onConflict((conflict) => conflict.doNothing())
      .returning('at')
      .executeTakeFirst();
    if (!linked) {
      throw new Refusal(409, 'already-linked', `The cases "${id}" and "${otherId}" are linked already.`, {
        got: otherId,
        expected: 'a case that is not linked with this one',
      });
    }
    await writeEntry(trx, one, { kind: 'linked', by, note, detail: { kind: 'case', caseId: otherId } }, policy);
    await writeEntry(trx, other, { kind: 'linked', by, note, detail: { kind: 'case', caseId: id } }, policy);
    return tell(trx, id, otherId, []);
  });
}

/** Alerts of both before the cases, and both in the order of their ids: as everybody locks them. */
async function lockPair(trx: Trx, account: Account, id: string, otherId: string): Promise<[LockedCase, LockedCase]> {
  if (id === otherId) {
    throw new Refusal(409, 'same-case', 'A case cannot be merged or linked with itself.', {
      got: otherId,
      expected: 'another case',
    });
  }
  await sql`
    select from alerts where id in (select alert_id from case_alerts where case_id in (${id}, ${otherId}))
    order by id for update`.execute(trx);
  const locked = new Map<string, LockedCase>();
  for (const each of [id, otherId].sort()) locked.set(each, await lockCase(trx, account, each));
  return [locked.get(id)!, locked.get(otherId)!];
}

function assertMay({ id, entries }: LockedCase, kind: NewEntryKind): void {
  const standing = standingOf(entries);
  if (mayFollow(standing, kind)) return;
  const stands = standing.outcome === 'merged' ? 'merged' : standing.suspended ? 'suspended' : standing.state;
  throw new Refusal(409, 'wrong-step', `Case "${id}" is ${stands}: it cannot be ${kind}.`, {
    got: { caseId: id, stands },
    expected: 'a case that is open and not suspended',
  });
}

/** @throws Refusal 409 `has-parts`: what is part of it would be two steps away. */
async function assertWhole(trx: Trx, id: string): Promise<void> {
  const parts = await trx.selectFrom('cases').select('id').where('merged_into', '=', id).execute();
  if (parts.length === 0) return;
  throw new Refusal(
    409,
    'has-parts',
    `Case "${id}" has cases merged into it: split them off, or merge the other way.`,
    {
      got: parts.map((part) => part.id),
      expected: 'a case that no other is part of',
    },
  );
}

async function moveAlerts(trx: Trx, alertIds: readonly string[], to: string): Promise<void> {
  if (alertIds.length === 0) return;
  await trx.updateTable('alerts').set({ case_id: to }).where('id', 'in', alertIds).execute();
  await trx
    .insertInto('case_alerts')
    .values(alertIds.map((alert_id) => ({ case_id: to, alert_id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function tell(trx: Trx, id: string, otherId: string, alertIds: readonly string[]): Promise<Case> {
  if (alertIds.length > 0) await recordAlerts(trx, alertIds);
  for (const each of [id, otherId].sort()) await recordCase(trx, each);
  return present(trx, id);
}
