import type { Case, NewCaseEntry } from '#engine/contract/case.ts';
import { SEVERITIES } from '../live/alert-order.ts';

export type CaseState = Case['state'];
export type CaseFilter = 'open' | 'closed';
export type NextStep = NewCaseEntry['kind'];

/** The states in the order in which a case goes through them. */
export const STEPS: readonly CaseState[] = ['opened', 'assigned', 'started', 'handled', 'closed'];

/** What may come next, the usual way first: a case can be given to another unit until it is handled. */
export const NEXT_STEPS: Record<CaseState, readonly NextStep[]> = {
  opened: ['assigned', 'closed'],
  assigned: ['started', 'assigned', 'closed'],
  started: ['handled', 'assigned', 'closed'],
  handled: ['closed'],
  closed: [],
};

/** Whether words must go with a step: what was done, or why a case is closed that was not handled. */
export const needsNote = (state: CaseState, step: NextStep): boolean =>
  step === 'handled' || (step === 'closed' && state !== 'handled');

/** What waits longest for its next step comes first: not yet assigned, then by severity, then the oldest. */
export function byWaiting(a: Case, b: Case): number {
  const step = STEPS.indexOf(a.state) - STEPS.indexOf(b.state);
  const graver = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  return step || graver || Date.parse(a.openedAt) - Date.parse(b.openedAt);
}

/** The last closed comes first. */
export const byClosing = (a: Case, b: Case): number =>
  Date.parse(b.closedAt ?? b.openedAt) - Date.parse(a.closedAt ?? a.openedAt);
