import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseRate } from '../contract/case-rates.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { caseRatesCsv } from './export-rates.ts';
import { countRates, readCaseRates } from './read-rates.ts';
import { readRateRows } from './read-rows.ts';

const timeZone = 'Asia/Shanghai';
let kept: TestStore;
const db = () => kept.store.db;

interface Told {
  at: string;
  county?: string | null;
  code?: string;
  lngLat?: [number, number];
  state?: string;
  outcome?: string | null;
  late?: string[];
  source?: string;
  first?: 'opened' | 'reported';
  appeal?: string;
  mergedInto?: string;
  /** Of the clock that runs, in minutes from now. */
  dueInMin?: number;
  steps?: [kind: string, unit?: string][];
}

/** A case and its entries, an hour apart; `at` is a time of the site. */
async function tell(id: string, told: Told): Promise<void> {
  const { at, county = '371402', code = '05-05', lngLat = [116.3, 37.4], state = 'opened', late = [] } = told;
  const clock =
    told.dueInMin === undefined
      ? null
      : {
          stage: 'handle',
          phase: 'running',
          dueAt: new Date(Date.now() + told.dueInMin * 60_000).toISOString(),
        };
  await sql`insert into cases (id, seq, state, outcome, rule, severity, codeset, code, opened_at, camera_name, lng_lat,
      county_code, county_name, division, late, clock, source, appeal, merged_into)
    values (${id}, 0, ${state}, ${told.outcome ?? null}, 'illegal-parking', 'minor', 'CJ/T 214', ${code}, ${time(at)}, '路口',
      point(${lngLat[0]}, ${lngLat[1]}), ${county}, ${county && `区${county}`}, ${county ?? '371400'}, ${sql`${late}::text[]`},
      ${clock && JSON.stringify(clock)}, ${told.source ?? 'alert'}, ${told.appeal ?? null}, ${told.mergedInto ?? null})`.execute(
    db(),
  );
  const steps: [string, string?][] = [[told.first ?? 'opened'], ...(told.steps ?? [])];
  for (const [i, [kind, unit]] of steps.entries()) {
    const when = new Date(time(at).getTime() + i * 3_600_000);
    await sql`insert into case_entries (case_id, kind, at, by, unit_id, unit_name, note)
      values (${id}, ${kind}, ${when}, 'test', ${unit ?? null}, ${unit ? `${unit}队` : null}, '')`.execute(db());
  }
}

async function raise(id: string, at: string, verdict: string, caseId: string | null): Promise<void> {
  await sql`insert into alerts (id, seq, rule, severity, codeset, code, presence, verdict, camera_id, camera_name, view_id,
      class_group, zone_kind, zone_index, dwell_ms, started_at, raised_at, last_seen_at, lng_lat, error_m, confidence, boxes, model,
      division, department, county_code, county_name)
    values (${id}, 0, 'illegal-parking', 'minor', 'CJ/T 214', '05-05', 'ended', ${verdict}, 'c', '路口', 'default', 'vehicle',
      'no-parking', 0, 1000, ${time(at)}, ${time(at)}, ${time(at)}, point(116.3, 37.4), 1, 0.9, '[]', '{}', '371402', '城管',
      '371402', '区371402')`.execute(db());
  if (caseId) await sql`insert into case_alerts (case_id, alert_id) values (${caseId}, ${id})`.execute(db());
}
const time = (at: string) => new Date(`2026-${at.replace(' ', 'T')}:00+08:00`);

beforeAll(async () => {
  kept = await openTestStore('embedded');
  for (const unit of ['a', 'b']) {
    await sql`insert into units (id, name, division, department) values (${unit}, ${`${unit}队`}, '371400', '城管')`.execute(
      db(),
    );
  }
  // 1: in time, the first unit. Its second minute of the day is still the 27th in UTC.
  await tell('1', {
    at: '11-28 00:01',
    state: 'closed',
    outcome: 'handled',
    steps: [['assigned', 'a'], ['started'], ['handled'], ['closed']],
  });
  // 2: given back, handled late by another unit after rework; 30 m from 1, an hour later.
  await tell('2', {
    at: '11-28 01:00',
    lngLat: [116.30034, 37.4],
    state: 'closed',
    outcome: 'handled',
    late: ['handle'],
    steps: [
      ['assigned', 'a'],
      ['returned'],
      ['assigned', 'b'],
      ['started'],
      ['handled'],
      ['rework'],
      ['handled'],
      ['closed'],
    ],
  });
  // 3: sent out, still in its time; of another class at the same place.
  await tell('3', { at: '11-28 09:00', code: '01-02', state: 'assigned', dueInMin: 30, steps: [['assigned', 'b']] });
  // 4: sent out late, and overdue though nobody touched it since; a hundred metres off, another county.
  await tell('4', {
    at: '11-29 09:00',
    county: '371403',
    lngLat: [116.3, 37.401],
    state: 'assigned',
    late: ['dispatch'],
    dueInMin: -1,
    steps: [['assigned', 'b']],
  });
  // 5: not sent out yet, in no county. 6: void, counted nowhere.
  await tell('5', { at: '11-29 10:00', county: null, lngLat: [117, 38] });
  await tell('6', { at: '11-29 11:00', state: 'closed', outcome: 'voided', steps: [['voided']] });
  // 7: the day before, closed without anybody having handled it.
  await tell('7', {
    at: '11-27 12:00',
    lngLat: [116.5, 37.4],
    state: 'closed',
    outcome: 'unhandled',
    steps: [['closed']],
  });
  // 8: part of 1, counted with it. 9: reported by an officer, and not registered yet.
  await tell('8', { at: '11-28 02:00', state: 'closed', outcome: 'merged', mergedInto: '1', steps: [['merged-into']] });
  await tell('9', { at: '11-29 12:00', first: 'reported', source: 'officer', state: 'reported' });
  // 10: reported, registered an hour later; its being late was appealed against, and the appeal granted.
  await tell('10', {
    at: '11-29 13:00',
    lngLat: [116.8, 37.4],
    ...{
      first: 'reported',
      source: 'officer',
      state: 'closed',
      outcome: 'handled',
      late: ['handle'],
      appeal: 'granted',
    },
    // Given back, and sent to the same unit again: that unit was not found out rightly at once.
    steps: [['registered'], ['assigned', 'b'], ['returned'], ['assigned', 'b'], ['started'], ['handled'], ['closed']],
  });
  await raise('in-time', '11-28 00:00', 'confirmed', '1');
  await raise('late', '11-28 00:30', 'none', '2');
  await raise('false', '11-28 12:00', 'false', null);
  await raise('class', '11-28 12:00', 'wrong-class', null);
}, 60_000);
afterAll(() => kept.remove());

const days = { from: '2026-11-28', until: '2026-11-29' };
const read = (asked = {}) =>
  readCaseRates(db(), null, { ...days, ...asked }, 'county', {
    timeZone,
    counties: ['371402', '371403', '371481'],
    nowMs: Date.now(),
  });

test('each rate is the share that was worked out by hand', async () => {
  const { total, coverage } = await read();
  expect(
    Object.fromEntries(Object.entries(total.rates).map(([rate, { part, whole }]) => [rate, [part, whole]])),
  ).toEqual({
    registered: [3, 6],
    // The clock of the report was not late.
    'registered-on-time': [2, 3],
    wrong: [2, 3],
    'dispatched-on-time': [4, 5],
    accurate: [1, 3],
    handled: [3, 5],
    // 3 has time left; 2 and 4 have not.
    'handled-on-time': [2, 4],
    returned: [2, 5],
    reworked: [1, 3],
    closed: [3, 6],
    'closed-on-time': [2, 4],
    repeated: [1, 6],
  });
  expect(coverage).toEqual({ part: 2, whole: 3 });
});

test('the days before are beside it, and a day is the site’s', async () => {
  const { before, yearBefore, total } = await read({ from: '2026-11-28', until: '2026-11-28' });
  expect([total.rates.closed, before.rates.closed]).toEqual([
    { part: 2, whole: 3 },
    { part: 1, whole: 1 },
  ]);
  expect([before.from, before.until, yearBefore.from]).toEqual(['2026-11-27', '2026-11-27', '2025-11-28']);
  const byDay = await countRates(db(), null, days, 'day', timeZone);
  expect(byDay.map(({ key, rates }) => [key, rates.closed.whole, rates.registered.whole])).toEqual([
    ['2026-11-28', 3, 4],
    ['2026-11-29', 3, 2],
  ]);
});

test('groups add up to the whole, and each is named', async () => {
  for (const by of ['county', 'unit', 'class'] as const) {
    const groups = await countRates(db(), null, days, by, timeZone);
    expect(
      groups.reduce((sum, { rates }) => sum + rates.closed.whole, 0),
      by,
    ).toBe(6);
  }
  expect((await countRates(db(), null, days, 'unit', timeZone)).map(({ key, name }) => [key, name])).toEqual([
    ['a', 'a队'],
    ['b', 'b队'],
    [null, null],
  ]);
  expect((await read({ unit: 'b' })).total.rates['handled-on-time']).toEqual({ part: 1, whole: 3 });
  expect((await read({ class: 'CJ/T 214 01-02' })).total.rates.closed).toEqual({ part: 0, whole: 1 });
  expect((await read({ county: 'none' })).total.rates.closed).toEqual({ part: 0, whole: 1 });
});

test('every number opens its rows: as many as it says, page by page', async () => {
  const { total } = await read();
  for (const [rate, { part, whole }] of Object.entries(total.rates)) {
    for (const [side, count] of [
      ['part', part],
      ['whole', whole],
      ['rest', whole - part],
    ] as const) {
      const ids: string[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const page = await readRateRows(
          db(),
          null,
          { ...days, rate: rate as CaseRate, side, after, limit: 2 },
          timeZone,
        );
        ids.push(...page.rows.map(({ id }) => id));
        after = page.next ?? undefined;
        more = page.next !== null;
      }
      expect([ids.length, new Set(ids).size], `${rate} ${side}`).toEqual([count, count]);
    }
  }
  const { rows } = await readRateRows(db(), null, { ...days, rate: 'repeated', side: 'part', limit: 10 }, timeZone);
  expect(rows).toMatchObject([{ kind: 'case', id: '2', unitName: 'b队', county: { code: '371402' } }]);
});

test('somebody of a county counts what is theirs', async () => {
  const account = { division: '371403', department: null } as never;
  const [group] = await countRates(db(), account, days, null, timeZone);
  expect(group?.rates.closed).toEqual({ part: 0, whole: 1 });
  const { rows } = await readRateRows(db(), account, { ...days, rate: 'closed', side: 'whole', limit: 10 }, timeZone);
  expect(rows.map(({ id }) => id)).toEqual(['4']);
});

test('a table that is written out has what the page has', async () => {
  const csv = caseRatesCsv(await countRates(db(), null, days, 'county', timeZone), 'county');
  const [headings, first] = csv.slice(1).split('\r\n');
  const column = headings!.split(',').indexOf('结案率');
  expect(first!.split(',').slice(0, 2)).toEqual(['371402', '区371402']);
  expect(first!.split(',').slice(column - 2, column + 1)).toEqual(['3', '4', '0.7500']);
});
