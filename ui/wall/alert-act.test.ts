import { expect, test } from 'vitest';
import { alertForTest } from '../live/city-for-test.ts';
import { mayStart } from './alert-act.ts';

const CLOSED = { caseId: 'k', caseClosedAt: '2026-11-25T04:00:00.000Z' };

test.each([
  [{}, true],
  [{ caseId: 'k' }, false],
  [CLOSED, true],
  [{ ...CLOSED, presence: 'ended' as const }, false],
  [{ verdict: 'false' as const }, false],
])('whether %j can be made a case: %s', (part, may) => {
  expect(mayStart('make-case', alertForTest(part))).toBe(may);
});

test('what is new can be acknowledged, once', () => {
  expect(mayStart('acknowledge', alertForTest({}))).toBe(true);
  expect(mayStart('acknowledge', alertForTest({ handling: 'acknowledged' }))).toBe(false);
});
