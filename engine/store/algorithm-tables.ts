import type { ColumnType, Generated } from 'kysely';
import type { RuleName } from '#config/rule.ts';
import type { AlgorithmMove, AlgorithmStage, UploadState } from '../contract/algorithm.ts';
import type { Inspection } from '../contract/inspection.ts';
import type { Box, ClassGroup, ModelIdentity } from '../contract/observation.ts';
import type { RolloutLimits } from '../contract/rollout-terms.ts';
import type { Optional } from './columns.ts';

type Written = ColumnType<Inspection, string, string>;

export interface AlgorithmUploadsTable {
  id: string;
  account_id: string;
  uploaded_by: string;
  at: Generated<Date>;
  name: string;
  version: string;
  file_name: string;
  bytes: number;
  sha256: Optional<string>;
  state: ColumnType<UploadState, UploadState | undefined, UploadState>;
  inspection: ColumnType<Inspection | null, string | null | undefined, string | null>;
}

export interface AlgorithmVersionsTable {
  id: string;
  algorithm: string;
  version: string;
  sha256: string;
  file_name: string;
  bytes: number;
  licence: string;
  inspection: Written;
  folder: string;
  uploaded_by: string;
  at: Generated<Date>;
}

export interface AlgorithmStagesTable {
  version_id: string;
  algorithm: string;
  stage: AlgorithmStage;
  since: Generated<Date>;
  share: Optional<number>;
  limits: ColumnType<Partial<RolloutLimits> | null, string | null | undefined, string | null>;
}

export interface AlgorithmMovesTable {
  n: Generated<number>;
  version_id: string;
  move: AlgorithmMove;
  from_stage: AlgorithmStage;
  to_stage: AlgorithmStage;
  moved_by: string;
  reason: string;
  at: Generated<Date>;
}

export interface AlgorithmDeathsTable {
  n: Generated<number>;
  version_id: string;
  process: 'shard' | 'apart';
  how: string;
  log: string;
  at: Generated<Date>;
}

export interface ShadowAlertsTable {
  id: string;
  version_id: string;
  camera_id: string;
  camera_name: string;
  view_id: string;
  rule: RuleName;
  class_group: ClassGroup;
  boxes: ColumnType<Box[], string, string>;
  confidence: number;
  dwell_ms: number;
  started_at: Date;
  raised_at: Date;
  last_seen_at: Date;
  ended_at: Optional<Date>;
  model: ColumnType<ModelIdentity, string, string>;
  picture: Optional<Buffer>;
  division: string;
  department: string | null;
}
