import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { LngLat } from '#config/camera.ts';
import type { TimeLimit, WorkingHours } from '#config/case-clocks.ts';
import type { RuleName, Severity } from '#config/rule.ts';
import type { AlgorithmName } from '../contract/alert.ts';
import type {
  Appeal,
  CaseClock,
  CaseEntryDetail,
  CaseEntryKind,
  CaseOutcome,
  CaseSource,
  CaseStage,
  CaseState,
} from '../contract/case.ts';
import type { CheckOutcome, CheckReason } from '../contract/case-check.ts';
import type { OpeningMode } from '../contract/case-policy.ts';
import type { Box, ClassGroup, PictureMoment } from '../contract/observation.ts';
import type { JsonList, Optional, PointColumn } from './columns.ts';

/** What happens by itself when a clock comes to a point; `escalated-…` names the line of the policy. */
type CaseEffect = 'yellow' | 'overdue' | `escalated-${number}`;

export interface CaseLinksTable {
  case_id: string;
  other_id: string;
  at: Generated<Date>;
  by: string;
}

export interface CaseTimersTable {
  case_id: string;
  /** `returns`: no clock, but how often it was returned. */
  stage: CaseStage | 'returns';
  life: number;
  effect: CaseEffect;
  at: Date;
}

export interface CaseEffectsTable {
  case_id: string;
  stage: CaseStage | 'returns';
  life: number;
  effect: CaseEffect;
  due_at: Date;
  at: Generated<Date>;
}

export interface CaseChecksTable {
  id: Generated<number>;
  case_id: string;
  asked_at: Date;
  until: Optional<Date>;
  outcome: Optional<CheckOutcome>;
  reason: Optional<CheckReason>;
  decided_at: Optional<Date>;
}

export interface CaseCheckPartsTable {
  check_id: number;
  alert_id: string;
  outcome: CheckOutcome;
  reason: CheckReason | null;
  before_moment: PictureMoment | null;
  before_captured_at: Optional<Date>;
  before_width_px: Optional<number>;
  before_height_px: Optional<number>;
  before_boxes: JsonList<Box>;
  before_path: Optional<string>;
  captured_at: Optional<Date>;
  width_px: Optional<number>;
  height_px: Optional<number>;
  boxes: JsonList<Box>;
  path: Optional<string>;
}

export interface CaseOpeningsTable {
  n: Generated<number>;
  rule: RuleName;
  algorithm: Optional<string>;
  mode: OpeningMode;
  confirmations: number | null;
  at: Generated<Date>;
  by: string;
}

export interface ControlAreasTable {
  id: string;
  name: string;
  corners: JsonList<LngLat>;
  hours: ColumnType<string[] | null, string | null, never>;
  rules: ColumnType<RuleName[] | null, string | null, never>;
  reason: string;
  at: Generated<Date>;
  by: string;
  revoked_at: Optional<Date>;
  revoked_by: Optional<string>;
  revoke_reason: Optional<string>;
  division: string;
  department: string | null;
}

export interface HeldBackTable {
  id: Generated<number>;
  area_id: string;
  camera_id: string;
  camera_name: string;
  view_id: string;
  rule: RuleName;
  algorithm: string;
  class_group: ClassGroup;
  box: JSONColumnType<Box>;
  lng_lat: PointColumn;
  first_at: Date;
  last_at: Date;
  division: string;
  department: string;
}

export interface CasesTable {
  id: string;
  seq: number;
  state: CaseState;
  rule: RuleName | null;
  source: Generated<CaseSource>;
  merged_into: Optional<string>;
  appeal: Optional<Appeal>;
  yellow_at: Optional<Date>;
  due_at: Optional<Date>;
  severity: Severity;
  codeset: string;
  code: string;
  algorithm_name: JSONColumnType<AlgorithmName | null, string | null | undefined, never>;
  opened_at: Date;
  closed_at: Optional<Date>;
  unit_id: Optional<string>;
  camera_name: string;
  lng_lat: PointColumn;
  county_code: string | null;
  county_name: string | null;
  division: string;
  department: string | null;
  clock: ColumnType<CaseClock | null, string | null | undefined, string | null>;
  late: ColumnType<CaseStage[], CaseStage[] | undefined, CaseStage[]>;
  outcome: Optional<CaseOutcome>;
}

export interface CaseAlertsTable {
  case_id: string;
  alert_id: string;
  at: Optional<Date>;
}

export interface CaseNumbersTable {
  day: ColumnType<string, string, never>;
  last: number;
}

export interface CaseEntriesTable {
  n: Generated<number>;
  case_id: string;
  kind: CaseEntryKind;
  at: Generated<Date>;
  by: string;
  unit_id: string | null;
  unit_name: string | null;
  note: string;
  time_limit: ColumnType<TimeLimit | null, string | null | undefined, never>;
  unit_hours: ColumnType<WorkingHours | null, string | null | undefined, never>;
  detail: ColumnType<CaseEntryDetail | null, string | null | undefined, never>;
}
