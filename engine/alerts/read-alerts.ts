import path from 'node:path';
import { type Kysely, type Selectable, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { Alert, AlertEntry, Handling, Presence } from '../contract/alert.ts';
import type { Box, PictureMoment } from '../contract/observation.ts';
import { lastSeq, type Scope } from '../store/changes.ts';
import type { AlertsTable, Schema } from '../store/schema.ts';
import { type ClipText, clipOnWire } from './clip-on-wire.ts';

interface PictureText {
  moment: PictureMoment;
  captured_at: string;
  width_px: number;
  height_px: number;
  boxes: Box[];
}

interface EntryText {
  kind: AlertEntry['kind'];
  at: string;
  by: string;
  comment: string;
}

type AlertRow = Selectable<AlertsTable> & {
  pictures: PictureText[];
  clip: ClipText | null;
  entries: EntryText[];
  case_closed_at: Date | null;
};

/** One statement, so that an alert and what belongs to it are of the same moment. */
function selectAlerts(db: Kysely<Schema>, account: Account | null) {
  return db
    .selectFrom('alerts')
    .selectAll('alerts')
    .select([
      sql<PictureText[]>`coalesce((select jsonb_agg(to_jsonb(p) order by p.captured_at)
        from alert_pictures p where p.alert_id = alerts.id), '[]')`.as('pictures'),
      sql<ClipText | null>`(select to_jsonb(c) from alert_clips c where c.alert_id = alerts.id)`.as('clip'),
      sql<EntryText[]>`coalesce((select jsonb_agg(to_jsonb(e) order by e.n)
        from alert_entries e where e.alert_id = alerts.id), '[]')`.as('entries'),
      sql<Date | null>`(select c.closed_at from cases c where c.id = alerts.case_id)`.as('case_closed_at'),
    ])
    .where(visibleTo(account, 'alerts'));
}

function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    seq: row.seq,
    algorithm: row.algorithm ?? row.rule,
    algorithmName: row.algorithm_name,
    rule: row.rule,
    severity: row.severity,
    presence: row.presence,
    handling: row.handling,
    verdict: row.verdict,
    trueClass: row.true_class,
    cameraId: row.camera_id,
    cameraName: row.camera_name,
    viewId: row.view_id,
    classGroup: row.class_group,
    zoneKind: row.zone_kind,
    zoneIndex: row.zone_index,
    zoneName: row.zone_name,
    dwellMs: row.dwell_ms,
    startedAt: row.started_at.toISOString(),
    raisedAt: row.raised_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    lngLat: [row.lng_lat.x, row.lng_lat.y],
    errorM: row.error_m,
    county: row.county_code === null ? null : { code: row.county_code, name: row.county_name ?? row.county_code },
    confidence: row.confidence,
    boxes: row.boxes,
    model: row.model,
    verification: row.verification,
    evidence: row.pictures.map(({ moment, captured_at, width_px, height_px, boxes }) => ({
      moment,
      capturedAt: new Date(captured_at).toISOString(),
      widthPx: width_px,
      heightPx: height_px,
      boxes,
      url: `/api/alerts/${row.id}/evidence.jpg?moment=${moment}`,
    })),
    clip: row.clip && clipOnWire(row.clip),
    entries: row.entries.map(({ kind, at, by, comment }) => ({ kind, at: new Date(at).toISOString(), by, comment })),
    caseId: row.case_id,
    caseClosedAt: row.case_closed_at?.toISOString() ?? null,
  };
}

/** null when there is none that the account may see; account null is the engine itself. */
export async function readAlert(db: Kysely<Schema>, account: Account | null, id: string): Promise<Alert | null> {
  const row = await selectAlerts(db, account).where('id', '=', id).executeTakeFirst();
  return row ? toAlert(row) : null;
}

/** An alert with whose it is: what the change feed reads once for all who listen. */
export interface ScopedAlert {
  alert: Alert;
  scope: Scope;
}

/** Those of the ids that are there and visible, by seq. */
export async function readAlerts(
  db: Kysely<Schema>,
  account: Account | null,
  ids: readonly string[],
): Promise<ScopedAlert[]> {
  if (ids.length === 0) return [];
  const rows = await selectAlerts(db, account).where('id', 'in', ids).orderBy('seq').execute();
  return rows.map((row) => ({ alert: toAlert(row), scope: { division: row.division, department: row.department } }));
}

/**
 * The present state of the alerts whose last change has a seq greater than `after`, by seq.
 * @returns `lastSeq`: who continues from there misses nothing, of alerts or anything else; on a full page it is the last
 * item's.
 */
export async function alertsAfter(
  db: Kysely<Schema>,
  account: Account | null,
  after: number,
  limit: number,
  only: { presence?: Presence | undefined; handling?: Handling | undefined } = {},
): Promise<{ items: Alert[]; lastSeq: number }> {
  const { presence, handling } = only;
  const completeTo = await lastSeq(db);
  const rows = await selectAlerts(db, account)
    .where('seq', '>', after)
    .$if(presence !== undefined, (query) => query.where('presence', '=', presence!))
    .$if(handling !== undefined, (query) => query.where('handling', '=', handling!))
    .orderBy('seq')
    .limit(limit)
    .execute();
  const full = rows.length === limit;
  return { items: rows.map(toAlert), lastSeq: full ? (rows.at(-1)?.seq ?? after) : completeTo };
}

/** Where the picture of a moment lies on disk; null when there is none that the account may see. A `Store` fits. */
export async function evidencePath(
  { db, evidenceDir }: { db: Kysely<Schema>; evidenceDir: string },
  account: Account | null,
  id: string,
  moment: PictureMoment,
): Promise<string | null> {
  const row = await db
    .selectFrom('alert_pictures')
    .innerJoin('alerts', 'alerts.id', 'alert_pictures.alert_id')
    .select('alert_pictures.path')
    .where('alert_id', '=', id)
    .where('moment', '=', moment)
    .where(visibleTo(account, 'alerts'))
    .executeTakeFirst();
  return row ? path.join(evidenceDir, row.path) : null;
}
