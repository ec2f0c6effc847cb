import { type Kysely, type Selectable, sql } from 'kysely';
import type { TimeLimit } from '#config/case-clocks.ts';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Presence } from '../contract/alert.ts';
import type { Case, CaseEntry, CaseEntryDetail, CaseEntryKind, CaseSource } from '../contract/case.ts';
import { namesOf, standingOf } from '../contract/case-steps.ts';
import type { CasesTable } from '../store/case-tables.ts';
import type { Scope } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { type CheckText, checkOnWire, selectChecks } from './read-checks.ts';

interface EntryText {
  kind: CaseEntryKind;
  at: string;
  by: string;
  unit_id: string | null;
  unit_name: string | null;
  note: string;
  time_limit: TimeLimit | null;
  detail: CaseEntryDetail | null;
}

interface AlertText {
  id: string;
  cameraId: string;
  presence: Presence;
}

type CaseRow = Selectable<CasesTable> & {
  unit_name: string | null;
  entries: EntryText[];
  alerts: AlertText[];
  checks: CheckText[];
  merged: { id: string; source: CaseSource }[];
  linked: string[];
};

/** One statement, so that a case and what belongs to it are of the same moment. */
function selectCases(db: Kysely<Schema>, account: Account | null) {
  return db
    .selectFrom('cases')
    .leftJoin('units', 'units.id', 'cases.unit_id')
    .selectAll('cases')
    .select([
      'units.name as unit_name',
      sql<EntryText[]>`coalesce((select jsonb_agg(to_jsonb(e) order by e.n)
        from case_entries e where e.case_id = cases.id), '[]')`.as('entries'),
      sql<AlertText[]>`coalesce((select jsonb_agg(jsonb_build_object(
        'id', a.id, 'presence', a.presence, 'cameraId', a.camera_id) order by a.id)
        from case_alerts ca join alerts a on a.id = ca.alert_id where ca.case_id = cases.id), '[]')`.as('alerts'),
      sql<
        CaseRow['merged']
      >`coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'source', m.source) order by m.id)
        from cases m where m.merged_into = cases.id), '[]')`.as('merged'),
      sql<string[]>`coalesce((select jsonb_agg(case l.case_id when cases.id then l.other_id else l.case_id end)
        from case_links l where cases.id in (l.case_id, l.other_id)), '[]')`.as('linked'),
      selectChecks().as('checks'),
    ])
    .where(visibleTo(account, 'cases'));
}

function toCase(row: CaseRow): Case {
  const entries = row.entries.map(entryOnWire);
  const { suspended, supervised, assisting } = standingOf(entries);
  return {
    id: row.id,
    seq: row.seq,
    state: row.state,
    alertIds: row.alerts.map((alert) => alert.id),
    cameraIds: [...new Set(row.alerts.map(({ cameraId }) => cameraId))],
    rule: row.rule,
    algorithmName: row.algorithm_name,
    source: row.source,
    sources: sourcesOf(row),
    mergedInto: row.merged_into,
    mergedIds: row.merged.map(({ id }) => id),
    linkedIds: row.linked.sort(),
    severity: row.severity,
    codeset: row.codeset,
    code: row.code,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    unitId: row.unit_id,
    unitName: row.unit_name,
    assisting: namesOf(assisting, entries),
    cameraName: row.camera_name,
    lngLat: [row.lng_lat.x, row.lng_lat.y],
    county: row.county_code === null ? null : { code: row.county_code, name: row.county_name ?? row.county_code },
    presence: row.alerts.some((alert) => alert.presence === 'standing') ? 'standing' : 'ended',
    clock: row.clock,
    late: row.late,
    suspended,
    supervised,
    appeal: row.appeal,
    checks: row.checks.map((check) => checkOnWire(check)),
    outcome: row.outcome,
    entries,
  };
}

function entryOnWire({ kind, at, by, unit_id, unit_name, note, time_limit, detail }: EntryText): CaseEntry {
  const unit = { unitId: unit_id, unitName: unit_name };
  return { kind, at: new Date(at).toISOString(), by, ...unit, note, limit: time_limit, detail };
}

/** Each alert counts, and each report that is, or was, a case of its own. */
function sourcesOf({ source, alerts, merged }: CaseRow): Case['sources'] {
  const counts: Case['sources'] = alerts.length > 0 ? { alert: alerts.length } : {};
  for (const one of [source, ...merged.map((other) => other.source)]) {
    if (one !== 'alert') counts[one] = (counts[one] ?? 0) + 1;
  }
  return counts;
}

/** null when there is none that the account may see; account null is the engine itself. */
export async function readCase(db: Kysely<Schema>, account: Account | null, id: string): Promise<Case | null> {
  const row = await selectCases(db, account).where('cases.id', '=', id).executeTakeFirst();
  return row ? toCase(row) : null;
}

/** Those of the ids that are there and visible, with whose they are, by seq. */
export async function readCases(
  db: Kysely<Schema>,
  account: Account | null,
  ids: readonly string[],
): Promise<{ case: Case; scope: Scope }[]> {
  if (ids.length === 0) return [];
  const rows = await selectCases(db, account)
    .where(sql<boolean>`cases.id = any(${[...ids]}::text[])`)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({ case: toCase(row), scope: { division: row.division, department: row.department } }));
}

/** Those that were open at some instant of a span, by id. */
export async function listCasesBetween(
  db: Kysely<Schema>,
  account: Account | null,
  from: Date,
  until: Date,
): Promise<Case[]> {
  const rows = await selectCases(db, account)
    .where('opened_at', '<=', until)
    .where((where) => where.or([where('closed_at', 'is', null), where('closed_at', '>=', from)]))
    .orderBy('cases.id')
    .execute();
  return rows.map(toCase);
}

export interface CasesAsked {
  state?: 'open' | 'closed' | 'all' | undefined;
  /** In its id, or in the name of its camera or county. */
  text?: string | undefined;
  /** The id of the last one of the page before. */
  before?: string | undefined;
  limit?: number | undefined;
}

/** Which cases a list has, newest first, and the seq of each; a closed one is only listed where it is asked for. At most `limit`. */
export async function pageOfCases(
  db: Kysely<Schema>,
  account: Account | null,
  { state = 'open', text, before, limit = 1000 }: CasesAsked,
): Promise<{ id: string; seq: number }[]> {
  const pattern = text && `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return db
    .selectFrom('cases')
    .select(['cases.id', 'cases.seq'])
    .where(visibleTo(account, 'cases'))
    .$if(pattern !== undefined, (query) => query.where(sql<boolean>`cases.words like ${pattern}`))
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(opened_at, cases.id) < (select opened_at, id from cases where id = ${before})`),
    )
    .$if(state === 'open', (query) => query.where('state', '<>', 'closed'))
    .$if(state === 'closed', (query) => query.where('state', '=', 'closed'))
    .orderBy('opened_at', 'desc')
    .orderBy('cases.id', 'desc')
    .limit(limit)
    .execute();
}

/** The cases of a list themselves. */
export async function listCases(db: Kysely<Schema>, account: Account | null, asked: CasesAsked = {}): Promise<Case[]> {
  const ids = (await pageOfCases(db, account, asked)).map(({ id }) => id);
  const byId = new Map((await readCases(db, account, ids)).map((found) => [found.case.id, found.case]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
