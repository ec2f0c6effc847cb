import type { Appeal, CaseEntry, CaseEntryKind, CaseOutcome, CaseStage, CaseState } from './case.ts';

/**
 * What an entry does to a clock. `go`: goes on where it stood for the same unit, begins anew for another. `freeze` stops one that
 * runs, and `thaw` lets go on what was frozen.
 */
export type ClockEffect = 'begin' | 'go' | 'pause' | 'resume' | 'extend' | 'stop' | 'freeze' | 'thaw';

/** What may be appended to a case: when, by whom, what must be said with it, and what it does. */
export interface CaseStep {
  readonly from: readonly CaseState[];
  /** null: the state stays. */
  readonly to: CaseState | null;
  /** An approval is not the desk's own to give; the engine's are what cameras see and clocks say. */
  readonly by: 'dispatch' | 'approve' | 'engine';
  /** Whether somebody may append it alone; if not it comes with something larger: a merge, a look, a clock. */
  readonly alone: boolean;
  readonly needs: readonly ('unit' | 'note' | 'limit')[];
  /** Of a suspended case nothing else may happen. */
  readonly whileSuspended: 'never' | 'too' | 'only';
  readonly clocks: Readonly<Partial<Record<CaseStage, ClockEffect>>>;
}

export type NewEntryKind = Exclude<CaseEntryKind, keyof typeof BEGINNINGS>;

const REGISTERED = ['opened', 'assigned', 'started', 'handled'] as const;
const OPEN = ['reported', ...REGISTERED] as const;
const AT_THE_UNIT = ['assigned', 'started'] as const;
const all = <E extends ClockEffect>(effect: E) => ({
  ...{ register: effect, dispatch: effect, handle: effect, check: effect },
});
const ALL_STOP = all('stop');
const step = (given: Partial<CaseStep> & Pick<CaseStep, 'from' | 'to'>): CaseStep => ({
  ...{ by: 'dispatch', alone: true, needs: [], whileSuspended: 'never', clocks: {} },
  ...given,
});

/** What a case begins with: reported (受理) it waits to be registered, opened from alerts it is. */
export const BEGINNINGS = {
  reported: { to: 'reported', clocks: { register: 'begin' } },
  opened: { to: 'opened', clocks: { dispatch: 'begin' } },
} as const;

/**
 * The life of a case, as one table: what engine and page go by. Registered (立案) it waits to be sent out (派遣), for its unit
 * (处置), and to be checked (核查).
 */
export const CASE_STEPS: Readonly<Record<NewEntryKind, CaseStep>> = {
  // 核实: a unit looks whether a report is true; meanwhile the clock of registering stands.
  verifying: step({ from: ['reported'], to: null, needs: ['unit'], clocks: { register: 'pause' } }),
  // 核实 done: what was found is said.
  verified: step({ from: ['reported'], to: null, needs: ['note'], clocks: { register: 'resume' } }),
  // 立案.
  registered: step({ from: ['reported'], to: 'opened', clocks: { register: 'stop', dispatch: 'begin' } }),
  // 派遣, and 改派 to another unit.
  assigned: step({
    ...{ from: ['opened', 'assigned', 'started'], to: 'assigned', needs: ['unit'] },
    clocks: { dispatch: 'stop', handle: 'go' },
  }),
  // 协办: another unit helps; the one in charge stays.
  assisted: step({ from: AT_THE_UNIT, to: null, needs: ['unit'] }),
  // 接单: the unit has seen it and goes.
  accepted: step({ from: ['assigned'], to: null }),
  // 撤回: the desk takes it back from the unit.
  recalled: step({ from: AT_THE_UNIT, to: 'opened', needs: ['note'], clocks: { dispatch: 'begin', handle: 'pause' } }),
  started: step({ from: ['assigned'], to: 'started' }),
  // 处置完毕: what was done is said.
  handled: step({ from: ['started'], to: 'handled', needs: ['note'], clocks: { handle: 'pause', check: 'begin' } }),
  // 核查 by the camera that raised it.
  checked: step({ from: ['handled'], to: null, by: 'engine', alone: false }),
  // 结案. Its note is asked for by `mustSayWhy`.
  closed: step({ from: REGISTERED, to: 'closed', clocks: ALL_STOP }),
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
  // 超时, and 提级: told to somebody higher.
  overdue: step({ from: OPEN, to: null, by: 'engine', alone: false, whileSuspended: 'too' }),
  escalated: step({ from: OPEN, to: null, by: 'engine', alone: false, whileSuspended: 'too' }),
  // 超时申诉: the unit says why it is not to blame; granted, what was late does not count and stays on record.
  appealed: step({ from: [...REGISTERED, 'closed'], to: null, needs: ['note'], whileSuspended: 'too' }),
  'appeal-granted': step({
    ...{ from: [...REGISTERED, 'closed'], to: null, by: 'approve', needs: ['note'], whileSuspended: 'too' },
  }),
  'appeal-refused': step({
    ...{ from: [...REGISTERED, 'closed'], to: null, by: 'approve', needs: ['note'], whileSuspended: 'too' },
  }),
  // 合并: the other case becomes part of this one, and this one goes on; split, it stands as it did before.
  merged: step({ from: OPEN, to: null, alone: false, whileSuspended: 'too' }),
  'merged-into': step({ from: OPEN, to: 'closed', alone: false, clocks: all('freeze') }),
  split: step({ from: ['closed'], to: null, alone: false, clocks: all('thaw') }),
  // 关联: they have to do with each other and stay two.
  linked: step({ from: [...OPEN, 'closed'], to: null, alone: false, whileSuspended: 'too' }),
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
  /** The units that help. */
  readonly assisting: readonly string[];
  readonly appeal: Appeal | null;
  /** How it stood before it became part of another case; null: it is none. */
  readonly beforeMerge: CaseStanding | null;
}

export const OPENED: CaseStanding = {
  state: 'opened',
  unitId: null,
  suspended: false,
  supervised: false,
  outcome: null,
  assisting: [],
  appeal: null,
  beforeMerge: null,
};

/** How a case stands once an entry is appended. */
function standingAfter(before: CaseStanding, { kind, unitId }: Pick<CaseEntry, 'kind' | 'unitId'>): CaseStanding {
  if (kind === 'opened' || kind === 'reported') return { ...OPENED, state: kind };
  if (kind === 'split') return before.beforeMerge ?? before;
  const state = CASE_STEPS[kind].to ?? before.state;
  const outcome = CASE_STEPS[kind].to === 'closed' ? outcomeOf(before, kind) : before.outcome;
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
    assisting: assistingAfter(before, kind, unitId),
    appeal: APPEALS[kind] ?? before.appeal,
    beforeMerge: kind === 'merged-into' ? before : before.beforeMerge,
  };
}

const APPEALS: Partial<Record<CaseEntryKind, Appeal>> = {
  ...{ appealed: 'open', 'appeal-granted': 'granted', 'appeal-refused': 'refused' },
};

/** Who helps goes on helping until the case is returned, closed or sent to itself. */
function assistingAfter({ assisting }: CaseStanding, kind: NewEntryKind, unitId: string | null): readonly string[] {
  if (kind === 'returned' || kind === 'recalled' || kind === 'reopened') return [];
  if (unitId === null) return assisting;
  if (kind === 'assigned') return assisting.filter((id) => id !== unitId);
  return kind === 'assisted' && !assisting.includes(unitId) ? [...assisting, unitId] : assisting;
}

function outcomeOf({ state }: CaseStanding, kind: NewEntryKind): CaseOutcome {
  if (kind === 'voided' || kind === 'merged-into') return kind === 'voided' ? 'voided' : 'merged';
  return state === 'handled' ? 'handled' : 'unhandled';
}

export function standingOf(entries: readonly Pick<CaseEntry, 'kind' | 'unitId'>[]): CaseStanding {
  return entries.reduce(standingAfter, OPENED);
}

/** Units by the names that they had when they were sent. */
export function namesOf(
  ids: readonly string[],
  entries: readonly Pick<CaseEntry, 'unitId' | 'unitName'>[],
): { id: string; name: string }[] {
  return ids.map((id) => ({ id, name: entries.findLast(({ unitId }) => unitId === id)?.unitName ?? id }));
}

/** What decides whether an entry may follow; a `Case` fits. */
export type Followed = Pick<CaseStanding, 'state' | 'suspended' | 'appeal' | 'outcome'>;

/** Whether the table lets an entry follow. An appeal is answered once, and what is part of another case does nothing by itself. */
export function mayFollow({ state, suspended, appeal, outcome }: Followed, kind: NewEntryKind): boolean {
  const { from, whileSuspended } = CASE_STEPS[kind];
  if (outcome === 'merged' && kind !== 'split' && kind !== 'noted') return false;
  if (kind === 'split' && outcome !== 'merged') return false;
  if (kind === 'appealed' && appeal !== null) return false;
  if ((kind === 'appeal-granted' || kind === 'appeal-refused') && appeal !== 'open') return false;
  return from.includes(state) && (suspended ? whileSuspended !== 'never' : whileSuspended !== 'only');
}

/**
 * Whether a note must go with an entry. With a closing it must where nobody handled it, and where a camera still sees what
 * the case is about: nobody closes a case against the camera's eye without a reason on record.
 */
export function mustSayWhy({ state }: Pick<CaseStanding, 'state'>, kind: NewEntryKind, stillSeen: boolean): boolean {
  if (kind === 'closed') return state !== 'handled' || stillSeen;
  return CASE_STEPS[kind].needs.includes('note');
}
