import { expect, test } from 'vitest';
import { alertState, isActive, LISTED_AFTER_END_MS, lastingMs, listAlerts } from './alert-order.ts';
import { alertForTest } from './city-for-test.ts';

const NOW = Date.parse('2026-11-25T03:00:00.000Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();

test('unacknowledged comes first, then the graver, then the newer', () => {
  const alerts = [
    alertForTest({ id: 'handled-critical', severity: 'critical', handling: 'acknowledged' }),
    alertForTest({ id: 'minor', severity: 'minor' }),
    alertForTest({ id: 'major-old', severity: 'major', raisedAt: ago(9000) }),
    alertForTest({ id: 'major-new', severity: 'major', raisedAt: ago(1000) }),
    alertForTest({ id: 'critical', severity: 'critical' }),
  ];
  const ids = listAlerts(alerts, NOW).active.map(({ id }) => id);
  expect(ids).toEqual(['critical', 'major-new', 'major-old', 'minor', 'handled-critical']);
});

test('an alert that ended unseen stays until somebody looks at it', () => {
  expect(isActive(alertForTest({ presence: 'ended', endedAt: ago(86_400_000) }))).toBe(true);
});

test('what ended and was handled is listed apart for a while, a false alarm not at all', () => {
  const ended = { presence: 'ended', handling: 'acknowledged' } as const;
  const alerts = [
    alertForTest({ id: 'just', ...ended, endedAt: ago(1000) }),
    alertForTest({ id: 'long', ...ended, endedAt: ago(LISTED_AFTER_END_MS + 1) }),
    alertForTest({ id: 'false', verdict: 'false' }),
  ];
  const { active, ended: listed } = listAlerts(alerts, NOW);
  expect(active).toEqual([]);
  expect(listed.map(({ id }) => id)).toEqual(['just']);
});

test('the state is the verdict, else the case, else the handling', () => {
  expect(alertState(alertForTest({ verdict: 'false', caseId: 'k' }))).toBe('false');
  expect(alertState(alertForTest({ caseId: 'k', handling: 'acknowledged' }))).toBe('case');
  expect(alertState(alertForTest({ caseId: 'k', caseClosedAt: '2026-11-25T04:00:00.000Z' }))).toBe('case-closed');
  expect(alertState(alertForTest({ handling: 'acknowledged' }))).toBe('acknowledged');
});

test('an alert lasts until now, or until it ended', () => {
  expect(lastingMs(alertForTest({ startedAt: ago(60_000) }), NOW)).toBe(60_000);
  // Known up to a while ago only: up to then, but it was seen until it was seen last.
  const seen = alertForTest({ startedAt: ago(60_000), lastSeenAt: ago(30_000) });
  expect(lastingMs(seen, NOW - 10_000)).toBe(50_000);
  expect(lastingMs(seen, NOW - 45_000)).toBe(30_000);
  expect(lastingMs(alertForTest({ startedAt: ago(60_000), endedAt: ago(20_000) }), NOW)).toBe(40_000);
});
