import type { CaseClocks, TimeLimit } from '#config/case-clocks.ts';
import { type ClockReading, type ClockStep, readClock } from '../clocks/stopwatch.ts';
import { WorkingCalendar } from '../clocks/working-calendar.ts';
import type { CaseClock, CaseEntry, CaseEntryKind, CaseStage } from '../contract/case.ts';
import { CASE_STEPS, standingOf } from '../contract/case-steps.ts';

/** What a site lets its cases take, and the calendar that it counts by. */
export interface CasePolicy {
  timeZone: string;
  clocks: CaseClocks;
  calendar: WorkingCalendar;
}

export function casePolicyOf({ timeZone, caseClocks }: { timeZone: string; caseClocks: CaseClocks }): CasePolicy {
  return { timeZone, clocks: caseClocks, calendar: new WorkingCalendar(caseClocks, timeZone) };
}

export interface TimedEntry extends Pick<CaseEntry, 'kind' | 'unitId' | 'limit'> {
  atMs: number;
}

const STAGES = ['dispatch', 'handle', 'check'] as const satisfies readonly CaseStage[];
/** Opening begins the wait for the dispatch, as reopening does. */
const effectsOf = (kind: CaseEntryKind) =>
  kind === 'opened' ? ({ dispatch: 'begin' } as const) : CASE_STEPS[kind].clocks;

/** How long what an entry begins may take by the site's policy; null: it begins nothing. */
export function limitOf(
  { clocks }: CasePolicy,
  kind: CaseEntryKind,
  of: { codeset: string; code: string },
): TimeLimit | null {
  const effects = effectsOf(kind);
  if (effects.dispatch === 'begin') return clocks.dispatchWithin;
  if (effects.check === 'begin') return clocks.checkWithin;
  if (effects.handle !== 'go') return null;
  const own = clocks.handleWithin.find(({ codeset, code }) => codeset === of.codeset && code === of.code);
  return own?.limit ?? clocks.handleOthersWithin;
}

/**
 * Reads a case's clocks off its entries.
 * @returns the clock of the stage it is in, null when it is closed or its entries have no limits; and the stages that took too
 * long, each time that they were gone through.
 */
export function readCaseClocks(
  entries: readonly TimedEntry[],
  { calendar, clocks: { yellowShare } }: CasePolicy,
  nowMs: number,
): { clock: CaseClock | null; late: CaseStage[] } {
  const { state } = standingOf(entries);
  const late: CaseStage[] = [];
  const current = new Map<CaseStage, ClockReading>();
  for (const stage of STAGES) {
    for (const life of livesOf(entries, stage)) {
      const reading = readClock(life, calendar, { nowMs, yellowShare });
      if (!reading) continue;
      if (reading.dueAtMs !== null && reading.dueAtMs < nowMs && !late.includes(stage)) late.push(stage);
      current.set(stage, reading);
    }
  }
  const stage = { opened: 'dispatch', assigned: 'handle', started: 'handle', handled: 'check', closed: null } as const;
  const now = stage[state];
  const reading = now && current.get(now);
  return { clock: reading ? onWire(now, reading) : null, late };
}

/** The steps of a stage's clock, one list for each time that it began. */
function livesOf(entries: readonly TimedEntry[], stage: CaseStage): ClockStep[][] {
  const lives: ClockStep[][] = [];
  let unitId: string | null = null;
  let [runs, over] = [false, true];
  const begin = (atMs: number, limit: TimeLimit | null) => {
    // Entries from before there were clocks have no limit.
    lives.push(limit ? [{ kind: 'started', atMs, limit }] : []);
    [runs, over] = [true, false];
  };
  for (const { kind, atMs, limit, unitId: to } of entries) {
    const effect = effectsOf(kind)[stage];
    const life = lives.at(-1);
    if (effect === 'begin') begin(atMs, limit);
    else if (effect === 'go') {
      if (over || to !== unitId) begin(atMs, limit);
      else if (!runs) {
        life?.push({ kind: 'resumed', atMs });
        runs = true;
      }
      unitId = to;
    } else if (effect === 'pause' || effect === 'resume') {
      life?.push({ kind: effect === 'pause' ? 'paused' : 'resumed', atMs });
      runs = effect === 'resume';
    } else if (effect === 'extend' && limit) life?.push({ kind: 'extended', atMs, by: limit });
    else if (effect === 'stop') {
      life?.push({ kind: 'stopped', atMs });
      [runs, over] = [false, true];
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
