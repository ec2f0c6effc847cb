import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { CameraConfig, Crs } from '#config/camera.ts';
import type { RuleName, Severity, ZoneKind } from '#config/rule.ts';
import type { Role } from '../contract/account.ts';
import type { AlertEntry, Handling, Presence, Verdict } from '../contract/alert.ts';
import type { AlertClip, ClipFault } from '../contract/alert-clip.ts';
import type { CameraFault, CameraState, PictureFaultCode } from '../contract/camera.ts';
import type { CameraImport, ImportRow, ImportState, RegisterFormat, RowOutcome } from '../contract/camera-import.ts';
import type { CaseEntryKind, CaseState } from '../contract/case.ts';
import type { ChangeKind } from '../contract/change.ts';
import type { GrantedAct, LibraryRule, LibraryUseAct } from '../contract/library.ts';
import type { MediaDownload } from '../contract/media-download.ts';
import type { Box, ClassGroup, ModelIdentity, PictureMoment, Verification } from '../contract/observation.ts';
import type { OutageKind } from '../contract/outage.ts';

/** A WGS84 place: read as {x: longitude, y: latitude}, written as "(longitude,latitude)". */
type PointColumn = ColumnType<{ x: number; y: number }, string, string>;
/** A list kept as jsonb; written as its JSON text. */
type JsonList<T> = ColumnType<T[], string, string>;
/** Follows from other columns. */
type ReadOnly<T> = ColumnType<T, never, never>;
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;

interface ChangesTable {
  seq: number;
  kind: ChangeKind;
  entity_id: string;
  division: string;
  department: string | null;
  at: Generated<Date>;
}

export interface AccountsTable {
  id: string;
  username: string;
  display_name: string;
  password_hash: string;
  roles: Role[];
  division: string;
  department: string | null;
  created_at: Generated<Date>;
}

interface SessionsTable {
  token_sha256: Buffer;
  account_id: string;
  created_at: Generated<Date>;
  expires_at: Date;
}

export interface CamerasTable {
  id: string;
  body: JSONColumnType<CameraConfig>;
  revision: number;
  county_code: string | null;
  county_name: string | null;
  division: string;
  department: string;
  /** On the Mercator square, 0..1 from the north-west; the database computes them. */
  mercator_x: ColumnType<number, never, never>;
  mercator_y: ColumnType<number, never, never>;
  /** null: written before there was such a column. */
  initials: Optional<string>;
  name: ReadOnly<string>;
  gb_id: ReadOnly<string | null>;
  address: ReadOnly<string | null>;
  lng: ReadOnly<number>;
  lat: ReadOnly<number>;
  analysed: ReadOnly<boolean>;
  disabled: ReadOnly<boolean>;
  inspection: ReadOnly<boolean>;
  tags: ReadOnly<string[]>;
  search: ReadOnly<string>;
}

interface CameraStateChangesTable {
  n: Generated<number>;
  camera_id: string;
  state: CameraState;
  code: CameraFault | null;
  at: Generated<Date>;
}

interface CameraFaultChangesTable {
  n: Generated<number>;
  camera_id: string;
  code: PictureFaultCode | null;
  at: Date;
}

interface AlertPresenceChangesTable {
  n: Generated<number>;
  alert_id: string;
  presence: Presence;
  at: Date;
}

interface EngineRunsTable {
  n: Generated<number>;
  started_at: Generated<Date>;
  alive_at: Generated<Date>;
}

interface CameraImportsTable {
  id: string;
  at: Generated<Date>;
  by: string;
  division: string;
  department: string | null;
  file_name: string;
  format: RegisterFormat;
  crs: Crs;
  state: ImportState;
  ignored_columns: ColumnType<string[], string | undefined, string>;
  problem: ColumnType<CameraImport['problem'], string | undefined, string>;
  applied_at: Optional<Date>;
}

interface CameraImportRowsTable {
  import_id: string;
  n: number;
  line: number;
  outcome: RowOutcome;
  camera_id: string | null;
  name: string | null;
  reasons: JsonList<ImportRow['reasons'][number]>;
  changes: JsonList<ImportRow['changes'][number]>;
}

interface CameraRevisionsTable {
  camera_id: string;
  revision: number;
  at: Generated<Date>;
  by: string;
  body: ColumnType<CameraConfig | null, string | null, never>;
  accepted_view_id: Optional<string>;
}

export interface CameraStatesTable {
  id: string;
  state: CameraState;
  code: Optional<CameraFault>;
  reason: string | null;
  since: Generated<Date>;
  fault_code: Optional<PictureFaultCode>;
  fault_since: Optional<Date>;
  current_view_id: Optional<string>;
  /** When it was first online; the database sets it. */
  first_seen_at: ReadOnly<Date | null>;
  /** Since when it is lost; the database sets it. */
  lost_at: ReadOnly<Date | null>;
}

interface CameraProbesTable {
  camera_id: string;
  host: string;
  /** host:port */
  endpoint: string;
  /** The /24 of an IPv4 address. */
  subnet: string | null;
  due_at: Date;
  asked_at: Optional<Date>;
  misses: Generated<number>;
  held: Generated<boolean>;
}

interface CameraDaysTable {
  day: ColumnType<string, string, never>;
  camera_id: string;
  online_ms: number;
  known_ms: number;
  losses: number;
}

interface OutagesTable {
  id: string;
  kind: OutageKind;
  place: string;
  started_at: Date;
  ended_at: Optional<Date>;
  cameras: number;
  county_code: string | null;
  county_name: string | null;
  division: string;
  department: string | null;
}

interface OutageCamerasTable {
  outage_id: string;
  camera_id: string;
}

interface ViewFingerprintsTable {
  camera_id: string;
  view_id: string;
  drawing: string;
  fingerprint: string;
  at: Generated<Date>;
}

interface LibrariesTable {
  id: string;
  name: string;
  description: string;
  division: string;
  department: string | null;
  scope_prefix: ReadOnly<string>;
  rule: ColumnType<LibraryRule | null, string | null, string | null>;
  tags: string[] | null;
  departments: string[] | null;
  county_patterns: string[] | null;
  township_patterns: string[] | null;
  /** As PostgreSQL writes a polygon: "((longitude,latitude),…)". */
  area: string | null;
  inspection: boolean | null;
  revision: number;
  deleted_at: Optional<Date>;
}

interface LibraryRevisionsTable {
  library_id: string;
  revision: number;
  at: Generated<Date>;
  by: string;
  body: ColumnType<object | null, string | null, never>;
}

interface LibraryHandTable {
  library_id: string;
  camera_id: string;
  added: boolean;
}

interface LibraryCamerasTable {
  library_id: string;
  camera_id: string;
}

export interface LibraryGrantsTable {
  id: string;
  library_id: string;
  to_division: string | null;
  to_department: string | null;
  acts: GrantedAct[];
  starts_at: Optional<Date>;
  ends_at: Optional<Date>;
  reason: string;
  granted_at: Generated<Date>;
  granted_by: string;
  revoked_at: Optional<Date>;
  revoked_by: Optional<string>;
  revoke_reason: Optional<string>;
  told_holds: Generated<boolean>;
}

interface LibraryUsesTable {
  n: Generated<number>;
  at: Generated<Date>;
  library_id: string;
  act: LibraryUseAct;
  by: string;
  account_id: string;
  division: string;
  department: string | null;
  camera_id: string | null;
  camera_name: string | null;
  cameras: number;
}

interface UnitsTable {
  id: string;
  name: string;
  division: string;
  department: string;
}

export interface CasesTable {
  id: string;
  seq: number;
  state: CaseState;
  rule: RuleName;
  severity: Severity;
  codeset: string;
  code: string;
  opened_at: Date;
  closed_at: Optional<Date>;
  unit_id: Optional<string>;
  camera_name: string;
  lng_lat: PointColumn;
  county_code: string | null;
  county_name: string | null;
  division: string;
  department: string | null;
}

interface CaseAlertsTable {
  case_id: string;
  alert_id: string;
}

interface CaseNumbersTable {
  day: ColumnType<string, string, never>;
  last: number;
}

interface CaseEntriesTable {
  n: Generated<number>;
  case_id: string;
  kind: CaseEntryKind;
  at: Generated<Date>;
  by: string;
  unit_id: string | null;
  unit_name: string | null;
  note: string;
}

export interface AlertsTable {
  id: string;
  seq: number;
  rule: RuleName;
  severity: Severity;
  codeset: string;
  code: string;
  presence: Presence;
  handling: Generated<Handling>;
  verdict: Generated<Verdict>;
  camera_id: string;
  camera_name: string;
  view_id: string;
  class_group: ClassGroup;
  zone_kind: ZoneKind;
  zone_index: number;
  zone_name: string | null;
  dwell_ms: number;
  started_at: Date;
  raised_at: Date;
  last_seen_at: Date;
  ended_at: Optional<Date>;
  lng_lat: PointColumn;
  error_m: number;
  county_code: string | null;
  county_name: string | null;
  confidence: number;
  boxes: JsonList<Box>;
  model: JSONColumnType<ModelIdentity>;
  verification: JSONColumnType<Verification | null, string | null, never>;
  case_id: Optional<string>;
  division: string;
  department: string;
}

interface AlertEntriesTable {
  n: Generated<number>;
  alert_id: string;
  kind: AlertEntry['kind'];
  at: Generated<Date>;
  by: string;
  comment: string;
}

interface AlertPicturesTable {
  alert_id: string;
  moment: PictureMoment;
  captured_at: Date;
  width_px: number;
  height_px: number;
  boxes: JsonList<Box>;
  path: string;
}

interface AlertClipsTable {
  alert_id: string;
  state: Generated<AlertClip['state']>;
  reason: Optional<ClipFault>;
  at: Generated<Date>;
  began_at: Optional<Date>;
  ended_at: Optional<Date>;
  every_frame_from: Optional<Date>;
  cut_short: Optional<boolean>;
  gaps: ColumnType<{ from: string; to: string }[] | null, string | undefined, string>;
  codec: Optional<'h264' | 'h265'>;
  width_px: Optional<number>;
  height_px: Optional<number>;
  bytes: Optional<number>;
  path: Optional<string>;
}

interface MediaDownloadsTable {
  n: Generated<number>;
  at: Generated<Date>;
  account_id: string;
  username: string;
  display_name: string;
  from_address: string;
  what: MediaDownload['what'];
  moment: PictureMoment | null;
  alert_id: string;
  camera_name: string;
  division: string;
  department: string;
}

export interface SuppressionsTable {
  id: string;
  alert_id: string;
  camera_id: string;
  camera_name: string;
  view_id: string;
  rule: RuleName;
  class_group: ClassGroup;
  box: JSONColumnType<Box>;
  reason: string;
  by: string;
  at: Date;
  until: Date;
  revoked_at: Optional<Date>;
  revoked_by: Optional<string>;
  division: string;
  department: string;
}

interface SiteRevisionsTable {
  revision: number;
  at: Generated<Date>;
  by: string;
  body: JSONColumnType<object>;
}

/** The tables as Kysely sees them; the SQL that makes them is in migrations/. int8 reads as number, timestamptz as Date. */
export interface Schema {
  changes: ChangesTable;
  accounts: AccountsTable;
  sessions: SessionsTable;
  cameras: CamerasTable;
  camera_revisions: CameraRevisionsTable;
  camera_imports: CameraImportsTable;
  camera_import_rows: CameraImportRowsTable;
  camera_states: CameraStatesTable;
  camera_state_changes: CameraStateChangesTable;
  camera_probes: CameraProbesTable;
  camera_days: CameraDaysTable;
  outages: OutagesTable;
  outage_cameras: OutageCamerasTable;
  camera_fault_changes: CameraFaultChangesTable;
  alert_presence_changes: AlertPresenceChangesTable;
  engine_runs: EngineRunsTable;
  view_fingerprints: ViewFingerprintsTable;
  libraries: LibrariesTable;
  library_revisions: LibraryRevisionsTable;
  library_hand: LibraryHandTable;
  library_cameras: LibraryCamerasTable;
  library_grants: LibraryGrantsTable;
  library_uses: LibraryUsesTable;
  units: UnitsTable;
  cases: CasesTable;
  case_alerts: CaseAlertsTable;
  case_numbers: CaseNumbersTable;
  case_entries: CaseEntriesTable;
  alerts: AlertsTable;
  alert_entries: AlertEntriesTable;
  alert_pictures: AlertPicturesTable;
  alert_clips: AlertClipsTable;
  media_downloads: MediaDownloadsTable;
  suppressions: SuppressionsTable;
  site_revisions: SiteRevisionsTable;
}
