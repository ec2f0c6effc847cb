import type { ColumnType, Generated } from 'kysely';
import type { NoticeKind } from '../contract/notice.ts';
import type { OfficerArea } from '../contract/officer.ts';
import type { Handover, PhotoDoubt, PhotoKind } from '../contract/patrol.ts';
import type { JsonList, Optional, PlaceColumn, PointColumn } from './columns.ts';

export interface OfficersTable {
  account_id: string;
  skills: ColumnType<string[], string[] | undefined, string[]>;
  areas: JsonList<OfficerArea>;
}

export interface ShiftsTable {
  id: string;
  account_id: string;
  starts_at: Date;
  ends_at: Date;
  by: string;
  made_at: Generated<Date>;
  cancelled_at: Optional<Date>;
  cancelled_by: Optional<string>;
}

export interface OfficerPositionsTable {
  n: Generated<number>;
  account_id: string;
  at: Date;
  received_at: Generated<Date>;
  lng_lat: PointColumn;
  accuracy_m: number;
}

export interface OfficerFencesTable {
  account_id: string;
  shift_id: string;
  outside: boolean;
  against: Generated<number>;
  since: Date;
}

export interface PatrolPostsTable {
  client_id: string;
  account_id: string;
  case_id: string;
  what: string;
  by: string;
  done_at: Date;
  received_at: Generated<Date>;
}

export interface CasePhotosTable {
  id: string;
  case_id: string;
  kind: PhotoKind;
  account_id: string;
  by: string;
  taken_at: Date;
  received_at: Generated<Date>;
  width_px: number;
  height_px: number;
  sha256: string;
  path: string;
  lng_lat: PlaceColumn;
  accuracy_m: Optional<number>;
  distance_m: Optional<number>;
  doubts: ColumnType<PhotoDoubt[], PhotoDoubt[] | undefined, never>;
}

export interface CaseMessagesTable {
  n: Generated<number>;
  id: string;
  case_id: string;
  from_side: 'desk' | 'officer';
  account_id: string;
  by: string;
  at: Generated<Date>;
  text: Generated<string>;
  photo_id: Optional<string>;
  voice_path: Optional<string>;
  voice_type: Optional<string>;
  voice_ms: Optional<number>;
}

export interface HandoversTable {
  id: string;
  at: Generated<Date>;
  signed_by: string;
  account_id: string;
  account: string;
  given_by: string;
  note: string;
  cases: JsonList<Handover['cases'][number]>;
  division: string;
  department: string | null;
}

export interface NoticesTable {
  id: Generated<string>;
  kind: NoticeKind;
  at: Generated<Date>;
  case_id: string | null;
  about: string;
  /** Of the officers of this unit; null: of the desk. */
  unit_id: string | null;
  /** Of the desk those that are told; null: all of them. */
  roles: Optional<string[]>;
  division: string;
  department: string | null;
  acknowledged_at: Optional<Date>;
  acknowledged_by: Optional<string>;
}

export interface PushAddressesTable {
  endpoint: string;
  account_id: string;
  p256dh: string;
  auth: string;
  made_at: Generated<Date>;
}

export interface WebhooksTable {
  id: string;
  url: string;
  secret: string;
  by: string;
  division: string;
  department: string | null;
  at: Generated<Date>;
  removed_at: Optional<Date>;
}

export interface NoticeDeliveriesTable {
  n: Generated<number>;
  notice_id: string;
  webhook_id: string | null;
  endpoint: string | null;
  tries: Generated<number>;
  next_at: Generated<Date>;
  done_at: Optional<Date>;
  outcome: Optional<string>;
}
