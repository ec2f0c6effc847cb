import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPool } from '../cameras/read-pool.ts';
import { deleteCamera, patchCamera, type SiteArea } from '../cameras/write-cameras.ts';
import type { Account } from '../contract/account.ts';
import type { LibraryArea, LibraryRule } from '../contract/library.ts';
import { NewLibrary } from '../contract/library.ts';
import { lastSeq, readChanges } from '../store/changes.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { checkArea } from './check-area.ts';
import { listLibraries, readLibrary } from './read-libraries.ts';
import { grantLibrary, tellTurnedGrants } from './write-grants.ts';
import { countDraft, createLibrary, deleteLibrary, patchLibrary } from './write-libraries.ts';

const CAMERAS = 45_000;
const INSPECTION = 2824;
const area: SiteArea = {
  division: '371400',
  counties: { geojson: { type: 'FeatureCollection', features: [] }, of: () => ({ code: '371402', name: '德城区' }) },
};
const CHIEF = account('chief', '371400', null);
const POLICE = account('police', '371402', '公安');

let city: TestStore;
const db = () => city.store.db;

function account(username: string, division: string, department: string | null): Account {
  return { id: username, username, displayName: username, roles: ['administrator'], division, department };
}

/** Made cameras: even ones in 371402, odd ones in 371403; each third of 公安, the others of 城管. */
beforeAll(async () => {
  city = await openTestStore('embedded');
  await sql`
    insert into cameras (id, body, revision, county_code, county_name, division, department)
    select 'c' || i,
      jsonb_build_object('id', 'c' || i, 'name', '测试点' || i, 'inspection', i < ${INSPECTION}::int,
        'tags', case when i % 5 = 0 then '["学校"]'::jsonb when i % 5 = 1 then '["路口"]'::jsonb else '[]'::jsonb end,
        'divisionCode', case when i % 4 = 0 then '371402001' else '371402002' end,
        'views', '[{"id":"default","zones":[]}]'::jsonb, 'algorithms', '[]'::jsonb, 'decode', 'as-needed', 'regions', 'zones',
        'department', case when i % 3 = 0 then '公安' else '城管' end,
        'lngLat', jsonb_build_array(116 + (i % 250) * 0.004, 37 + (i / 250) * 0.004)),
      1, '371402', '测试', case when i % 2 = 0 then '371402' else '371403' end,
      case when i % 3 = 0 then '公安' else '城管' end
    from generate_series(0, ${CAMERAS - 1}::int) i`.execute(db());
  await sql`insert into camera_states (id, state) select id, 'unknown' from cameras`.execute(db());
  await sql`analyze cameras`.execute(db());
}, 120_000);
afterAll(() => city.remove());

async function expected(condition: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from cameras where ${sql.raw(condition)}`.execute(db());
  return rows.map(({ id }) => id).sort();
}

async function members(id: string): Promise<string[]> {
  const rows = await db().selectFrom('library_cameras').select('camera_id').where('library_id', '=', id).execute();
  return rows.map(({ camera_id }) => camera_id).sort();
}

let made = 0;
function make(by: Account, rule: LibraryRule | null, rest: { added?: string[]; removed?: string[] } = {}) {
  made += 1;
  return createLibrary(db(), NewLibrary.parse({ name: `专题${made}`, rule, ...rest }), by);
}

const SQUARE: LibraryArea = {
  type: 'Polygon',
  coordinates: [
    [
      [116.1, 37.1],
      [116.3, 37.1],
      [116.3, 37.3],
      [116.1, 37.3],
      [116.1, 37.1],
    ],
  ],
};

const RULES: [string, LibraryRule, string][] = [
  ['tags', { tags: ['学校', '路口'] }, `tags ?| array['学校','路口']`],
  ['departments', { departments: ['公安'] }, `department = '公安'`],
  ['a county', { divisions: ['371403'] }, `division = '371403'`],
  ['the city', { divisions: ['371400'] }, 'true'],
  ['a township', { divisions: ['371402001'] }, `body->>'divisionCode' = '371402001'`],
  [
    'a county or a township',
    { divisions: ['371403', '371402001'] },
    `division = '371403' or body->>'divisionCode' = '371402001'`,
  ],
  ['the inspection set', { inspection: true }, 'inspection'],
  ['an area', { area: SQUARE }, 'lng between 116.1 and 116.3 and lat between 37.1 and 37.3'],
  [
    'kinds together',
    { tags: ['学校'], departments: ['公安', '卫健'], inspection: true },
    `tags ? '学校' and department = '公安' and inspection`,
  ],
];

test.each(RULES)(
  'a rule by %s holds exactly the cameras that it says, as was counted before',
  async (_, rule, condition) => {
    const should = await expected(condition);
    expect(should.length).toBeGreaterThan(0);
    expect(await countDraft(db(), NewLibrary.omit({ name: true, description: true }).parse({ rule }), CHIEF)).toBe(
      should.length,
    );
    const id = await make(CHIEF, rule);
    expect(await members(id)).toEqual(should);
    expect((await readLibrary(db(), CHIEF, id)).cameras).toBe(should.length);
  },
);

test('by hand alone, and a rule with what was added and taken out', async () => {
  const hand = await make(CHIEF, null, { added: ['c7', 'c8', 'c7'] });
  expect(await members(hand)).toEqual(['c7', 'c8']);
  const both = { rule: { inspection: true }, added: ['c40000'], removed: ['c1', 'c2'] };
  const id = await make(CHIEF, both.rule, both);
  expect(await members(id)).toEqual(await expected(`(inspection or id = 'c40000') and id not in ('c1', 'c2')`));
  expect(await countDraft(db(), { ...both, rule: both.rule }, CHIEF)).toBe(INSPECTION - 1);
  expect(await readLibrary(db(), CHIEF, id)).toMatchObject({
    kind: 'rule-and-hand',
    cameras: INSPECTION - 1,
    acts: null,
  });
});

test('a library holds only what its own department owns, and nobody names another’s by hand', async () => {
  const id = await make(POLICE, { divisions: ['371400'] });
  expect(await members(id)).toEqual(await expected(`department = '公安' and division = '371402'`));
  await expect(make(POLICE, null, { added: ['c0', 'c1', 'nowhere'] })).rejects.toMatchObject({
    code: 'unknown-cameras',
    got: expect.arrayContaining(['c1', 'nowhere']),
  });
  const wide = { ...NewLibrary.parse({ name: 'x' }), division: '371400', department: '公安' };
  await expect(createLibrary(db(), wide, POLICE)).rejects.toMatchObject({ code: 'outside-your-scope' });
  await expect(make(CHIEF, null, { added: ['c1'], removed: ['c1'] })).rejects.toMatchObject({
    code: 'added-and-removed',
  });
});

test('members follow each camera that is written, in the same transaction, and those that look are told', async () => {
  const id = await make(CHIEF, { tags: ['新标签'] });
  const before = await lastSeq(db());
  await patchCamera(db(), 'c12', { tags: ['新标签'] }, 'test', area);
  expect(await members(id)).toEqual(['c12']);
  const kinds = (await readChanges(db(), before, 10)).map(({ kind, entityId }) => `${kind} ${entityId}`);
  expect(kinds).toEqual(['camera c12', `library ${id}`]);
  await db()
    .transaction()
    .execute(async (trx) => {
      await sql`update cameras set body = body || '{"tags": ["新标签"]}' where id in ('c11', 'c16', 'c13')`.execute(
        trx,
      );
      const inside = await trx.selectFrom('library_cameras').select('camera_id').where('library_id', '=', id).execute();
      expect(inside).toHaveLength(4);
      throw new Error('taken back');
    })
    .catch(() => undefined);
  expect(await members(id)).toEqual(['c12']);
  await patchCamera(db(), 'c12', { tags: null } as never, 'test', area);
  expect(await members(id)).toEqual([]);
  await patchLibrary(db(), id, { added: ['c14'] }, CHIEF);
  await deleteCamera(db(), 'c14', 'test');
  expect(await members(id)).toEqual([]);
});

test('one by one and all at once, cameras come into the same libraries and leave them', async () => {
  const OF_SEVEN = "id like 'c7__'";
  await make(CHIEF, null, { added: ['c701', 'c702'] });
  await make(CHIEF, { tags: ['学校'], area: SQUARE }, { added: ['c703'], removed: ['c705'] });
  await make(POLICE, { area: SQUARE });
  const held = async () => {
    const { rows } = await sql<{ held: string }>`
      select library_id || ' ' || camera_id as held from library_cameras where camera_id like 'c7__' order by 1`.execute(
      db(),
    );
    return rows.map((row) => row.held);
  };
  const before = await held();
  expect(before.length).toBeGreaterThan(500);
  // By hand goes with the camera: what is left follows from rules alone.
  await sql`create table aside as select id, body, county_code, county_name, division, department
    from cameras where ${sql.raw(OF_SEVEN)}`.execute(db());
  const copy =
    'insert into cameras (id, body, revision, county_code, county_name, division, department) select id, body, 1, county_code, county_name, division, department from aside';
  await sql`delete from cameras where ${sql.raw(OF_SEVEN)}`.execute(db());
  expect(await held()).toEqual([]);
  await sql.raw(copy).execute(db());
  const atOnce = await held();
  await sql`delete from cameras where ${sql.raw(OF_SEVEN)}`.execute(db());
  await sql
    .raw(`do $$ declare one text; begin for one in select id from aside loop
    ${copy} where id = one; end loop; end $$`)
    .execute(db());
  expect(await held()).toEqual(atOnce);
  expect(atOnce.length).toBeLessThan(before.length);

  // Each kind of change that moves a camera, all at once and then as every library reckons it anew.
  await sql`
    update cameras set department = case when right(id, 1) in ('1', '2') then '公安' else department end,
      division = case when right(id, 1) = '3' then '371402' else division end,
      body = body || case right(id, 1)
        when '4' then '{"tags": ["学校"]}' when '5' then '{"divisionCode": "371402001"}'
        when '6' then '{"lngLat": [116.2, 37.2]}' when '7' then '{"lngLat": [116.1, 37.1]}'
        when '8' then '{"inspection": false}' else '{"address": "x"}' end::jsonb
    where ${sql.raw(OF_SEVEN)}`.execute(db());
  const followed = await held();
  expect(followed).not.toEqual(atOnce);
  await sql`select refresh_library(id) from libraries`.execute(db());
  expect(await held()).toEqual(followed);
  await sql`insert into camera_states (id, state) select id, 'unknown' from aside on conflict do nothing`.execute(db());
  await sql`drop table aside`.execute(db());
});

test('a camera that is written while a rule is changed is in by the rule that was written last', async () => {
  const id = await make(CHIEF, { tags: ['甲'] });
  for (let round = 0; round < 5; round++) {
    const tag = `乙${round}`;
    await Promise.all([
      patchLibrary(db(), id, { rule: { tags: [tag] } }, CHIEF),
      ...[20, 21, 22, 23].map((n) => patchCamera(db(), `c${n}`, { tags: [tag] }, 'test', area)),
    ]);
    expect(await members(id)).toEqual(['c20', 'c21', 'c22', 'c23']);
  }
});

test('a name is taken once by its department, an edit that changes nothing leaves no revision, a deleted one is gone', async () => {
  const id = await createLibrary(db(), NewLibrary.parse({ name: '校园周边', rule: { tags: ['学校'] } }), CHIEF);
  const again = createLibrary(db(), NewLibrary.parse({ name: '校园周边' }), CHIEF);
  await expect(again).rejects.toMatchObject({ code: 'library-name-taken' });
  await patchLibrary(db(), id, { name: '校园周边' }, CHIEF);
  const revisions = () =>
    db().selectFrom('library_revisions').select('revision').where('library_id', '=', id).execute();
  expect(await revisions()).toHaveLength(1);
  await expect(patchLibrary(db(), id, { name: 'x' }, POLICE)).rejects.toMatchObject({ code: 'not-found' });
  await deleteLibrary(db(), id, CHIEF);
  expect((await listLibraries(db(), CHIEF)).map((library) => library.id)).not.toContain(id);
  expect(await members(id)).toEqual([]);
  expect(await revisions()).toHaveLength(2);
});

test('what is recorded can be neither changed nor removed', async () => {
  for (const statement of [
    'delete from library_uses',
    `update library_revisions set by = 'x'`,
    'truncate library_uses',
  ])
    await expect(sql.raw(statement).execute(db())).rejects.toThrow(/stays/);
});

test('a granted library of 45,000 is searched by whom it is granted to', async () => {
  const id = await make(CHIEF, { divisions: ['371400'] });
  const grant = {
    toDivision: null,
    toDepartment: '公安',
    acts: ['see' as const],
    startsAt: null,
    endsAt: null,
    reason: 'x',
  };
  const search = async () => {
    const live = { lastFrameAtMs: () => null };
    const beganMs = performance.now();
    const { total } = await readPool(db(), POLICE, { text: '测试点1' }, { after: undefined, limit: 100 }, live);
    return { total, ms: performance.now() - beganMs };
  };
  const own = await search();
  await grantLibrary(db(), id, grant, CHIEF);
  const all = await search();
  console.log(`search: own ${own.ms.toFixed(0)} ms, with a granted library of all ${all.ms.toFixed(0)} ms`);
  expect(own.total).toBe(
    (await expected(`name like '%测试点1%' and division = '371402' and department = '公安'`)).length,
  );
  expect(all.total).toBe((await expected(`name like '%测试点1%'`)).length);
});

test('a grant that begins or ends by the clock is told once, also after a restart', async () => {
  await sql`insert into accounts (id, username, display_name, password_hash, roles, division, department)
    values ('h', 'h', 'h', '', '{operator}', '371403', '卫健'), ('i', 'i', 'i', '', '{operator}', '371403', '卫健')`.execute(
    db(),
  );
  const id = await make(CHIEF, { tags: ['学校'] });
  const times = {
    startsAt: new Date(Date.now() + 300).toISOString(),
    endsAt: new Date(Date.now() + 900).toISOString(),
  };
  await grantLibrary(
    db(),
    id,
    { toDivision: '371400', toDepartment: '卫健', acts: ['see'], reason: 'x', ...times },
    CHIEF,
  );
  const sights = async (after: number) =>
    (await readChanges(db(), after, 50)).filter(({ kind }) => kind === 'sight').map(({ entityId }) => entityId);
  let seq = await lastSeq(db());
  expect(await tellTurnedGrants(db())).toBe(0);
  for (const untilMs of [350, 950]) {
    await new Promise((resolve) => setTimeout(resolve, untilMs - (Date.now() - Date.parse(times.startsAt) + 300) + 50));
    expect(await tellTurnedGrants(db())).toBe(1);
    expect(await tellTurnedGrants(db())).toBe(0);
    expect(await sights(seq)).toEqual(['371403/卫健']);
    seq = await lastSeq(db());
  }
});

describe('an area', () => {
  const ring = (...corners: [number, number][]): LibraryArea => ({ type: 'Polygon', coordinates: [corners] });
  test.each([
    ['a bow tie', 'area-crosses-itself', ring([0, 0], [1, 1], [1, 0], [0, 1], [0, 0])],
    ['one that touches itself', 'area-crosses-itself', ring([0, 0], [2, 0], [2, 2], [1, 0], [0, 2], [0, 0])],
    ['one that goes back on its own edge', 'area-crosses-itself', ring([0, 0], [2, 0], [1, 0], [1, 1], [0, 0])],
    ['a line', 'area-empty', ring([0, 0], [1, 1], [1, 1], [0, 0])],
    ['an open one', 'area-not-closed', ring([0, 0], [1, 0], [1, 1], [0, 1])],
  ])('%s is refused', (_, code, area) => {
    expect(() => checkArea(area)).toThrow(expect.objectContaining({ code }));
  });
  test('a concave one, and one with corners along an edge, are taken', () => {
    checkArea(ring([0, 0], [4, 0], [4, 4], [2, 1], [0, 4], [0, 0]));
    checkArea(ring([0, 0], [1, 0], [2, 0], [2, 2], [0, 2], [0, 0]));
    checkArea(SQUARE);
  });
});
