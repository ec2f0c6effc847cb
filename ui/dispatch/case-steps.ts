import type { Account } from '#engine/contract/account.ts';
import type { Case, NewCaseEntry } from '#engine/contract/case.ts';
import { CASE_STEPS, mayFollow, type NewEntryKind } from '#engine/contract/case-steps.ts';
import { SEVERITIES } from '../live/alert-order.ts';
import { lampOf } from './case-lamp.ts';

export type CaseState = Case['state'];
export type CaseTab = 'open' | 'closed';
export type NextStep = NewCaseEntry['kind'];

const STEPS: readonly CaseState[] = ['opened', 'assigned', 'started', 'handled', 'closed'];

/** The states in the order in which a case goes through them; one that was reported has one more. */
export function stepsOf({ entries }: Pick<Case, 'entries'>): readonly CaseState[] {
  return entries[0]?.kind === 'reported' ? ['reported', ...STEPS] : STEPS;
}

/** The way that cases usually go from each state, the most usual first. What else may follow is asked for. */
const USUAL: Record<CaseState, readonly NextStep[]> = {
  reported: ['registered', 'verified', 'verifying', 'voided'],
  opened: ['assigned', 'closed'],
  assigned: ['started', 'assigned', 'closed'],
  started: ['handled', 'assigned', 'closed'],
  handled: ['closed', 'rework'],
  closed: [],
};

/** What may come next, by the table that the engine goes by, and what of it this account may do. */
export function nextSteps(one: Case, account: Pick<Account, 'roles'>): { usual: NextStep[]; others: NextStep[] } {
  const approves = account.roles.includes('administrator');
  const may = (Object.keys(CASE_STEPS) as NewEntryKind[]).filter(
    (kind): kind is NextStep =>
      CASE_STEPS[kind].alone && mayFollow(one, kind) && (CASE_STEPS[kind].by !== 'approve' || approves),
  );
  const usual = (one.suspended ? (['resumed'] as const) : USUAL[one.state]).filter((kind) => may.includes(kind));
  return { usual, others: may.filter((kind) => !usual.includes(kind)) };
}

const LAMP_ORDER = ['red', 'yellow', 'green', 'none', 'paused'] as const;

/** What most needs somebody comes first: by its lamp, then by severity, then what is due, or waits, longest. */
export function byUrgency(nowMs: number): (a: Case, b: Case) => number {
  const dueMs = (one: Case) => Date.parse(one.clock?.dueAt ?? one.openedAt);
  return (a, b) =>
    LAMP_ORDER.indexOf(lampOf(a, nowMs)) - LAMP_ORDER.indexOf(lampOf(b, nowMs)) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    dueMs(a) - dueMs(b);
}

/** The last closed comes first. */
export const byClosing = (a: Case, b: Case): number =>
  Date.parse(b.closedAt ?? b.openedAt) - Date.parse(a.closedAt ?? a.openedAt);
