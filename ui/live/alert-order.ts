import type { Alert } from '#engine/contract/alert.ts';

export type Severity = Alert['severity'];

/** From the gravest down. */
export const SEVERITIES: readonly Severity[] = ['critical', 'major', 'minor', 'info'];

/** How long an alert that ended and was handled is still listed, so that it does not vanish from under the eye. */
export const LISTED_AFTER_END_MS = 10 * 60_000;

const isJudgedWrong = ({ verdict }: Alert): boolean => verdict === 'false' || verdict === 'wrong-class';

/** Nobody has it in hand yet: neither acknowledged (as who makes a case of it does) nor judged wrong. */
export const isUntouched = (alert: Alert): boolean => alert.handling === 'new' && !isJudgedWrong(alert);

/** A judged false alarm needs nobody; neither does what ended and was handled. */
export function isActive(alert: Alert): boolean {
  return !isJudgedWrong(alert) && (alert.presence === 'standing' || isUntouched(alert));
}

/** Handled, over, and listed a little longer. */
function hasJustEnded(alert: Alert, nowMs: number): boolean {
  if (isJudgedWrong(alert) || isActive(alert)) return false;
  return alert.endedAt !== null && nowMs - Date.parse(alert.endedAt) < LISTED_AFTER_END_MS;
}

/** Unacknowledged first, then by severity, then the newest: what an operator should look at next comes first. */
export function byUrgency(a: Alert, b: Alert): number {
  const untouched = Number(isUntouched(b)) - Number(isUntouched(a));
  const graver = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  return untouched || graver || Date.parse(b.raisedAt) - Date.parse(a.raisedAt) || (a.id < b.id ? 1 : -1);
}

/** The alerts to list, most urgent first, and after them what has just ended. */
export function listAlerts(alerts: Iterable<Alert>, nowMs: number): { active: Alert[]; ended: Alert[] } {
  const active: Alert[] = [];
  const ended: Alert[] = [];
  for (const alert of alerts) {
    if (isActive(alert)) active.push(alert);
    else if (hasJustEnded(alert, nowMs)) ended.push(alert);
  }
  active.sort(byUrgency);
  ended.sort((a, b) => Date.parse(b.endedAt ?? b.raisedAt) - Date.parse(a.endedAt ?? a.raisedAt));
  return { active, ended };
}

/** The one word for an alert's state: the case outweighs the acknowledgement. Whether it ended is told beside it. */
export function alertState(
  alert: Alert,
): 'new' | 'acknowledged' | 'shelved' | 'case' | 'case-closed' | 'false' | 'wrong-class' {
  if (alert.verdict === 'false' || alert.verdict === 'wrong-class') return alert.verdict;
  if (alert.caseId === null) return alert.handling;
  return alert.caseClosedAt === null ? 'case' : 'case-closed';
}

/** How long the thing was there, as far as is known: up to its end, or up to `knownMs`, but at least until it was seen last. */
export function lastingMs(alert: Alert, knownMs: number): number {
  const untilMs = alert.endedAt === null ? Math.max(knownMs, Date.parse(alert.lastSeenAt)) : Date.parse(alert.endedAt);
  return Math.max(0, untilMs - Date.parse(alert.startedAt));
}
