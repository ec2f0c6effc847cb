import { expect, test } from 'vitest';
import { CaseClocks, type TimeLimit, TimeUnit, type WorkingHours } from '#config/case-clocks.ts';
import { seeded } from '#streams/seeded.ts';
import { type ClockStep, readClock } from './stopwatch.ts';
import { WorkingCalendar } from './working-calendar.ts';

const MINUTE_MS = 60_000;
const policy = CaseClocks.parse({});
const calendar = new WorkingCalendar(policy, 'Asia/Shanghai');
/** Of the city: UTC+8 all the year. */
const at = (wall: string) => Date.parse(`${wall}:00+08:00`);
const say = (ms: number | null) => ms && new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
const start = (wall: string, amount: number, unit: TimeUnit): ClockStep => ({
  ...{ kind: 'started', atMs: at(wall), limit: { amount, unit } },
});
const read = (...steps: ClockStep[]) =>
  readClock(steps, calendar, { nowMs: at('2026-12-31T00:00'), yellowShare: 1 / 3 });
const due = (...steps: ClockStep[]) => say(read(...steps)!.dueAtMs);

test('limits in each unit, over nights, weekends, the Spring Festival and its shifted days', () => {
  expect(due(start('2026-11-27T17:00', 2, 'urgent-hours'))).toBe('2026-11-27 19:00');
  expect(due(start('2026-11-27T17:00', 2, 'working-hours')), 'Friday to Monday').toBe('2026-11-30 09:30');
  expect(due(start('2026-11-27T11:00', 2, 'working-hours')), 'over noon').toBe('2026-11-27 15:00');
  expect(due(start('2026-11-27T16:00', 2, 'working-hours')), 'the end of the day is not the next morning').toBe(
    '2026-11-27 18:00',
  );
  expect(due(start('2026-11-27T10:00', 1, 'working-days'))).toBe('2026-11-30 10:00');
  expect(due(start('2026-11-27T10:00', 3, 'natural-days'))).toBe('2026-11-30 10:00');
  // Saturday 14 February 2026 is worked; 15 to 23 February are off.
  expect(due(start('2026-02-13T17:00', 2, 'working-hours'))).toBe('2026-02-14 09:30');
  expect(due(start('2026-02-14T17:00', 2, 'working-hours'))).toBe('2026-02-24 09:30');
  expect(due(start('2026-02-15T03:00', 1, 'working-days'))).toBe('2026-02-24 18:00');
});

test('a pause does not count, and a clock that stands is due at no time', () => {
  const began = start('2026-11-30T09:00', 2, 'working-hours');
  const paused: ClockStep = { kind: 'paused', atMs: at('2026-11-30T10:00') };
  expect(read(began, paused)).toMatchObject({ phase: 'paused', spentMs: 3_600_000, dueAtMs: null });
  expect(due(began, paused, { kind: 'resumed', atMs: at('2026-12-01T15:00') })).toBe('2026-12-01 16:00');
  expect(due(began, paused, start('2026-12-01T15:00', 2, 'working-hours')), 'begun anew').toBe('2026-12-01 17:00');
  expect(due(began, { kind: 'extended', atMs: at('2026-11-30T09:30'), by: { amount: 1, unit: 'working-days' } })).toBe(
    '2026-12-01 11:00',
  );
  const late = read(began, { kind: 'stopped', atMs: at('2026-11-30T11:30') })!;
  expect([late.phase, late.spentMs, say(late.dueAtMs)]).toEqual(['stopped', 9_000_000, '2026-11-30 11:00']);
  expect(read(began, { kind: 'stopped', atMs: at('2026-11-30T10:30') })!.dueAtMs).toBeNull();
  expect(read()).toBeNull();
});

const minutesADay = (hours: WorkingHours) =>
  hours.reduce((sum, [from, until]) => sum + minuteOf(until) - minuteOf(from), 0);
const minuteOf = (time: string) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3));

/** Minute by minute, from the text of local times and the calendar's own list of days: nothing is shared with what is tested. */
function byMinutes(
  steps: readonly ClockStep[],
  untilMs: number,
  hours: WorkingHours = CITY_HOURS,
): { spentMin: number; dueAtMs: number | null; limitMin: number } {
  let [spentMin, limitMin, running, paused] = [0, 0, false, false];
  let unit: TimeUnit = 'urgent-hours';
  /** When each minute that counts was over. */
  let overAtMs: number[] = [];
  const minutesOf = ({ amount, unit }: TimeLimit) =>
    amount *
    { 'urgent-hours': 60, 'working-hours': 60, 'working-days': minutesADay(hours), 'natural-days': 1440 }[unit];
  for (let nowMs = steps[0]!.atMs; nowMs <= untilMs; nowMs += MINUTE_MS) {
    for (const step of steps.filter((one) => one.atMs === nowMs)) {
      if (step.kind === 'started') {
        [spentMin, running, paused, overAtMs] = [0, true, false, []];
        [limitMin, unit] = [minutesOf(step.limit), step.limit.unit];
      } else if (step.kind === 'extended') limitMin += minutesOf(step.by);
      else if (step.kind === 'paused' && running) [running, paused] = [false, true];
      else if (step.kind === 'resumed' && paused) [running, paused] = [true, false];
      else if (step.kind === 'stopped') [running, paused] = [false, false];
    }
    if (nowMs === untilMs || !running || !counts(unit, nowMs, hours)) continue;
    overAtMs[++spentMin] = nowMs + MINUTE_MS;
  }
  return { spentMin, dueAtMs: overAtMs[limitMin] ?? null, limitMin };
}

const CITY_HOURS = policy.workingHours;

function counts(unit: TimeUnit, atMs: number, hours: WorkingHours): boolean {
  if (unit === 'urgent-hours' || unit === 'natural-days') return true;
  const [day, time] = say(atMs)!.toString().split(' ') as [string, string];
  const off = day >= '2026-02-15' && day <= '2026-02-23';
  const worked = ['2026-02-14', '2026-02-28'].includes(day);
  const weekend = [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());
  if (off || (weekend && !worked)) return false;
  return hours.some(([from, until]) => time >= from && time < until);
}

/** The city's, and those of units that work by night, at noon, and in the morning alone. */
const HOURS: [string, WorkingHours][] = [
  ['of the city', CITY_HOURS],
  [
    'of a night unit',
    [
      ['00:00', '05:30'],
      ['20:00', '24:00'],
    ],
  ],
  ['of a unit at noon', [['11:00', '14:30']]],
  [
    'of a unit of three shifts',
    [
      ['06:00', '09:00'],
      ['09:00', '12:15'],
      ['17:45', '23:59'],
    ],
  ],
];

test.each(HOURS)(
  'agrees with a count of each minute on seeded lives by the hours %s, across midnight, weekends and the Spring Festival',
  (_, hours) => {
    const calendar = new WorkingCalendar({ ...policy, workingHours: hours }, 'Asia/Shanghai');
    const random = seeded(11);
    const kinds = ['paused', 'resumed', 'extended', 'stopped', 'started', 'resumed', 'paused'] as const;
    const units = TimeUnit.options;
    const limit = (): TimeLimit => ({
      amount: [1, 2, 4][Math.floor(random() * 3)]!,
      unit: units[Math.floor(random() * 4)]!,
    });
    let overdue = 0;
    for (let n = 0; n < 150; n++) {
      let atMs = at('2026-02-11T00:00') + Math.floor(random() * 10_000) * MINUTE_MS;
      const steps: ClockStep[] = [{ kind: 'started', atMs, limit: limit() }];
      for (let i = 0, count = Math.floor(random() * 6); i < count; i++) {
        atMs += (1 + Math.floor(random() * 1500)) * MINUTE_MS;
        const kind = kinds[Math.floor(random() * kinds.length)]!;
        if (kind === 'started') steps.push({ kind, atMs, limit: limit() });
        else if (kind === 'extended') steps.push({ kind, atMs, by: limit() });
        else steps.push({ kind, atMs });
      }
      const nowMs = atMs + Math.floor(random() * 3000) * MINUTE_MS;
      const expected = byMinutes(steps, nowMs, hours);
      const got = readClock(steps, calendar, { nowMs, yellowShare: 1 / 3 })!;
      const story = JSON.stringify(steps.map((step) => [say(step.atMs), step]));
      expect(got.spentMs / MINUTE_MS, story).toBe(expected.spentMin);
      expect(got.limitMs / MINUTE_MS, story).toBe(expected.limitMin);
      if (expected.dueAtMs !== null) {
        overdue += 1;
        expect(say(got.dueAtMs), story).toBe(say(expected.dueAtMs));
      } else expect(got.dueAtMs === null || got.dueAtMs > nowMs, story).toBe(true);
    }
    expect(overdue).toBeGreaterThan(25);
  },
);

test('days that a city adds or takes away, a year that is not announced, and a zone with summer time', () => {
  const own = new WorkingCalendar(
    CaseClocks.parse({ holidays: ['2026-11-30'], workdays: ['2026-11-28'] }),
    'Asia/Shanghai',
  );
  const rest = { nowMs: at('2026-12-31T00:00'), yellowShare: 0.5 };
  expect(say(readClock([start('2026-11-27T17:00', 9.5, 'working-hours')], own, rest)!.dueAtMs)).toBe(
    '2026-12-01 09:30',
  );
  expect([calendar.isAnnounced(2026), calendar.isAnnounced(2031)]).toEqual([true, false]);
  const rome = new WorkingCalendar(CaseClocks.parse({ workingHours: [['01:00', '05:00']] }), 'Europe/Rome');
  // On Sunday 29 March 2026 Rome goes from 02:00 to 03:00: as a worked day it has three hours.
  expect(
    new WorkingCalendar(
      CaseClocks.parse({ workingHours: [['01:00', '05:00']], workdays: ['2026-03-29'] }),
      'Europe/Rome',
    ).runMs('working-hours', Date.parse('2026-03-28T12:00Z'), Date.parse('2026-03-29T12:00Z')),
  ).toBe(3 * 3_600_000);
  expect(rome.isWorkday('2026-03-29')).toBe(false);
  expect(CaseClocks.safeParse({ workingHours: [['09:00', '08:00']] }).success).toBe(false);
  expect(
    CaseClocks.safeParse({
      workingHours: [
        ['08:00', '12:00'],
        ['11:00', '18:00'],
      ],
    }).success,
  ).toBe(false);
});

test.each(['UTC', 'America/New_York', 'Pacific/Kiritimati', 'Asia/Kolkata'])(
  'a server whose own zone is %s reckons the same',
  (zone) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    try {
      // Node reads it anew: the server's own clock shows another day.
      expect(new Date(Date.UTC(2026, 1, 14, 12)).getTimezoneOffset()).toBe(
        { UTC: 0, 'America/New_York': 300, 'Pacific/Kiritimati': -840, 'Asia/Kolkata': -330 }[zone],
      );
      const here = new WorkingCalendar(policy, 'Asia/Shanghai');
      const read = (unit: TimeUnit, wall: string, amount: number) =>
        say(
          readClock([start(wall, amount, unit)], here, { nowMs: at('2026-12-31T00:00'), yellowShare: 1 / 3 })!.dueAtMs,
        );
      expect(read('working-hours', '2026-02-13T17:00', 2)).toBe('2026-02-14 09:30');
      expect(read('working-hours', '2026-02-14T23:30', 2)).toBe('2026-02-24 10:30');
      expect(read('working-days', '2026-11-27T00:10', 1)).toBe('2026-11-27 18:00');
      expect(read('natural-days', '2026-11-27T23:30', 1)).toBe('2026-11-28 23:30');
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  },
);
