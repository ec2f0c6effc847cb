import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { LngLat } from '#config/camera.ts';
import type { RuleName } from '#config/rule.ts';
import type { CaseStage } from '../contract/case.ts';
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
  captured_at: Optional<Date>;
  width_px: Optional<number>;
  height_px: Optional<number>;
  boxes: JsonList<Box>;
  path: Optional<string>;
}

export interface CaseOpeningsTable {
  n: Generated<number>;
  rule: RuleName;
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
