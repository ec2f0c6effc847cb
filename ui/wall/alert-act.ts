import type { Alert } from '#engine/contract/alert.ts';

/** What an operator can do about an alert. */
export type AlertAct = 'acknowledge' | 'false-alarm' | 'make-case';

/** Only what is new can be acknowledged, and what was judged false is over. */
export function mayStart(act: AlertAct, { handling, verdict }: Pick<Alert, 'handling' | 'verdict'>): boolean {
  if (verdict === 'false' || verdict === 'wrong-class') return false;
  return act !== 'acknowledge' || handling === 'new';
}
