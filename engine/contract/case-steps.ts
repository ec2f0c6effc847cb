import type { CaseEntry, CaseEntryKind, CaseOutcome, CaseStage, CaseState } from './case.ts';

/** What an entry does to a clock. `go`: goes on where it stood for the same unit, begins anew for another. */
type ClockEffect = 'begin' | 'go' | 'pause' | 'resume' | 'extend' | 'stop';

/** What may be appended to a case: when, by whom, what must be said with it, and what it does. */
export interface CaseStep {
  readonly from: readonly CaseState[];
  /** null: the state stays. */
  readonly to: CaseState | null;
  /** An approval is not the desk's own to give. */
  readonly by: 'dispatch' | 'approve';
  readonly needs: readonly ('unit' | 'note' | 'limit')[];
  /** Of a suspended case nothing else may happen. */
  readonly whileSuspended: 'never' | 'too' | 'only';
  readonly clocks: Readonly<Partial<Record<CaseStage, ClockEffect>>>;
}

export type NewEntryKind = Exclude<CaseEntryKind, 'opened'>;

const OPEN = ['opened', 'assigned', 'started', 'handled'] as const;
const AT_THE_UNIT = ['assigned', 'started'] as const;
const ALL_STOP = { dispatch: 'stop', handle: 'stop', check: 'stop' } as const;
const step = (given: Partial<CaseStep> & Pick<CaseStep, 'from' | 'to'>): CaseStep => ({
  ...{ by: 'dispatch', needs: [], whileSuspended: 'never', clocks: {} },
  ...given,
});

/**
 * The life of a case, as one table: what engine and page go by. Opened (立案) it waits to be sent out (派遣), for its unit
 * (处置), and to be checked (核查).
 */
export const CASE_STEPS: Readonly<Record<NewEntryKind, CaseStep>> = {
  // 派遣, and 改派 to another unit.
  assigned: step({
    ...{ from: ['opened', 'assigned', 'started'], to: 'assigned', needs: ['unit'] },
    clocks: { dispatch: 'stop', handle: 'go' },
  }),
  // 接单: the unit has seen it and goes.
  accepted: step({ from: ['assigned'], to: null }),
  // 撤回: the desk takes it back from the unit.
  recalled: step({ from: AT_THE_UNIT, to: 'opened', needs: ['note'], clocks: { dispatch: 'begin', handle: 'pause' } }),
  started: step({ from: ['assigned'], to: 'started' }),
  // 处置完毕: what was done is said.
  handled: step({ from: ['started'], to: 'handled', needs: ['note'], clocks: { handle: 'pause', check: 'begin' } }),
  // 结案. Its note is asked for by `mustSayWhy`.
  closed: step({ from: OPEN, to: 'closed', clocks: ALL_STOP }),
  // 退回: the unit says why it is not its; the desk sends it to another, or back.
  returned: step({ from: AT_THE_UNIT, to: 'opened', needs: ['note'], clocks: { dispatch: 'begin', handle: 'pause' } }),
  // 核查不通过: the same unit goes on, with what it has left.
  rework: step({ from: ['handled'], to: 'assigned', needs: ['note'], clocks: { handle: 'resume', check: 'stop' } }),
  // 挂账: what cannot be done now; its clock stands still.
  suspended: step({ from: AT_THE_UNIT, to: null, by: 'approve', needs: ['note'], clocks: { handle: 'pause' } }),
  resumed: step({ from: AT_THE_UNIT, to: null, whileSuspended: 'only', clocks: { handle: 'resume' } }),
  // 延期.
  extended: step({
    ...{ from: AT_THE_UNIT, to: null, by: 'approve', needs: ['limit', 'note'] },
    clocks: { handle: 'extend' },
  }),
  // 督办.
  supervised: step({ from: OPEN, to: null, by: 'approve', needs: ['note'], whileSuspended: 'too' }),
  // 作废: it should never have been one.
  voided: step({
    ...{ from: OPEN, to: 'closed', by: 'approve', needs: ['note'], whileSuspended: 'too' },
    clocks: ALL_STOP,
  }),
  // 重开.
  reopened: step({ from: ['closed'], to: 'opened', needs: ['note'], clocks: { dispatch: 'begin' } }),
  noted: step({ from: [...OPEN, 'closed'], to: null, needs: ['note'], whileSuspended: 'too' }),
};

/** How a case stands by its entries: nothing else decides it. */
export interface CaseStanding {
  readonly state: CaseState;
  readonly unitId: string | null;
  readonly suspended: boolean;
  readonly supervised: boolean;
  readonly outcome: CaseOutcome | null;
}

export const OPENED: CaseStanding = {
  state: 'opened',
  unitId: null,
  suspended: false,
  supervised: false,
  outcome: null,
};

/** How a case stands once an entry is appended. */
function standingAfter(before: CaseStanding, { kind, unitId }: Pick<CaseEntry, 'kind' | 'unitId'>): CaseStanding {
  if (kind === 'opened') return OPENED;
  const state = CASE_STEPS[kind].to ?? before.state;
  const outcome = state === 'closed' && kind !== 'noted' ? outcomeOf(before, kind) : before.outcome;
  return {
    state,
    // Returned it is nobody's, until it is sent out again.
    unitId:
      kind === 'assigned'
        ? unitId
        : kind === 'returned' || kind === 'recalled' || kind === 'reopened'
          ? null
          : before.unitId,
    suspended: kind === 'suspended' || (before.suspended && kind !== 'resumed' && state !== 'closed'),
    supervised: kind === 'supervised' || before.supervised,
    outcome: kind === 'reopened' ? null : outcome,
  };
}

function outcomeOf({ state }: CaseStanding, kind: NewEntryKind): CaseOutcome {
  if (kind === 'voided') return 'voided';
  return state === 'handled' ? 'handled' : 'unhandled';
}

export function standingOf(entries: readonly Pick<CaseEntry, 'kind' | 'unitId'>[]): CaseStanding {
  return entries.reduce(standingAfter, OPENED);
}

/** Whether the table lets an entry follow. */
export function mayFollow({ state, suspended }: CaseStanding, kind: NewEntryKind): boolean {
  const { from, whileSuspended } = CASE_STEPS[kind];
  return from.includes(state) && (suspended ? whileSuspended !== 'never' : whileSuspended !== 'only');
}

/**
 * Whether a note must go with an entry. With a closing it must where nobody handled it, and where a camera still sees what
 * the case is about: nobody closes a case against the camera's eye without a reason on record.
 */
export function mustSayWhy({ state }: CaseStanding, kind: NewEntryKind, stillSeen: boolean): boolean {
  if (kind === 'closed') return state !== 'handled' || stillSeen;
  return CASE_STEPS[kind].needs.includes('note');
}
