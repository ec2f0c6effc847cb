import type { Alert, Verdict } from './alert.ts';
import type { Camera } from './camera.ts';
import type { Case } from './case.ts';
import { namesOf, standingOf } from './case-steps.ts';
import { checksAt, relatedBy, withParts } from './case-then.ts';
import type { DayAlert, DayCamera } from './day.ts';

/** The last step at or before an instant; undefined: none yet. Steps are in order of their times. */
export function stepAt<T extends { atMs: number }>(steps: readonly T[], atMs: number): T | undefined {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1];
}

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * An alert as it was at an instant; null: it was not raised yet. How it was seen last, its boxes and confidence are only
 * kept as they became: `lastSeenAt` is the latest instant at which it is sure to have been seen.
 */
export function alertAt({ alert, presences, cases }: DayAlert, atMs: number): Alert | null {
  if (Date.parse(alert.raisedAt) > atMs) return null;
  const step = stepAt(presences, atMs);
  const endedAt = step?.presence === 'ended' ? iso(step.atMs) : null;
  const entries = alert.entries.filter(({ at }) => Date.parse(at) <= atMs);
  const opened = cases.filter(({ sinceMs }) => sinceMs <= atMs);
  const last = opened.at(-1);
  const isClosed = ({ closedAtMs }: DayAlert['cases'][number]) => closedAtMs !== null && closedAtMs <= atMs;
  const verdict = verdictOf(entries, opened.filter(isClosed));
  const takenUp = opened.length > 0 || entries.some(({ kind }) => kind === 'acknowledged');
  return {
    ...alert,
    presence: endedAt === null ? 'standing' : 'ended',
    endedAt,
    handling: takenUp ? 'acknowledged' : 'new',
    verdict,
    trueClass: verdict === 'wrong-class' ? alert.trueClass : null,
    lastSeenAt: endedAt !== null && endedAt === alert.endedAt ? alert.lastSeenAt : alert.raisedAt,
    evidence: alert.evidence.filter(({ capturedAt }) => Date.parse(capturedAt) <= atMs),
    entries,
    caseId: last?.id ?? null,
    caseClosedAt: last?.closedAtMs != null && isClosed(last) ? iso(last.closedAtMs) : null,
  };
}

const VERDICT_OF_ENTRY: Partial<Record<Alert['entries'][number]['kind'], Verdict>> = {
  'false-alarm': 'false',
  confirmed: 'confirmed',
  'wrong-class': 'wrong-class',
  'verdict-withdrawn': 'none',
};

/** What a person said last outweighs that its case was handled; to revoke the quiet place leaves the verdict. */
function verdictOf(entries: Alert['entries'], closed: DayAlert['cases']): Verdict {
  const last = entries.findLast(({ kind }) => VERDICT_OF_ENTRY[kind] !== undefined);
  const said = last ? VERDICT_OF_ENTRY[last.kind]! : 'none';
  if (said !== 'none') return said;
  const fromMs = last ? Date.parse(last.at) : 0;
  return closed.some(({ confirms, closedAtMs }) => confirms && closedAtMs! >= fromMs) ? 'confirmed' : 'none';
}

/** Whether an alert, as it was, was on the map: it stood, and nobody had judged it wrong. */
export function isOnMap({ presence, verdict }: Pick<Alert, 'presence' | 'verdict'>): boolean {
  return presence === 'standing' && verdict !== 'false' && verdict !== 'wrong-class';
}

/**
 * A case as it was at an instant, from its opening to its closing; null outside, and while it was part of another one. `stood`:
 * alerts that stood then. `others`: the cases of the day, by id.
 */
export function caseAt(
  one: Case,
  atMs: number,
  stood: { has(alertId: string): boolean },
  others: ReadonlyMap<string, Case>,
): Case | null {
  if (Date.parse(one.openedAt) > atMs) return null;
  if (one.closedAt !== null && Date.parse(one.closedAt) <= atMs) return null;
  const entries = one.entries.filter(
    ({ at, kind }) => kind === 'opened' || kind === 'reported' || Date.parse(at) <= atMs,
  );
  const standing = standingOf(entries);
  // Closed then and opened again since, or merged and split again.
  if (standing.state === 'closed') return null;
  const { state, unitId, suspended, supervised, outcome, appeal } = standing;
  const { mergedIds, linkedIds } = relatedBy(entries);
  const { alertIds, sources } = withParts(one, mergedIds, others);
  return {
    ...one,
    ...{ state, unitId, suspended, supervised, outcome, appeal },
    assisting: namesOf(standing.assisting, entries),
    ...{ alertIds, sources, mergedInto: null, mergedIds, linkedIds },
    checks: checksAt(one, atMs),
    closedAt: null,
    // What was due then, or late by then, is not kept.
    clock: null,
    late: [],
    unitName: unitId === null ? null : (entries.findLast((entry) => entry.unitId === unitId)?.unitName ?? null),
    presence: alertIds.some((id) => stood.has(id)) ? 'standing' : 'ended',
    entries,
  };
}

/**
 * A camera as it was at an instant; null: it was not there, or nothing is recorded of how it was. Which of its views it
 * showed, and details of a fault, are not kept.
 */
export function cameraAt({ id, lives, states, faults }: DayCamera, atMs: number): Camera | null {
  const life = stepAt(lives, atMs);
  if (!life?.as) return null;
  const { analysed, ...as } = life.as;
  // A camera that was deleted and made anew has neither state nor fault of the one before it.
  const deletedMs = lives.findLast((one) => one.as === null && one.atMs <= atMs)?.atMs ?? Number.NEGATIVE_INFINITY;
  const since = <T extends { atMs: number }>(step: T | undefined) =>
    step && step.atMs >= deletedMs ? step : undefined;
  // Nobody opens a camera without rules: that it is unknown needs no record.
  const state =
    since(stepAt(states, atMs)) ?? (analysed ? null : ({ state: 'unknown', code: null, atMs: life.atMs } as const));
  if (!state) return null;
  const fault = since(stepAt(faults, atMs));
  return {
    id,
    ...as,
    views: [],
    algorithms: [],
    decode: 'as-needed',
    regions: 'zones',
    ptz: null,
    state: state.state,
    stateCode: state.code,
    stateReason: null,
    stateSince: iso(state.atMs),
    pictureFault: fault?.code ? { code: fault.code, since: iso(fault.atMs) } : null,
    currentViewId: null,
    lastFrameAt: null,
    revision: 0,
  };
}
