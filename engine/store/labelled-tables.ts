import type { ColumnType, Generated } from 'kysely';
import type { Verdict } from '../contract/alert.ts';
import type { EvaluationResult } from '../contract/evaluation.ts';
import type { BoxPx, LabelledBox } from '../contract/labelled-set.ts';
import type { JsonList, Optional } from './columns.ts';

export interface LabelledSetsTable {
  id: string;
  name: string;
  licence: string;
  classes: string[];
  algorithm: Optional<string>;
  revision: Generated<number>;
  made_by: string;
  at: Generated<Date>;
}

export interface LabelledClipsTable {
  id: string;
  set_id: string;
  name: string;
  sha256: string;
  duration_ms: number;
  every_ms: number;
}

export interface LabelledItemsTable {
  id: string;
  set_id: string;
  name: string;
  sha256: string;
  look: string;
  width_px: number;
  height_px: number;
  path: string;
  boxes: JsonList<LabelledBox>;
  crop: ColumnType<BoxPx | null, string | null | undefined, string | null>;
  clip_id: Optional<string>;
  at_ms: Optional<number>;
  alert_id: Optional<string>;
  camera_id: Optional<string>;
  division: Optional<string>;
  department: Optional<string>;
  at: Generated<Date>;
}

export interface LabelledVerdictsTable {
  alert_id: string;
  verdict: Verdict;
  true_class: Optional<string>;
  outcome: 'taken' | 'same' | 'no-picture';
  item_id: Optional<string>;
  same_as: Optional<string>;
}

export interface LabelledExportsTable {
  n: Generated<number>;
  set_id: string;
  set_name: string;
  format: string;
  blurred: boolean;
  pictures: number;
  exported_by: string;
  at: Generated<Date>;
}

export interface AlgorithmEvaluationsTable {
  id: string;
  version_id: string;
  sha256: string;
  set_id: string;
  set_name: string;
  set_revision: number;
  set_hash: string;
  result: ColumnType<EvaluationResult, string, never>;
  evaluated_by: string;
  at: Generated<Date>;
}
