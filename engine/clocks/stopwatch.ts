import type { TimeLimit } from '#config/case-clocks.ts';
import type { WorkingCalendar } from './working-calendar.ts';

/** What happened to a clock. An extension adds to the limit, in the limit's own unit or another. */
export type ClockStep =
  | { readonly kind: 'started'; readonly atMs: number; readonly limit: TimeLimit }
  | { readonly kind: 'paused' | 'resumed' | 'stopped'; readonly atMs: number }
  | { readonly kind: 'extended'; readonly atMs: number; readonly by: TimeLimit };

export interface ClockReading {
  readonly phase: 'running' | 'paused' | 'stopped';
  /** What the clock counts in, and how much it may. */
  readonly limit: TimeLimit;
  readonly limitMs: number;
  /** What was run up to the last step, and, of one that runs, up to now. */
  readonly spentMs: number;
  /** When no more than the share is left, and when nothing is; null: not while it stands still. */
  readonly yellowAtMs: number | null;
  readonly dueAtMs: number | null;
}

interface Run {
  readonly fromMs: number;
  readonly untilMs: number | null;
}

/**
 * Reads a clock off its steps. It runs from `started`, not between `paused` and `resumed`, and no more once `stopped`; another
 * `started` begins anew. Steps that change nothing (a second pause) are passed over.
 * @param yellowShare the share of the limit that is left when the lamp turns yellow
 * @returns null before it was started
 */
export function readClock(
  steps: readonly ClockStep[],
  calendar: WorkingCalendar,
  { nowMs, yellowShare }: { nowMs: number; yellowShare: number },
): ClockReading | null {
  let limit: TimeLimit | null = null;
  let limitMs = 0;
  let runs: Run[] = [];
  let phase: ClockReading['phase'] = 'stopped';
  for (const step of steps) {
    if (step.kind === 'started') {
      limit = step.limit;
      limitMs = calendar.limitMs(limit.amount, limit.unit);
      runs = [{ fromMs: step.atMs, untilMs: null }];
      phase = 'running';
    } else if (step.kind === 'extended') limitMs += calendar.limitMs(step.by.amount, step.by.unit);
    else if (step.kind === 'resumed') {
      if (phase !== 'paused') continue;
      runs.push({ fromMs: step.atMs, untilMs: null });
      phase = 'running';
    } else if (phase !== 'stopped') {
      if (phase === 'running') runs.push({ fromMs: runs.pop()!.fromMs, untilMs: step.atMs });
      phase = step.kind;
    }
  }
  if (!limit) return null;
  const { unit } = limit;
  const reach = (targetMs: number): number | null => {
    let left = targetMs;
    for (const { fromMs, untilMs } of runs) {
      const ranMs = untilMs === null ? Number.POSITIVE_INFINITY : calendar.runMs(unit, fromMs, untilMs);
      if (ranMs >= left) return calendar.after(unit, fromMs, left);
      left -= ranMs;
    }
    return null;
  };
  return {
    phase,
    limit,
    limitMs,
    spentMs: runs.reduce((sum, { fromMs, untilMs }) => sum + calendar.runMs(unit, fromMs, untilMs ?? nowMs), 0),
    yellowAtMs: reach(limitMs * (1 - yellowShare)),
    dueAtMs: reach(limitMs),
  };
}
