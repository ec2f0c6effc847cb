import { expect, test } from 'vitest';
import { LocalHours } from './hours.ts';

/** Beijing's clock, eight hours ahead of UTC. */
const at = (utc: string) => Date.parse(`2026-11-25T${utc}:00Z`);

test.each([
  [['07:00-22:00'], '23:00', true],
  [['07:00-22:00'], '14:00', false],
  [['22:00-06:00'], '16:00', true],
  [['00:00-24:00'], '15:59', true],
  [['00:00-24:00'], '16:00', true],
  [['20:00-24:00'], '15:59', true],
  [['20:00-24:00'], '16:00', false],
  [[], '03:00', true],
])('%j holds at %s UTC: %s', (spans, utc, holds) => {
  expect(new LocalHours(spans, 'Asia/Shanghai').includes(at(utc))).toBe(holds);
});

test.each([
  // 2026-10-10 is a Saturday on which work is done for the National Day's holidays.
  ['workdays', ['09:00-18:00'], '2026-10-10T10:00:00+08:00', true],
  ['restdays', ['09:00-18:00'], '2026-10-10T10:00:00+08:00', false],
  ['workdays', ['09:00-18:00'], '2026-10-05T10:00:00+08:00', false],
  ['restdays', undefined, '2026-10-05T03:00:00+08:00', true],
  ['workdays', ['09:00-18:00'], '2026-10-12T08:59:00+08:00', false],
  // What began on Friday evening goes on into Saturday; Sunday's does not reach into Monday.
  ['workdays', ['22:00-06:00'], '2026-11-28T05:00:00+08:00', true],
  ['workdays', ['22:00-06:00'], '2026-11-30T05:00:00+08:00', false],
  ['workdays', undefined, '2026-11-30T00:00:00+08:00', true],
] as const)('%s %j at %s: %s', (on, spans, at, holds) => {
  const hours = new LocalHours(spans, 'Asia/Shanghai', { on, holidays: [], workdays: [] });
  expect(hours.includes(Date.parse(at))).toBe(holds);
});

test('the city’s own days off count before the national calendar', () => {
  const days = { on: 'workdays', holidays: ['2026-11-25'], workdays: ['2026-11-28'] } as const;
  const hours = new LocalHours(['09:00-18:00'], 'Asia/Shanghai', days);
  expect(hours.includes(Date.parse('2026-11-25T10:00:00+08:00'))).toBe(false);
  expect(hours.includes(Date.parse('2026-11-28T10:00:00+08:00'))).toBe(true);
});
