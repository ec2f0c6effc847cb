import { type Kysely, sql } from 'kysely';
import type { DayAlert } from '../contract/day.ts';
import type { Schema } from '../store/schema.ts';
import { inMs } from './day-limits.ts';

type CasesOfAlert = DayAlert['cases'];

interface Kept {
  id: string;
  openedAtMs: number;
  closedAtMs: number | null;
  confirms: boolean;
}

interface Move {
  /** From which on its alerts are those of `to`. */
  atMs: number;
  to: string;
}

/**
 * The cases that alerts were in, in order. A case that is merged takes its alerts with it, and has them again once it is split
 * off: whose they were between is told by the entries of both, as the row of the merged alerts goes with the split.
 */
export async function readCasesOfAlerts(
  db: Kysely<Schema>,
  alertIds: readonly string[],
): Promise<Map<string, CasesOfAlert>> {
  const rows = await db
    .selectFrom('case_alerts')
    .select(['case_id', 'alert_id'])
    // Rows from before this was noted come first.
    .orderBy(sql`at nulls first`)
    .where('alert_id', '=', sql<string>`any(${[...alertIds]}::text[])`)
    .execute();
  const own = [...new Set(rows.map(({ case_id }) => case_id))];
  const moves = await readMoves(db, own);
  const others = [...moves.values()].flat().map(({ to }) => to);
  const cases = await readKept(db, [...new Set([...own, ...others])]);
  const found = new Map<string, CasesOfAlert>();
  for (const alertId of new Set(rows.map(({ alert_id }) => alert_id))) {
    const has = rows.filter(({ alert_id }) => alert_id === alertId).map(({ case_id }) => case_id);
    found.set(alertId, courseOf(has, moves, cases));
  }
  return found;
}

/** The merges and splits of cases, by the case that was merged. */
async function readMoves(db: Kysely<Schema>, caseIds: readonly string[]): Promise<Map<string, Move[]>> {
  const entries = await db
    .selectFrom('case_entries')
    .select(['case_id', 'kind', 'detail', inMs('at').as('atMs')])
    .where('case_id', '=', sql<string>`any(${[...caseIds]}::text[])`)
    .where('kind', 'in', ['merged-into', 'split'])
    .orderBy('n')
    .execute();
  const moves = new Map<string, Move[]>();
  for (const { case_id, kind, detail, atMs } of entries) {
    if (detail?.kind !== 'case') continue;
    const move = { atMs, to: kind === 'split' ? case_id : detail.caseId };
    moves.set(case_id, [...(moves.get(case_id) ?? []), move]);
  }
  return moves;
}

async function readKept(db: Kysely<Schema>, caseIds: readonly string[]): Promise<Map<string, Kept>> {
  const rows = await db
    .selectFrom('cases')
    .select(['id', inMs('opened_at').as('openedAtMs'), inMs('closed_at').as('closedAtMs')])
    .select(sql<boolean>`coalesce(outcome = 'handled', false)`.as('confirms'))
    .where('id', '=', sql<string>`any(${[...caseIds]}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** @param caseIds in the order in which the alert came into them */
function courseOf(
  caseIds: readonly string[],
  moves: ReadonlyMap<string, readonly Move[]>,
  cases: ReadonlyMap<string, Kept>,
): CasesOfAlert {
  const byMerge = new Set(
    caseIds.flatMap(
      (id) =>
        moves
          .get(id)
          ?.map(({ to }) => to)
          .filter((to) => to !== id) ?? [],
    ),
  );
  // Where each was once part of the other, it begins with the one that had it first.
  const begun = caseIds.filter((id) => !byMerge.has(id));
  const spans = (begun.length > 0 ? begun : caseIds.slice(0, 1))
    .flatMap((id) => [{ id, sinceMs: cases.get(id)!.openedAtMs }, ...(moves.get(id) ?? []).map(asSpan)])
    .sort((a, b) => a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1));
  return spans.map(({ id, sinceMs }, i) => {
    const { closedAtMs, confirms } = cases.get(id)!;
    const untilMs = spans[i + 1]?.sinceMs ?? Number.POSITIVE_INFINITY;
    const closed = closedAtMs !== null && closedAtMs >= sinceMs && closedAtMs < untilMs ? closedAtMs : null;
    return { id, sinceMs, closedAtMs: closed, confirms: confirms && closed !== null };
  });
}

const asSpan = ({ to, atMs }: Move) => ({ id: to, sinceMs: atMs });
