import type { Kysely } from 'kysely';
import { listUnits } from '../cases/units.ts';
import type { Account } from '../contract/account.ts';
import type { Case } from '../contract/case.ts';
import { distanceBetweenM } from '../contract/distance.ts';
import type { UnitChoice } from '../contract/officer.ts';
import type { Schema } from '../store/schema.ts';
import { listOfficers } from './roster.ts';

/**
 * Units for a case, the most fitting first: those with somebody on shift, of them those with the skill, then by the distance
 * as the crow flies, each open case counting as a kilometre more. Each says why it stands where it does.
 */
export async function chooseUnits(
  db: Kysely<Schema>,
  viewer: Account,
  one: Pick<Case, 'rule' | 'lngLat'>,
): Promise<UnitChoice[]> {
  const [units, officers] = await Promise.all([listUnits(db, viewer), listOfficers(db, viewer)]);
  const counts = await db
    .selectFrom('cases')
    .select(['unit_id', ({ fn }) => fn.countAll<number>().as('count')])
    .where('state', 'in', ['assigned', 'started'])
    .where('unit_id', 'is not', null)
    .groupBy('unit_id')
    .execute();
  const open = new Map(counts.map(({ unit_id, count }) => [unit_id, Number(count)]));
  const choices = units.map((unit): UnitChoice => {
    const there = officers.filter(({ unitId, onShift }) => unitId === unit.id && onShift);
    const seen = there.flatMap(({ place }) =>
      place && !place.stale ? [distanceBetweenM(place.lngLat, one.lngLat)] : [],
    );
    const station = unit.lngLat && distanceBetweenM(unit.lngLat, one.lngLat);
    const distanceM = seen.length > 0 ? Math.min(...seen) : station;
    return {
      unitId: unit.id,
      unitName: unit.name,
      distanceM: distanceM === null ? null : Math.round(distanceM),
      from: seen.length > 0 ? 'officer' : station === null ? null : 'station',
      officersOnShift: there.length,
      hasSkill: there.some(({ skills }) => one.rule !== null && skills.includes(one.rule)),
      openCases: open.get(unit.id) ?? 0,
    };
  });
  return choices.sort(byFitness);
}

const PER_OPEN_CASE_M = 1000;
const NOT_KNOWN_M = 1_000_000;

function byFitness(a: UnitChoice, b: UnitChoice): number {
  const farM = ({ distanceM, openCases }: UnitChoice) => (distanceM ?? NOT_KNOWN_M) + openCases * PER_OPEN_CASE_M;
  return (
    Number(b.officersOnShift > 0) - Number(a.officersOnShift > 0) ||
    Number(b.hasSkill) - Number(a.hasSkill) ||
    farM(a) - farM(b)
  );
}
