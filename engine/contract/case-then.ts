import type { Case, CaseEntry } from './case.ts';
import type { CaseCheck } from './case-check.ts';
import { standingOf } from './case-steps.ts';

const meant = ({ detail }: CaseEntry): string | null => (detail?.kind === 'case' ? detail.caseId : null);

/** The cases that were ever merged into one. */
export const onceParts = (entries: readonly CaseEntry[]): string[] => [
  ...new Set(entries.flatMap((entry) => (entry.kind === 'merged' ? (meant(entry) ?? []) : []))),
];

/** What a case had to do with others, by its entries up to an instant. What was split off is noted with the case that it is. */
export function relatedBy(entries: readonly CaseEntry[]): Pick<Case, 'mergedIds' | 'linkedIds'> {
  const merged = new Set<string>();
  const linked = new Set<string>();
  for (const entry of entries) {
    const id = meant(entry);
    if (id === null) continue;
    if (entry.kind === 'merged') merged.add(id);
    if (entry.kind === 'noted') merged.delete(id);
    if (entry.kind === 'linked') linked.add(id);
  }
  return { mergedIds: [...merged].sort(), linkedIds: [...linked].sort() };
}

/**
 * A case's alerts and sources while those were its parts: what was merged later is not its own yet, and what was split off
 * since was. `others` are the cases of the day: one that is none of them was open at no instant of it, and is still a part.
 */
export function withParts(
  one: Case,
  mergedIds: readonly string[],
  others: ReadonlyMap<string, Case>,
): Pick<Case, 'alertIds' | 'sources'> {
  const ever = onceParts(one.entries);
  if (ever.length === 0) return { alertIds: one.alertIds, sources: one.sources };
  const alertsOf = (ids: readonly string[]) => ids.flatMap((id) => others.get(id)?.alertIds ?? []);
  const apart = new Set(alertsOf(ever.filter((id) => !mergedIds.includes(id))));
  const own = one.alertIds.filter((id) => !apart.has(id));
  const alertIds = [...new Set([...own, ...alertsOf(mergedIds)])].sort();
  const sources: Case['sources'] = { ...one.sources };
  const count = (source: Case['source'] | undefined, by: 1 | -1) => {
    if (source === undefined || source === 'alert') return;
    sources[source] = (sources[source] ?? 0) + by;
    if (sources[source] <= 0) delete sources[source];
  };
  for (const id of one.mergedIds) if (!mergedIds.includes(id)) count(others.get(id)?.source, -1);
  for (const id of mergedIds) if (!one.mergedIds.includes(id)) count(others.get(id)?.source, 1);
  if (alertIds.length > 0) sources.alert = alertIds.length;
  else delete sources.alert;
  return { alertIds, sources };
}

/** Each check as it stood at an instant: asked already, and decided or not yet. How long it might still look is kept of none that is over. */
export function checksAt({ checks, entries }: Pick<Case, 'checks' | 'entries'>, atMs: number): CaseCheck[] {
  return checks
    .filter(({ askedAt }) => Date.parse(askedAt) <= atMs)
    .map((check) => {
      if (check.decidedAt !== null && Date.parse(check.decidedAt) <= atMs) return check;
      const over = check.decidedAt ?? overtakenAt(entries, check.askedAt);
      const looked = over === null || Date.parse(over) > atMs;
      return {
        ...check,
        ...{ outcome: null, reason: null, decidedAt: null, parts: [] },
        until: looked ? (check.until ?? over) : null,
      };
    });
}

/** When somebody decided before the cameras did: the case was handled no more; null: they still look. */
function overtakenAt(entries: readonly CaseEntry[], askedAt: string): string | null {
  const later = entries.findIndex(
    ({ at }, i) => at > askedAt && standingOf(entries.slice(0, i + 1)).state !== 'handled',
  );
  return entries[later]?.at ?? null;
}

/** When what checks a case had changed. */
export const boundsOfChecks = ({ checks }: Pick<Case, 'checks'>): string[] =>
  checks.flatMap(({ askedAt, decidedAt }) => [askedAt, ...(decidedAt === null ? [] : [decidedAt])]);
