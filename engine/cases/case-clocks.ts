import type { CaseChecks } from '#config/case-checks.ts';
import type { CaseClocks, TimeLimit, WorkingHours } from '#config/case-clocks.ts';
import { type ClockReading, type ClockStep, readClock } from '../clocks/stopwatch.ts';
import { WorkingCalendar } from '../clocks/working-calendar.ts';
import type { CaseClock, CaseEntry, CaseEntryKind, CaseStage, CaseState } from '../contract/case.ts';
import { BEGINNINGS, CASE_STEPS, type ClockEffect, standingOf } from '../contract/case-steps.ts';

/** What a site lets its cases take, and the calendar that it counts by. */
export interface CasePolicy {
  timeZone: string;
  clocks: CaseClocks;
  calendar: WorkingCalendar;
  /** The calendar with the hours of a unit that has its own: its days are the city's. */
  calendarWith(hours: WorkingHours | null): WorkingCalendar;
  /** How the cameras of a case look again once it was handled; absent: they do not. */
  checks?: Pick<CaseChecks, 'withinMs'>;
}

export function casePolicyOf({
  timeZone,
  caseClocks,
  caseChecks,
}: {
  timeZone: string;
  caseClocks: CaseClocks;
  caseChecks?: CaseChecks;
}): CasePolicy {
  const calendar = new WorkingCalendar(caseClocks, timeZone);
  const known = new Map<string, WorkingCalendar>();
  return {
    ...{ timeZone, clocks: caseClocks, calendar },
    ...(caseChecks && { checks: caseChecks }),
    calendarWith(hours) {
      if (hours === null) return calendar;
      const key = JSON.stringify(hours);
      const own = known.get(key) ?? new WorkingCalendar({ ...caseClocks, workingHours: hours }, timeZone);
      known.set(key, own);
      return own;
    },
  };
}

export interface TimedEntry extends Pick<CaseEntry, 'kind' | 'unitId' | 'limit'> {
  atMs: number;
  /** When the unit that it goes to works; null: as the city does. */
  hours: WorkingHours | null;
}

const STAGES = ['register', 'dispatch', 'handle', 'check'] as const satisfies readonly CaseStage[];

function effectsOf(kind: CaseEntryKind): Readonly<Partial<Record<CaseStage, ClockEffect>>> {
  return kind === 'opened' || kind === 'reported' ? BEGINNINGS[kind].clocks : CASE_STEPS[kind].clocks;
}

/** How long what an entry begins may take by the site's policy; null: it begins nothing. */
export function limitOf(
  { clocks }: CasePolicy,
  kind: CaseEntryKind,
  of: { codeset: string; code: string },
): TimeLimit | null {
  const effects = effectsOf(kind);
  if (effects.register === 'begin') return clocks.registerWithin;
  if (effects.dispatch === 'begin') return clocks.dispatchWithin;
  if (effects.check === 'begin') return clocks.checkWithin;
  if (effects.handle !== 'go') return null;
  const own = clocks.handleWithin.find(({ codeset, code }) => codeset === of.codeset && code === of.code);
  return own?.limit ?? clocks.handleOthersWithin;
}

/** One time that a stage was gone through. */
export interface ClockLife {
  readonly stage: CaseStage;
  /** Counts them from 1. */
  readonly life: number;
  readonly reading: ClockReading;
  readonly calendar: WorkingCalendar;
}

/**
 * Reads a case's clocks off its entries.
 * @returns the clock of the stage it is in, null when it is closed or its entries have no limits, and that as it was read; and the
 * stages that took too long, each time that they were gone through.
 */
export function readCaseClocks(
  entries: readonly TimedEntry[],
  policy: CasePolicy,
  nowMs: number,
): { clock: CaseClock | null; now: ClockLife | null; late: CaseStage[] } {
  const { yellowShare } = policy.clocks;
  const late: CaseStage[] = [];
  const current = new Map<CaseStage, ClockLife>();
  for (const stage of STAGES) {
    for (const [i, { steps, hours }] of livesOf(entries, stage).entries()) {
      const calendar = policy.calendarWith(hours);
      const reading = readClock(steps, calendar, { nowMs, yellowShare });
      if (!reading) continue;
      if (reading.dueAtMs !== null && reading.dueAtMs < nowMs && !late.includes(stage)) late.push(stage);
      current.set(stage, { ...{ stage, life: i + 1, reading, calendar } });
    }
  }
  const stage = STAGE_OF[standingOf(entries).state];
  const now = (stage && current.get(stage)) ?? null;
  return { clock: now && onWire(now.stage, now.reading), now, late };
}

const STAGE_OF: Record<CaseState, CaseStage | null> = {
  ...{
    reported: 'register',
    opened: 'dispatch',
    assigned: 'handle',
    started: 'handle',
    handled: 'check',
    closed: null,
  },
};

interface Life {
  steps: ClockStep[];
  hours: WorkingHours | null;
}

/** The steps of a stage's clock, one list for each time that it began. A unit's hours count where it handles. */
function livesOf(entries: readonly TimedEntry[], stage: CaseStage): Life[] {
  const lives: Life[] = [];
  let unitId: string | null = null;
  let [runs, over, frozen] = [false, true, false];
  for (const { kind, atMs, limit, unitId: to, hours } of entries) {
    const effect = effectsOf(kind)[stage];
    const push = (step: ClockStep) => lives.at(-1)?.steps.push(step);
    const isNew = effect === 'begin' || (effect === 'go' && (over || to !== unitId));
    if (effect === 'go') unitId = to;
    if (isNew) {
      // Sent on straight to another, the first has nothing more to do with it.
      if (!over) push({ kind: 'stopped', atMs });
      // Entries from before there were clocks have no limit.
      const steps: ClockStep[] = limit ? [{ kind: 'started', atMs, limit }] : [];
      lives.push({ steps, hours: stage === 'handle' ? hours : null });
      [runs, over, frozen] = [true, false, false];
    } else if (effect === 'pause' || (effect === 'freeze' && runs)) {
      push({ kind: 'paused', atMs });
      [runs, frozen] = [false, effect === 'freeze'];
    } else if (effect === 'resume' || (effect === 'go' && !runs) || (effect === 'thaw' && frozen)) {
      push({ kind: 'resumed', atMs });
      [runs, frozen] = [true, false];
    } else if (effect === 'extend' && limit) push({ kind: 'extended', atMs, by: limit });
    else if (effect === 'stop') {
      push({ kind: 'stopped', atMs });
      [runs, over, frozen] = [false, true, false];
    }
  }
  return lives;
}

function onWire(
  stage: CaseStage,
  { phase, limit, limitMs, spentMs, yellowAtMs, dueAtMs }: ClockReading,
): CaseClock | null {
  if (phase === 'stopped') return null;
  const text = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return { stage, limit, phase, yellowAt: text(yellowAtMs), dueAt: text(dueAtMs), leftMs: limitMs - spentMs };
}
