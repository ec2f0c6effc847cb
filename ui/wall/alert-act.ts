import type { Alert } from '#engine/contract/alert.ts';

/** What an operator can do about an alert. */
export type AlertAct = 'acknowledge' | 'false-alarm' | 'make-case';

type Actable = Pick<Alert, 'handling' | 'verdict' | 'presence' | 'caseId' | 'caseClosedAt'>;

/**
 * Only what is new can be acknowledged; what was judged false is over; an alert goes into one case at a time, and what
 * still stands when that is closed can go into another.
 */
export function mayStart(act: AlertAct, alert: Actable): boolean {
  if (alert.verdict === 'false' || alert.verdict === 'wrong-class') return false;
  if (act === 'acknowledge') return alert.handling === 'new';
  if (act === 'false-alarm' || alert.caseId === null) return true;
  return alert.caseClosedAt !== null && alert.presence === 'standing';
}
