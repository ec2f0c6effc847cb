import { type Kysely, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Case, LikelyDuplicate } from '../contract/case.ts';
import { notVisible } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { readCase, readCases } from './read-cases.ts';

/** What lies nearer, and was opened within so much time, may be the same thing. */
const NEAR_M = 60;
const WITHIN_MS = 7 * 86_400_000;
const MOST = 8;
const METRES_OF_A_DEGREE = 111_195;
const EARTH_RADIUS_M = 6_371_009;

/** What a case is compared by with those around it. */
interface Compared extends Pick<Case, 'lngLat' | 'openedAt' | 'codeset' | 'code' | 'linkedIds'> {
  /** null: it is no case yet. */
  id: string | null;
}

/**
 * Open cases that may be about the same thing: near, and opened within a week; those of the same class first, then the nearest.
 * @throws Refusal 404 `not-found`
 */
export async function likelyDuplicates(db: Kysely<Schema>, account: Account, id: string): Promise<LikelyDuplicate[]> {
  const one = await readCase(db, account, id);
  if (!one) throw notVisible('case', id);
  return casesLike(db, account, one);
}

/** Open cases that may be about what is to be reported now. */
export function duplicatesOfReport(
  db: Kysely<Schema>,
  account: Account,
  of: Pick<Case, 'lngLat' | 'codeset' | 'code'>,
): Promise<LikelyDuplicate[]> {
  return casesLike(db, account, { ...of, id: null, linkedIds: [], openedAt: new Date().toISOString() });
}

async function casesLike(db: Kysely<Schema>, account: Account, one: Compared): Promise<LikelyDuplicate[]> {
  const [lng, lat] = one.lngLat;
  const highDeg = NEAR_M / METRES_OF_A_DEGREE;
  const wideDeg = highDeg / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  const near = await db
    .selectFrom('cases')
    .select(['id', 'lng_lat'])
    .where(sql<boolean>`lng_lat <@ box(point(${lng - wideDeg}::float8, ${lat - highDeg}::float8),
      point(${lng + wideDeg}::float8, ${lat + highDeg}::float8))`)
    .where('state', '<>', 'closed')
    .$if(one.id !== null, (query) => query.where('id', '<>', one.id))
    .where('opened_at', '>=', new Date(Date.parse(one.openedAt) - WITHIN_MS))
    .where('opened_at', '<=', new Date(Date.parse(one.openedAt) + WITHIN_MS))
    .where(visibleTo(account))
    .limit(100)
    .execute();
  const cases = await readCases(
    db,
    account,
    near.map((row) => row.id),
  );
  return cases
    .map(({ case: other }) => ({
      case: other,
      distanceM: distanceM(one.lngLat, other.lngLat),
      ageMs: Date.parse(other.openedAt) - Date.parse(one.openedAt),
      sameClass: other.codeset === one.codeset && other.code === one.code,
      linked: one.linkedIds.includes(other.id),
    }))
    .filter((found) => found.distanceM <= NEAR_M)
    .sort((a, b) => Number(b.sameClass) - Number(a.sameClass) || a.distanceM - b.distanceM)
    .slice(0, MOST);
}

function distanceM([aLng, aLat]: [number, number], [bLng, bLat]: [number, number]): number {
  const rad = Math.PI / 180;
  const [x, y] = [((bLng - aLng) * rad) / 2, ((bLat - aLat) * rad) / 2];
  const h = Math.sin(y) ** 2 + Math.cos(aLat * rad) * Math.cos(bLat * rad) * Math.sin(x) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}
