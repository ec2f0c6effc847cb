import { type Kysely, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { OfficerPlace, Trail } from '../contract/officer.ts';
import type { NewPositions } from '../contract/patrol.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { type PlacesOfCounties, watchFence } from './fences.ts';

/** How long it is kept where somebody went; the phone says so. */
export const TRAIL_KEPT_DAYS = 7;
const TRAIL_KEPT_MS = TRAIL_KEPT_DAYS * 86_400_000;
/** A phone sends one every 15 s or so. */
const STALE_AFTER_MS = 120_000;
const CLOCKS_DIFFER_MS = 120_000;
const LONGEST_TRAIL_MS = 12 * 3_600_000;

/**
 * Takes what a phone says of where it was. Only what was within a shift is kept: a phone that shares by mistake after it
 * is not followed home. What was buffered while it was offline is put where it belongs in time.
 * @throws Refusal 409 `not-on-shift` when none of it was within a shift.
 */
export async function takePositions(
  db: Kysely<Schema>,
  account: Account,
  { points }: NewPositions,
  counties: PlacesOfCounties,
): Promise<{ taken: number; refused: number }> {
  const nowMs = Date.now();
  const shifts = await db
    .selectFrom('shifts')
    .select(['id', 'starts_at', 'ends_at'])
    .where('account_id', '=', account.id)
    .where(sql<boolean>`(cancelled_at is null or cancelled_at > starts_at)`)
    .where('ends_at', '>', new Date(nowMs - TRAIL_KEPT_MS))
    .select(sql<Date>`least(ends_at, coalesce(cancelled_at, ends_at))`.as('until'))
    .execute();
  const shiftAt = (at: Date) => shifts.find(({ starts_at, until }) => starts_at <= at && at < until);
  if (points.every(({ at }) => Date.parse(at) > nowMs + CLOCKS_DIFFER_MS)) {
    throw new Refusal(409, 'clock-ahead', 'The phone’s clock is ahead of the server’s.', {
      got: points.at(-1)!.at,
      expected: `no later than ${new Date(nowMs).toISOString()}`,
    });
  }
  const kept = points
    .map(({ lngLat, accuracyM, at }) => ({ lngLat, accuracyM, at: new Date(at) }))
    .filter(({ at }) => at.getTime() <= nowMs + CLOCKS_DIFFER_MS && at.getTime() > nowMs - TRAIL_KEPT_MS)
    .filter(({ at }) => shiftAt(at) !== undefined)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  if (kept.length === 0) {
    throw new Refusal(409, 'not-on-shift', 'Positions are taken within a shift only.', {
      got: points.at(-1)!.at,
      expected: shifts.map(({ starts_at, until }) => `${starts_at.toISOString()} to ${until.toISOString()}`),
    });
  }
  await db.transaction().execute(async (trx) => {
    // The same points may come twice at a time: they are one step of the officer, not two.
    await trx.selectFrom('accounts').select('id').where('id', '=', account.id).forNoKeyUpdate().execute();
    const latest = await trx
      .selectFrom('officer_positions')
      .select('at')
      .where('account_id', '=', account.id)
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst();
    await trx
      .insertInto('officer_positions')
      .values(
        kept.map(({ lngLat: [lng, lat], accuracyM, at }) => ({
          ...{ account_id: account.id, at, lng_lat: `(${lng},${lat})`, accuracy_m: accuracyM },
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    for (const point of kept) {
      const shift = shiftAt(point.at)!;
      if (latest === undefined || point.at > latest.at) await watchFence(trx, account, shift.id, point, counties);
    }
  });
  return { taken: kept.length, refused: points.length - kept.length };
}

/** Where phones last were, by the time of the phone and not of the post, for officers that are on shift. */
export async function readPlaces(
  db: Kysely<Schema>,
  accountIds: readonly string[],
): Promise<Map<string, OfficerPlace>> {
  const rows = await db
    .selectFrom('officer_positions as p')
    .innerJoin('shifts as s', 's.account_id', 'p.account_id')
    .leftJoin('officer_fences as f', (join) =>
      join.onRef('f.account_id', '=', 'p.account_id').onRef('f.shift_id', '=', 's.id'),
    )
    .distinctOn('p.account_id')
    .select(['p.account_id', 'p.at', 'p.lng_lat', 'p.accuracy_m', 'f.outside'])
    .where('p.account_id', '=', sql<string>`any(${[...accountIds]}::text[])`)
    .where('s.cancelled_at', 'is', null)
    .where(sql<boolean>`now() between s.starts_at and s.ends_at and p.at >= s.starts_at`)
    .orderBy('p.account_id')
    .orderBy('p.at', 'desc')
    .execute();
  return new Map(
    rows.map(({ account_id, at, lng_lat, accuracy_m, outside }) => [
      account_id,
      {
        lngLat: [lng_lat.x, lng_lat.y],
        accuracyM: accuracy_m,
        at: at.toISOString(),
        stale: Date.now() - at.getTime() > STALE_AFTER_MS,
        outside: outside ?? false,
      },
    ]),
  );
}

/** Where an officer went in the shift that is on, at most the last hours of it. Off shift: nothing. */
export async function readTrail(db: Kysely<Schema>, viewer: Account, officerId: string): Promise<Trail> {
  const known = await db
    .selectFrom('accounts')
    .innerJoin('officers', 'officers.account_id', 'accounts.id')
    .select('accounts.id')
    .where('accounts.id', '=', officerId)
    .where(visibleTo(viewer))
    .executeTakeFirst();
  if (!known) throw notVisible('officer', officerId);
  const rows = await db
    .selectFrom('officer_positions as p')
    .innerJoin('shifts as s', 's.account_id', 'p.account_id')
    .select(['p.at', 'p.lng_lat'])
    .where('p.account_id', '=', officerId)
    .where('s.cancelled_at', 'is', null)
    .where(sql<boolean>`now() between s.starts_at and s.ends_at and p.at >= s.starts_at`)
    .where('p.at', '>', new Date(Date.now() - LONGEST_TRAIL_MS))
    .orderBy('p.at')
    .execute();
  return {
    officerId,
    points: rows.map(({ at, lng_lat }) => ({ lngLat: [lng_lat.x, lng_lat.y], at: at.toISOString() })),
  };
}

/** Forgets where people went longer ago than trails are kept. */
export async function prunePositions(db: Kysely<Schema>): Promise<void> {
  await db
    .deleteFrom('officer_positions')
    .where('at', '<', new Date(Date.now() - TRAIL_KEPT_MS))
    .execute();
}
