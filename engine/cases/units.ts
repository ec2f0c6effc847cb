import type { Kysely } from 'kysely';
import type { UnitConfig } from '#config/site.ts';
import { assertSees, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Unit } from '../contract/case.ts';
import { Refusal } from '../contract/refusal.ts';
import { recordChange } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';

/** The units that the account may send out, by name. */
export async function listUnits(db: Kysely<Schema>, account: Account | null): Promise<Unit[]> {
  return db.selectFrom('units').selectAll().where(visibleTo(account)).orderBy('name').orderBy('id').execute();
}

/** Those of the ids that are there and visible. */
export async function readUnits(db: Kysely<Schema>, account: Account | null, ids: readonly string[]): Promise<Unit[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('units').selectAll().where('id', 'in', ids).where(visibleTo(account)).execute();
}

/** @throws Refusal 409 `unit-exists`, 403 `outside-your-scope`. */
export async function createUnit(db: Kysely<Schema>, by: Account | string, unit: UnitConfig): Promise<Unit> {
  assertSees(by, unit);
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('units')
      .values(unit)
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) {
      throw new Refusal(409, 'unit-exists', `There is a unit "${unit.id}" already.`, {
        got: unit.id,
        expected: 'an id that no other unit has',
      });
    }
    await recordChange(trx, { kind: 'unit', entityId: unit.id, scope: unit });
    return row;
  });
}
