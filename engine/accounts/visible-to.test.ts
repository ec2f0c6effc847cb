import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { coveringDivision, seesScope, visibleTo } from './visible-to.ts';

const UNITS = [
  ['city', '371400', '城管'],
  ['decheng', '371402', '城管'],
  ['decheng-police', '371402', '公安'],
  ['leling', '371481', '城管'],
  ['jinan', '370102', '城管'],
] as const;

const SEEN = [
  ['370000', null, ['city', 'decheng', 'decheng-police', 'jinan', 'leling']],
  ['371400', null, ['city', 'decheng', 'decheng-police', 'leling']],
  ['371400', '公安', ['decheng-police']],
  ['371402', null, ['decheng', 'decheng-police']],
  ['371402', '城管', ['decheng']],
  ['371481', null, ['leling']],
  ['371423', null, []],
] as const;

describe.each(await kindsHere())('what an account sees on the %s server', (kind) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore(kind);
    const units = UNITS.map(([id, division, department]) => ({ id, name: id, division, department }));
    await opened.store.db.insertInto('units').values(units).execute();
  });
  afterAll(() => opened.remove());

  test.each(SEEN)('%s %s sees %j, by query and by scope', async (division, department, expected) => {
    const viewer = { division, department };
    const rows = await opened.store.db
      .selectFrom('units')
      .select('id')
      .where(visibleTo(viewer))
      .orderBy('id')
      .execute();
    expect(rows.map((row) => row.id)).toEqual(expected);
    const byScope = UNITS.filter(([, of, by]) => seesScope(viewer, { division: of, department: by }));
    expect(byScope.map(([id]) => id).sort()).toEqual(expected);
  });

  test('the engine itself sees all', async () => {
    const rows = await opened.store.db.selectFrom('units').select('id').where(visibleTo(null)).execute();
    expect(rows).toHaveLength(UNITS.length);
  });
});

test('the division that covers several is the smallest', () => {
  expect(coveringDivision(['371402', '371402'])).toBe('371402');
  expect(coveringDivision(['371402', '371481'])).toBe('371400');
  expect(coveringDivision(['371402', '370102'])).toBe('370000');
});
