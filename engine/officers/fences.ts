import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import type { Transaction } from 'kysely';
import type { Account } from '../contract/account.ts';
import { distanceBetweenM } from '../contract/distance.ts';
import type { OfficerArea } from '../contract/officer.ts';
import type { Schema } from '../store/schema.ts';

type LngLat = [number, number];

/** The district that a place lies in. */
export interface PlacesOfCounties {
  of(lngLat: LngLat): { code: string } | null;
}

/** So many positions in a row must say that an edge was crossed: one that jitters on it says nothing. */
const IN_A_ROW = 2;
/** A phone is never surer of its place than this. */
const LEAST_MARGIN_M = 30;
/** Who does not know within this where they are is on neither side of an edge. */
const WORST_ACCURACY_M = 200;

/**
 * Sees whether an officer left all of their areas, or was outside already when the shift began, and tells the desk once
 * for each time. An officer without areas may be anywhere.
 */
export async function watchFence(
  trx: Transaction<Schema>,
  account: Account,
  shiftId: string,
  point: { lngLat: LngLat; accuracyM: number; at: Date },
  counties: PlacesOfCounties,
): Promise<void> {
  const officer = await trx
    .selectFrom('officers')
    .select('areas')
    .where('account_id', '=', account.id)
    .forUpdate()
    .executeTakeFirst();
  if (!officer || officer.areas.length === 0 || point.accuracyM > WORST_ACCURACY_M) return;
  const side = sideOf(officer.areas, point, counties);
  if (side === 'edge') return;
  const before = await trx
    .selectFrom('officer_fences')
    .selectAll()
    .where('account_id', '=', account.id)
    .executeTakeFirst();
  // A shift begins as if inside: who is outside then is told of after as many positions as who leaves.
  const stood = before?.shift_id === shiftId ? before : { outside: false, against: 0, since: point.at };
  const crosses = (side === 'outside') !== stood.outside;
  const against = crosses ? stood.against + 1 : 0;
  const crossed = against >= IN_A_ROW;
  const now = {
    shift_id: shiftId,
    outside: crossed ? !stood.outside : stood.outside,
    against: crossed ? 0 : against,
    since: crossed ? point.at : stood.since,
  };
  await trx
    .insertInto('officer_fences')
    .values({ account_id: account.id, ...now })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(now))
    .execute();
  if (!crossed || !now.outside) return;
  const { division, department, displayName } = account;
  await trx
    .insertInto('notices')
    .values({ kind: 'left-area', case_id: null, about: displayName, unit_id: null, division, department })
    .execute();
}

/** Outside of all areas, within one, or too near to an edge to say. */
function sideOf(
  areas: readonly OfficerArea[],
  { lngLat, accuracyM }: { lngLat: LngLat; accuracyM: number },
  counties: PlacesOfCounties,
): 'inside' | 'outside' | 'edge' {
  const margin = Math.max(LEAST_MARGIN_M, accuracyM);
  let side: 'outside' | 'edge' = 'outside';
  for (const area of areas) {
    if (area.kind === 'division') {
      const county = counties.of(lngLat)?.code;
      if (county !== undefined && (county === area.code || isCityOf(area.code, county))) return 'inside';
      continue;
    }
    const ring = [...area.corners, area.corners[0]!];
    if (booleanPointInPolygon(lngLat, { type: 'Polygon', coordinates: [ring] })) return 'inside';
    if (distanceToRingM(lngLat, ring) <= margin) side = 'edge';
  }
  return side;
}

const isCityOf = (code: string, county: string): boolean => code.endsWith('00') && county.startsWith(code.slice(0, 4));

function distanceToRingM(at: LngLat, ring: readonly LngLat[]): number {
  const lngScale = Math.cos((at[1] * Math.PI) / 180);
  let leastM = Number.POSITIVE_INFINITY;
  for (let i = 1; i < ring.length; i++) {
    const [a, b] = [ring[i - 1]!, ring[i]!];
    const [dx, dy] = [(b[0] - a[0]) * lngScale, b[1] - a[1]];
    const along = ((at[0] - a[0]) * lngScale * dx + (at[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.max(0, Math.min(1, along));
    leastM = Math.min(leastM, distanceBetweenM(at, [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]));
  }
  return leastM;
}
