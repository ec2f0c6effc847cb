import type { ColumnType, Generated } from 'kysely';
import type { AlgorithmMove, AlgorithmStage, UploadState } from '../contract/algorithm.ts';
import type { Inspection } from '../contract/inspection.ts';
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
