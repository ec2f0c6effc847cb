import { type Kysely, sql } from 'kysely';
import { ulid } from 'ulid';
import { createAccount } from '../accounts/accounts.ts';
import { visibleTo } from '../accounts/visible-to.ts';
import { readUnits } from '../cases/units.ts';
import type { Account } from '../contract/account.ts';
import type { NewOfficer, NewShift, Officer, OfficerPatch, Shift } from '../contract/officer.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { localInstant } from './local-instant.ts';
import { readPlaces } from './positions.ts';

const LONGEST_AHEAD_MS = 400 * 86_400_000;

/**
 * Makes an officer: an account of the role alone, bound to a unit, in the unit's own division and department.
 * @throws Refusal 422 `unit-unknown`, 409 `username-taken`.
 */
export async function createOfficer(db: Kysely<Schema>, by: Account, officer: NewOfficer): Promise<Officer> {
  const { username, displayName, password, unitId, skills, areas } = officer;
  const [unit] = await readUnits(db, by, [unitId]);
  if (!unit) throw unitUnknown(unitId);
  const { division, department } = unit;
  const account = { username, displayName, password, roles: ['officer' as const], division, department };
  const id = await db.transaction().execute(async (trx) => {
    const made = await createAccount(trx, account, by);
    await trx.updateTable('accounts').set({ unit_id: unitId }).where('id', '=', made.id).execute();
    await trx
      .insertInto('officers')
      .values({ account_id: made.id, skills, areas: JSON.stringify(areas) })
      .execute();
    return made.id;
  });
  return readOfficer(db, by, id);
}

/** @throws Refusal 404 `not-found`. */
export async function changeOfficer(
  db: Kysely<Schema>,
  by: Account,
  id: string,
  { skills, areas }: OfficerPatch,
): Promise<Officer> {
  await readOfficer(db, by, id);
  const set = { ...(skills && { skills }), ...(areas && { areas: JSON.stringify(areas) }) };
  if (Object.keys(set).length > 0) await db.updateTable('officers').set(set).where('account_id', '=', id).execute();
  return readOfficer(db, by, id);
}

/** Those that somebody may send out, by unit and name, with where they are while they are on shift. */
export async function listOfficers(db: Kysely<Schema>, viewer: Account | null, ids?: string[]): Promise<Officer[]> {
  const rows = await db
    .selectFrom('officers')
    .innerJoin('accounts', 'accounts.id', 'officers.account_id')
    .innerJoin('units', 'units.id', 'accounts.unit_id')
    .select(['accounts.id', 'accounts.username', 'accounts.display_name', 'officers.skills', 'officers.areas'])
    .select(['units.id as unit_id', 'units.name as unit_name'])
    .select(
      sql<number>`(select count(*)::int from cases
        where cases.unit_id = units.id and cases.state in ('assigned', 'started'))`.as('open_cases'),
    )
    .where(visibleTo(viewer, 'accounts'))
    .$if(ids !== undefined, (query) => query.where('accounts.id', 'in', ids ?? []))
    .orderBy('units.name')
    .orderBy('accounts.display_name')
    .execute();
  const shifts = await readShifts(
    db,
    rows.map(({ id }) => id),
  );
  const now = new Date();
  const onShift = rows.filter(({ id }) => shifts.get(id)?.some((shift) => isOn(shift, now))).map(({ id }) => id);
  const places = await readPlaces(db, onShift);
  return rows.map((row) => ({
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    unitId: row.unit_id,
    unitName: row.unit_name,
    skills: row.skills,
    areas: row.areas,
    shifts: shifts.get(row.id) ?? [],
    onShift: onShift.includes(row.id),
    place: places.get(row.id) ?? null,
    openCases: row.open_cases,
  }));
}

async function readOfficer(db: Kysely<Schema>, viewer: Account, id: string): Promise<Officer> {
  const [found] = await listOfficers(db, viewer, [id]);
  if (!found) throw notVisible('officer', id);
  return found;
}

const isOn = ({ startsAt, endsAt }: Shift, at: Date): boolean => new Date(startsAt) <= at && at < new Date(endsAt);

async function readShifts(db: Kysely<Schema>, accountIds: readonly string[]): Promise<Map<string, Shift[]>> {
  const rows = await db
    .selectFrom('shifts')
    .select(['id', 'account_id', 'starts_at', 'ends_at'])
    .where('account_id', '=', sql<string>`any(${[...accountIds]}::text[])`)
    .where('cancelled_at', 'is', null)
    .where('ends_at', '>', new Date())
    .orderBy('starts_at')
    .execute();
  const shifts = new Map<string, Shift[]>();
  for (const { id, account_id, starts_at, ends_at } of rows) {
    const shift = { id, startsAt: starts_at.toISOString(), endsAt: ends_at.toISOString() };
    shifts.set(account_id, [...(shifts.get(account_id) ?? []), shift]);
  }
  return shifts;
}

/** The shift that is on now, and the one after it. */
export async function readOwnShifts(
  db: Kysely<Schema>,
  accountId: string,
): Promise<{ shift: Shift | null; nextShift: Shift | null }> {
  const shifts = (await readShifts(db, [accountId])).get(accountId) ?? [];
  const now = new Date();
  return {
    shift: shifts.find((shift) => isOn(shift, now)) ?? null,
    nextShift: shifts.find(({ startsAt }) => new Date(startsAt) > now) ?? null,
  };
}

/**
 * Puts an officer on for some hours of a day of the site's calendar; "until" that is not after "from" is the next day's.
 * @throws Refusal 404 `not-found`, 409 `shift-overlaps`, 422 `shift-over`, `no-such-time`.
 */
export async function addShift(
  db: Kysely<Schema>,
  by: Account,
  officerId: string,
  { day, from, until }: NewShift,
  timeZone: string,
): Promise<Officer> {
  await readOfficer(db, by, officerId);
  const starts_at = localInstant(day, from, timeZone);
  const nextDay = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const ends_at = localInstant(until > from ? day : nextDay, until, timeZone);
  const now = Date.now();
  if (ends_at.getTime() <= now || starts_at.getTime() > now + LONGEST_AHEAD_MS) {
    throw new Refusal(422, 'shift-over', 'A shift is planned for what is yet to come, at most 400 days ahead.', {
      got: `${day} ${from}–${until}`,
      expected: 'a shift that ends in the future',
    });
  }
  await db.transaction().execute(async (trx) => {
    await trx.selectFrom('officers').select('account_id').where('account_id', '=', officerId).forUpdate().execute();
    const other = await trx
      .selectFrom('shifts')
      .select(['starts_at', 'ends_at'])
      .where('account_id', '=', officerId)
      .where('cancelled_at', 'is', null)
      .where('starts_at', '<', ends_at)
      .where('ends_at', '>', starts_at)
      .executeTakeFirst();
    if (other) {
      throw new Refusal(409, 'shift-overlaps', 'The officer has a shift at that time already.', {
        got: `${day} ${from}–${until}`,
        expected: `a time outside ${other.starts_at.toISOString()} to ${other.ends_at.toISOString()}`,
      });
    }
    const id = `shift-${ulid().toLowerCase()}`;
    await trx
      .insertInto('shifts')
      .values({ id, account_id: officerId, starts_at, ends_at, by: by.displayName })
      .execute();
  });
  return readOfficer(db, by, officerId);
}

/** @throws Refusal 404 `not-found`: also of a shift that is over or was cancelled. */
export async function cancelShift(db: Kysely<Schema>, by: Account, id: string): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('shifts')
    .set({ cancelled_at: new Date(), cancelled_by: by.displayName })
    .where('id', '=', id)
    .where('cancelled_at', 'is', null)
    .where('ends_at', '>', new Date())
    .where('account_id', 'in', (of) => of.selectFrom('accounts').select('id').where(visibleTo(by)))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw notVisible('shift', id);
}

function unitUnknown(unitId: string): Refusal {
  return new Refusal(422, 'unit-unknown', `There is no unit "${unitId}".`, {
    got: unitId,
    expected: 'the id of a unit that you may send out',
  });
}
