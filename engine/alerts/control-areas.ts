import { type Kysely, type Selectable, sql } from 'kysely';
import { ulid } from 'ulid';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { ControlArea, HeldBack, NewControlArea } from '../contract/case-policy.ts';
import { crossingOf } from '../contract/polygon.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

const MOST_LISTED = 500;

type AreaRow = Selectable<Schema['control_areas']> & { held: number };

function selectAreas(db: Kysely<Schema>, account: Account | null) {
  return db
    .selectFrom('control_areas')
    .selectAll()
    .select(sql<number>`(select count(*) from held_back h where h.area_id = control_areas.id)`.as('held'))
    .where(visibleTo(account));
}

/** The areas in force, newest first; `all`: also those that were revoked. */
export async function listControlAreas(
  db: Kysely<Schema>,
  account: Account | null,
  { all = false }: { all?: boolean } = {},
): Promise<ControlArea[]> {
  const rows = await selectAreas(db, account)
    .$if(!all, (query) => query.where('revoked_at', 'is', null))
    .orderBy('id', 'desc')
    .limit(MOST_LISTED)
    .execute();
  return rows.map(toArea);
}

/**
 * Makes an area of the account's own division and department: it holds back what their cameras see there.
 * @throws Refusal 422 `bad-polygon`
 */
export async function createControlArea(
  db: Kysely<Schema>,
  account: Account,
  { name, corners, hours, rules, reason }: NewControlArea,
): Promise<ControlArea> {
  if (crossingOf(corners) !== null) {
    throw new Refusal(422, 'bad-polygon', 'The outline of the area crosses itself.', {
      got: corners,
      expected: 'corners one after the other around the area',
    });
  }
  const { division, department, displayName } = account;
  const id = ulid();
  await db
    .insertInto('control_areas')
    .values({
      ...{ id, name, reason, by: displayName, division, department },
      corners: JSON.stringify(corners),
      hours: hours ? JSON.stringify(hours) : null,
      rules: rules ? JSON.stringify(rules) : null,
    })
    .execute();
  return toArea(await selectAreas(db, account).where('id', '=', id).executeTakeFirstOrThrow());
}

/**
 * From now on things there are raised again; what was held back stays listed.
 * @throws Refusal 404 `not-found`, 409 `already-revoked`
 */
export async function revokeControlArea(
  db: Kysely<Schema>,
  account: Account,
  id: string,
  reason: string,
): Promise<ControlArea> {
  const known = await selectAreas(db, account).where('id', '=', id).executeTakeFirst();
  if (!known) throw notVisible('control area', id);
  const done = await db
    .updateTable('control_areas')
    .set({ revoked_at: new Date(), revoked_by: account.displayName, revoke_reason: reason })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!done.numUpdatedRows) {
    throw new Refusal(409, 'already-revoked', 'That area was revoked already.', {
      got: known.revoked_at?.toISOString() ?? null,
      expected: 'an area that is in force',
    });
  }
  return toArea(await selectAreas(db, account).where('id', '=', id).executeTakeFirstOrThrow());
}

/** What was held back lately, of one area or of all, the latest first. */
export async function listHeldBack(
  db: Kysely<Schema>,
  account: Account | null,
  areaId: string | undefined,
): Promise<HeldBack[]> {
  const rows = await db
    .selectFrom('held_back')
    .selectAll()
    .where(visibleTo(account))
    .$if(areaId !== undefined, (query) => query.where('area_id', '=', areaId!))
    .orderBy('last_at', 'desc')
    .limit(MOST_LISTED)
    .execute();
  return rows.map((row) => ({
    ...{ id: row.id, areaId: row.area_id, cameraId: row.camera_id, cameraName: row.camera_name },
    ...{ rule: row.rule, classGroup: row.class_group, box: row.box, lngLat: [row.lng_lat.x, row.lng_lat.y] },
    ...{ firstAt: row.first_at.toISOString(), lastAt: row.last_at.toISOString() },
  }));
}

function toArea(row: AreaRow): ControlArea {
  return {
    ...{ id: row.id, name: row.name, corners: row.corners, hours: row.hours, rules: row.rules, reason: row.reason },
    ...{ at: row.at.toISOString(), by: row.by, heldBack: Number(row.held) },
    ...{ revokedAt: row.revoked_at?.toISOString() ?? null, revokedBy: row.revoked_by, revokeReason: row.revoke_reason },
  };
}
