import type { ColumnType, Generated } from 'kysely';
import type { RuleName } from '#config/rule.ts';
import type { AlgorithmMove, AlgorithmStage, UploadState } from '../contract/algorithm.ts';
import type { BoundDays, DefinitionBody } from '../contract/algorithm-definition.ts';
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

export interface AlgorithmBenchesTable {
  n: Generated<number>;
  version_id: string;
  host_cpu: string;
  cores: number;
  ms_p50: number;
  ms_p95: number;
  load_ms: number;
  rss_bytes: number;
  pictures: number;
  on_samples: boolean;
  benched_by: string;
  at: Generated<Date>;
}

export interface AlgorithmSampleChecksTable {
  n: Generated<number>;
  version_id: string;
  good: boolean;
  note: string;
  checked_by: string;
  at: Generated<Date>;
}

export interface AlgorithmDefinitionsTable {
  id: string;
  revision: number;
  body: ColumnType<DefinitionBody, string, string>;
}

export interface AlgorithmDefinitionRevisionsTable {
  definition_id: string;
  revision: number;
  at: Generated<Date>;
  by: string;
  body: ColumnType<DefinitionBody, string, never>;
}

export interface AlgorithmBindingsTable {
  id: string;
  algorithm: string;
  cameras: string[];
  libraries: string[];
  divisions: string[];
  hours: ColumnType<string[] | null, string[] | null, never>;
  days: ColumnType<BoundDays | null, BoundDays | null, never>;
  division: string;
  department: string | null;
  reason: string;
  bound_by: string;
  bound_at: Generated<Date>;
  revoked_at: Optional<Date>;
  revoked_by: Optional<string>;
  revoke_reason: Optional<string>;
}

/** Which camera which binding reaches; rank 0: it is named, 1: by a library, 2: by its division. */
export interface BoundCamerasView {
  binding_id: string;
  algorithm: string;
  camera_id: string;
  rank: number;
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
  algorithm: string;
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
