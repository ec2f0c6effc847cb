import type { Generated } from 'kysely';
import type { CaseStage } from '../contract/case.ts';
import type { CheckOutcome, CheckReason } from '../contract/case-check.ts';
import type { Box, PictureMoment } from '../contract/observation.ts';
import type { JsonList, Optional } from './columns.ts';

/** What happens by itself when a clock comes to a point; `escalated-…` names the line of the policy. */
export type CaseEffect = 'yellow' | 'overdue' | `escalated-${number}`;

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
