import type { Kysely, Selectable } from 'kysely';
import type { UnitConfig } from '#config/site.ts';
import { assertSees, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Unit } from '../contract/case.ts';
import { Refusal } from '../contract/refusal.ts';
import { recordChange } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';

/** The units that the account may send out, by name. */
export async function listUnits(db: Kysely<Schema>, account: Account | null): Promise<Unit[]> {
  const rows = await db
    .selectFrom('units')
    .selectAll()
    .where(visibleTo(account))
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows.map(toUnit);
}

/** Those of the ids that are there and visible. */
export async function readUnits(db: Kysely<Schema>, account: Account | null, ids: readonly string[]): Promise<Unit[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('units').selectAll().where('id', 'in', ids).where(visibleTo(account)).execute();
  return rows.map(toUnit);
}

/** @throws Refusal 409 `unit-exists`, 403 `outside-your-scope`. */
export async function createUnit(db: Kysely<Schema>, by: Account | string, unit: UnitConfig): Promise<Unit> {
  assertSees(by, unit);
  const { lngLat, workingHours, ...rest } = unit;
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('units')
      .values({
        ...rest,
        lng_lat: lngLat ? `(${lngLat[0]},${lngLat[1]})` : null,
        working_hours: workingHours ? JSON.stringify(workingHours) : null,
      })
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
    return toUnit(row);
  });
}

function toUnit({ lng_lat, working_hours, ...unit }: Selectable<Schema['units']>): Unit {
  return { ...unit, lngLat: lng_lat && [lng_lat.x, lng_lat.y], workingHours: working_hours };
}
