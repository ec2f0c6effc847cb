import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { WorkingHours } from '#config/case-clocks.ts';
import type { RuleName, Severity, ZoneKind } from '#config/rule.ts';
import type { Role } from '../contract/account.ts';
import type { AlertEntry, AlgorithmName, Handling, Presence, Verdict } from '../contract/alert.ts';
import type { AlertClip, ClipFault } from '../contract/alert-clip.ts';
import type { CaseFilter } from '../contract/case-filter.ts';
import type { ChangeKind } from '../contract/change.ts';
import type { MediaDownload } from '../contract/media-download.ts';
import type { Box, ClassGroup, ModelIdentity, PictureMoment, Verification } from '../contract/observation.ts';
import type {
  AlgorithmBenchesTable,
  AlgorithmBindingsTable,
  AlgorithmDeathsTable,
  AlgorithmDefinitionRevisionsTable,
  AlgorithmDefinitionsTable,
  AlgorithmMovesTable,
  AlgorithmSampleChecksTable,
  AlgorithmStagesTable,
  AlgorithmUploadsTable,
  AlgorithmVersionsTable,
  BoundCamerasView,
  ShadowAlertsTable,
} from './algorithm-tables.ts';
import type {
  CameraDaysTable,
  CameraFaultChangesTable,
  CameraImportMappingsTable,
  CameraImportRowsTable,
  CameraImportsTable,
  CameraProbesTable,
  CameraRevisionsTable,
  CameraStateChangesTable,
  CameraStatesTable,
  CamerasTable,
  LibrariesTable,
  LibraryCamerasTable,
  LibraryGrantsTable,
  LibraryHandTable,
  LibraryRevisionsTable,
  LibraryUsesTable,
  OutageCamerasTable,
  OutagesTable,
  PtzLeasesTable,
  PtzUsesTable,
  ViewFingerprintsTable,
} from './camera-tables.ts';
import type {
  CaseAlertsTable,
  CaseCheckPartsTable,
  CaseChecksTable,
  CaseEffectsTable,
  CaseEntriesTable,
  CaseLinksTable,
  CaseNumbersTable,
  CaseOpeningsTable,
  CasesTable,
  CaseTimersTable,
  ControlAreasTable,
  HeldBackTable,
} from './case-tables.ts';
import type { JsonList, Optional, PlaceColumn, PointColumn } from './columns.ts';
import type {
  CaseMessagesTable,
  CasePhotosTable,
  HandoversTable,
  NoticeDeliveriesTable,
  NoticesTable,
  OfficerFencesTable,
  OfficerPositionsTable,
  OfficersTable,
  PatrolPostsTable,
  PushAddressesTable,
  ShiftsTable,
  WebhooksTable,
} from './field-tables.ts';
import type {
  AlgorithmEvaluationsTable,
  LabelledClipsTable,
  LabelledExportsTable,
  LabelledItemsTable,
  LabelledSetsTable,
  LabelledVerdictsTable,
} from './labelled-tables.ts';

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
  unit_id: Optional<string>;
  created_at: Generated<Date>;
}

interface SessionsTable {
  token_sha256: Buffer;
  account_id: string;
  created_at: Generated<Date>;
  expires_at: Date;
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

interface UnitsTable {
  id: string;
  name: string;
  division: string;
  department: string;
  lng_lat: PlaceColumn;
  working_hours: ColumnType<WorkingHours | null, string | null | undefined, string | null>;
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
  zone_kind: ZoneKind | null;
  zone_index: number | null;
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
  /** null: a shipped rule, whose name it is. */
  algorithm: Optional<string>;
  algorithm_name: JSONColumnType<AlgorithmName | null, string | null | undefined, never>;
  boxes: JsonList<Box>;
  model: JSONColumnType<ModelIdentity>;
  verification: JSONColumnType<Verification | null, string | null, never>;
  case_id: Optional<string>;
  true_class: Optional<string>;
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
  alert_id: string | null;
  camera_id: string | null;
  captured_at: Date | null;
  camera_name: string;
  division: string;
  department: string;
}

interface SavedFiltersTable {
  id: string;
  account_id: string;
  name: string;
  filter: ColumnType<CaseFilter, string, string>;
  at: Generated<Date>;
}

interface AuditLogTable {
  n: Generated<number>;
  at: Generated<Date>;
  account_id: string | null;
  by: string | null;
  division: string;
  department: string | null;
  method: string;
  route: string;
  path: string;
  query: ColumnType<Record<string, unknown> | null, string | null, never>;
  status: number;
  code: string | null;
  from_address: string | null;
}

export interface SuppressionsTable {
  id: string;
  alert_id: string;
  camera_id: string;
  camera_name: string;
  view_id: string;
  rule: RuleName;
  class_group: ClassGroup;
  algorithm: Optional<string>;
  algorithm_name: JSONColumnType<AlgorithmName | null, string | null | undefined, never>;
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
  algorithm_definitions: AlgorithmDefinitionsTable;
  algorithm_definition_revisions: AlgorithmDefinitionRevisionsTable;
  algorithm_bindings: AlgorithmBindingsTable;
  bound_cameras: BoundCamerasView;
  algorithm_uploads: AlgorithmUploadsTable;
  algorithm_versions: AlgorithmVersionsTable;
  algorithm_stages: AlgorithmStagesTable;
  algorithm_moves: AlgorithmMovesTable;
  algorithm_benches: AlgorithmBenchesTable;
  algorithm_sample_checks: AlgorithmSampleChecksTable;
  algorithm_evaluations: AlgorithmEvaluationsTable;
  labelled_sets: LabelledSetsTable;
  labelled_clips: LabelledClipsTable;
  labelled_items: LabelledItemsTable;
  labelled_verdicts: LabelledVerdictsTable;
  labelled_exports: LabelledExportsTable;
  algorithm_deaths: AlgorithmDeathsTable;
  shadow_alerts: ShadowAlertsTable;
  camera_imports: CameraImportsTable;
  camera_import_mappings: CameraImportMappingsTable;
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
  ptz_leases: PtzLeasesTable;
  ptz_uses: PtzUsesTable;
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
  case_links: CaseLinksTable;
  case_timers: CaseTimersTable;
  case_effects: CaseEffectsTable;
  case_checks: CaseChecksTable;
  case_check_parts: CaseCheckPartsTable;
  case_openings: CaseOpeningsTable;
  control_areas: ControlAreasTable;
  held_back: HeldBackTable;
  alerts: AlertsTable;
  alert_entries: AlertEntriesTable;
  alert_pictures: AlertPicturesTable;
  alert_clips: AlertClipsTable;
  media_downloads: MediaDownloadsTable;
  suppressions: SuppressionsTable;
  audit_log: AuditLogTable;
  saved_filters: SavedFiltersTable;
  site_revisions: SiteRevisionsTable;
  officers: OfficersTable;
  shifts: ShiftsTable;
  officer_positions: OfficerPositionsTable;
  officer_fences: OfficerFencesTable;
  patrol_posts: PatrolPostsTable;
  case_photos: CasePhotosTable;
  case_messages: CaseMessagesTable;
  handovers: HandoversTable;
  notices: NoticesTable;
  push_addresses: PushAddressesTable;
  webhooks: WebhooksTable;
  notice_deliveries: NoticeDeliveriesTable;
}
