import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { CameraConfig, Crs } from '#config/camera.ts';
import type { CameraFault, CameraState, PictureFaultCode } from '../contract/camera.ts';
import type {
  CameraImport,
  ColumnMapping,
  ImportColumn,
  ImportRow,
  ImportState,
  RegisterFormat,
  RowOutcome,
} from '../contract/camera-import.ts';
import type { GrantedAct, LibraryRule, LibraryUseAct } from '../contract/library.ts';
import type { OutageKind } from '../contract/outage.ts';
import type { PtzAct } from '../contract/ptz.ts';
import type { JsonList, Optional, ReadOnly } from './columns.ts';

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
  /** Algorithms that are bound to it beside its own rules. */
  bound_algorithms: ColumnType<string[], never, never>;
  /** The binding of each, in the same order, that counts. */
  deciding_bindings: ColumnType<string[], never, never>;
  analysed: ReadOnly<boolean>;
  disabled: ReadOnly<boolean>;
  inspection: ReadOnly<boolean>;
  tags: ReadOnly<string[]>;
  search: ReadOnly<string>;
}

export interface CameraStateChangesTable {
  n: Generated<number>;
  camera_id: string;
  state: CameraState;
  code: CameraFault | null;
  at: Generated<Date>;
}

export interface CameraFaultChangesTable {
  n: Generated<number>;
  camera_id: string;
  code: PictureFaultCode | null;
  at: Date;
}

export interface CameraImportsTable {
  id: string;
  at: Generated<Date>;
  by: string;
  division: string;
  department: string | null;
  file_name: string;
  format: RegisterFormat;
  crs: Crs;
  state: ImportState;
  columns: ColumnType<ImportColumn[], string | undefined, string>;
  problem: ColumnType<CameraImport['problem'], string | undefined, string>;
  applied_at: Optional<Date>;
}

export interface CameraImportMappingsTable {
  account_id: string;
  headings: string;
  mapping: JSONColumnType<ColumnMapping>;
  at: Generated<Date>;
}

export interface CameraImportRowsTable {
  import_id: string;
  n: number;
  line: number;
  outcome: RowOutcome;
  camera_id: string | null;
  name: string | null;
  reasons: JsonList<ImportRow['reasons'][number]>;
  changes: JsonList<ImportRow['changes'][number]>;
}

export interface CameraRevisionsTable {
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

export interface CameraProbesTable {
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

export interface CameraDaysTable {
  day: ColumnType<string, string, never>;
  camera_id: string;
  online_ms: number;
  known_ms: number;
  losses: number;
}

export interface OutagesTable {
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

export interface OutageCamerasTable {
  outage_id: string;
  camera_id: string;
}

/** A row stands while somebody turns the camera. */
export interface PtzLeasesTable {
  camera_id: string;
  account_id: string;
  by: string;
  since: Date;
}

export interface PtzUsesTable {
  n: Generated<number>;
  at: Date;
  camera_id: string;
  camera_name: string;
  act: PtzAct;
  account_id: string | null;
  by: string;
  detail: string;
  division: string;
  department: string;
}

export interface ViewFingerprintsTable {
  camera_id: string;
  view_id: string;
  drawing: string;
  fingerprint: string;
  at: Generated<Date>;
}

export interface LibrariesTable {
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

export interface LibraryRevisionsTable {
  library_id: string;
  revision: number;
  at: Generated<Date>;
  by: string;
  body: ColumnType<object | null, string | null, never>;
}

export interface LibraryHandTable {
  library_id: string;
  camera_id: string;
  added: boolean;
}

export interface LibraryCamerasTable {
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

export interface LibraryUsesTable {
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
