import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LampCount } from '../contract/case-lamp.ts';
import { seedCases } from '../proofs/seeded-cases.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { countLamps } from './read-lamps.ts';

let kept: TestStore;
beforeAll(async () => {
  kept = await openTestStore('embedded');
});
afterAll(() => kept.remove());

test('lamps are counted by unit as each clock says it, those of nobody first', async () => {
  const { db } = kept.store;
  await seedCases(db, { cases: 400, open: 200 });
  await sql`update cases set clock = null where id like '%3'`.execute(db);
  await sql`update cases set clock = clock || '{"phase": "paused", "dueAt": null, "yellowAt": null}'::jsonb where id like '%7'`.execute(
    db,
  );
  const open = await db
    .selectFrom('cases')
    .leftJoin('units', 'units.id', 'cases.unit_id')
    .select(['unit_id', 'units.name', 'clock'])
    .where('state', '<>', 'closed')
    .execute();
  const nowMs = Date.now();
  const byUnit = new Map<string | null, LampCount>();
  for (const { unit_id: unitId, name: unitName, clock } of open) {
    const count = byUnit.get(unitId) ?? { unitId, unitName, red: 0, yellow: 0, green: 0, paused: 0, none: 0 };
    byUnit.set(unitId, count);
    if (!clock) count.none++;
    else if (clock.phase === 'paused') count.paused++;
    else if (Date.parse(clock.dueAt!) < nowMs) count.red++;
    else if (Date.parse(clock.yellowAt!) <= nowMs) count.yellow++;
    else count.green++;
  }
  const counted = await countLamps(db, null);
  expect(counted).toHaveLength(byUnit.size);
  for (const count of counted) expect(count).toEqual(byUnit.get(count.unitId));
  expect(counted[0]!.unitId).toBeNull();
  const reds = counted.slice(1).map(({ red }) => red);
  expect(reds).toEqual([...reds].sort((one, other) => other - one));
  const sum = (lamp: 'red' | 'yellow' | 'green' | 'paused' | 'none') =>
    counted.reduce((all, each) => all + each[lamp], 0);
  for (const lamp of ['red', 'yellow', 'green', 'paused', 'none'] as const) expect(sum(lamp)).toBeGreaterThan(0);
});
