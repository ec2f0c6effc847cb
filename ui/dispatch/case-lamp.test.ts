import { expect, test } from 'vitest';
import type { CaseClock } from '#engine/contract/case.ts';
import { caseForTest } from '../live/city-for-test.ts';
import { lampOf } from './case-lamp.ts';
import { byUrgency, nextSteps } from './case-steps.ts';

const at = (minute: number) => Date.UTC(2026, 10, 30, 2, minute);
const clock = (part: Partial<CaseClock> = {}): CaseClock => ({
  ...{ stage: 'handle', phase: 'running', limit: { amount: 0.5, unit: 'urgent-hours' }, leftMs: 0 },
  ...{ yellowAt: new Date(at(20)).toISOString(), dueAt: new Date(at(30)).toISOString() },
  ...part,
});

test('a lamp turns yellow and red at the instants of the clock, and stands still with it', () => {
  const lamps = [10, 20, 30, 31].map((minute) => lampOf({ clock: clock() }, at(minute)));
  expect(lamps).toEqual(['green', 'yellow', 'yellow', 'red']);
  expect(lampOf({ clock: clock({ phase: 'paused', yellowAt: null, dueAt: null }) }, at(50))).toBe('paused');
  expect(lampOf({ clock: clock({ phase: 'paused' }) }, at(50)), 'late before it was suspended').toBe('red');
  expect(lampOf({ clock: null }, at(50))).toBe('none');
});

test('what is late comes first, then the graver, then what is due sooner', () => {
  const cases = [
    caseForTest({
      id: 'in time',
      severity: 'critical',
      clock: clock({ yellowAt: null, dueAt: new Date(at(59)).toISOString() }),
    }),
    caseForTest({ id: 'late', severity: 'info', clock: clock({ dueAt: new Date(at(5)).toISOString() }) }),
    caseForTest({ id: 'nearly, minor', severity: 'minor', clock: clock() }),
    caseForTest({ id: 'nearly, major', severity: 'major', clock: clock() }),
    caseForTest({
      id: 'suspended',
      severity: 'critical',
      clock: clock({ phase: 'paused', yellowAt: null, dueAt: null }),
    }),
  ];
  const sorted = cases.sort(byUrgency(at(25))).map(({ id }) => id);
  expect(sorted).toEqual(['late', 'nearly, major', 'nearly, minor', 'in time', 'suspended']);
});

test('the steps that are offered are those of the table, and approvals are an administrator’s', () => {
  const dispatcher = nextSteps(caseForTest({ state: 'started' }), { roles: ['dispatcher'] });
  expect(dispatcher).toEqual({
    usual: ['handled', 'assigned', 'closed'],
    others: ['assisted', 'recalled', 'returned', 'appealed', 'noted'],
  });
  const { others } = nextSteps(caseForTest({ state: 'started' }), { roles: ['administrator'] });
  expect(others).toEqual([
    'assisted',
    'recalled',
    'returned',
    'suspended',
    'extended',
    'supervised',
    'appealed',
    'voided',
    'noted',
  ]);
  expect(nextSteps(caseForTest({ state: 'assigned', suspended: true }), { roles: ['dispatcher'] })).toEqual({
    usual: ['resumed'],
    others: ['appealed', 'noted'],
  });
});
