-- Every row that a person may see carries division and department: see engine/accounts/visible-to.ts.

create sequence change_seq as bigint minvalue 1 no cycle;

create table changes (
  seq bigint primary key,
  kind text not null,
  entity_id text not null,
  division text not null,
  department text,
  at timestamptz not null default clock_timestamp()
);

-- Numbers a change. From the lock to the end of the transaction nobody else records one, so the order of the numbers is
-- the order of the commits: who has read up to a number has missed none below it. Call it last in a transaction.
create function record_change(of_kind text, of_entity text, of_division text, of_department text) returns bigint
language plpgsql as $$
declare
  next_seq bigint;
begin
  perform pg_advisory_xact_lock(70226371401);
  next_seq := nextval('change_seq');
  insert into changes (seq, kind, entity_id, division, department)
    values (next_seq, of_kind, of_entity, of_division, of_department);
  perform pg_notify('chengnao_changes', next_seq::text);
  return next_seq;
end $$;

create table accounts (
  id text primary key,
  username text not null,
  display_name text not null,
  password_hash text not null,
  roles text[] not null,
  division text not null,
  department text,
  created_at timestamptz not null default now()
);
create unique index accounts_username on accounts (lower(username));

-- Only the SHA-256 of a token is kept: who reads this table cannot sign in with it.
create table sessions (
  token_sha256 bytea primary key,
  account_id text not null references accounts (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_account on sessions (account_id);
create index sessions_expiry on sessions (expires_at);

create table cameras (
  id text primary key,
  body jsonb not null,
  revision int not null,
  county_code text,
  county_name text,
  division text not null,
  department text not null
);
create index cameras_scope on cameras (division text_pattern_ops, department);

-- A camera that was deleted keeps its revisions; the deletion is the last of them, without a body.
create table camera_revisions (
  camera_id text not null,
  revision int not null,
  at timestamptz not null default now(),
  by text not null,
  body jsonb,
  primary key (camera_id, revision)
);

create table camera_states (
  id text primary key references cameras (id) on delete cascade,
  state text not null,
  reason text,
  since timestamptz not null default now()
);

create table units (
  id text primary key,
  name text not null,
  division text not null,
  department text not null
);

create table cases (
  id text primary key,
  seq bigint not null,
  state text not null,
  rule text not null,
  severity text not null,
  codeset text not null,
  code text not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  unit_id text references units (id),
  camera_name text not null,
  lng_lat point not null,
  county_code text,
  county_name text,
  division text not null,
  department text
);
create index cases_seq on cases (seq);
create index cases_open on cases (opened_at) where state <> 'closed';

-- The last number given on each of the site's days.
create table case_numbers (
  day date primary key,
  last int not null
);

create table case_entries (
  n bigint generated always as identity primary key,
  case_id text not null references cases (id),
  kind text not null,
  at timestamptz not null default clock_timestamp(),
  by text not null,
  unit_id text,
  unit_name text,
  note text not null
);
create index case_entries_case on case_entries (case_id, n);

create table alerts (
  id text primary key,
  seq bigint not null,
  rule text not null,
  severity text not null,
  codeset text not null,
  code text not null,
  presence text not null,
  handling text not null default 'new',
  verdict text not null default 'none',
  camera_id text not null,
  camera_name text not null,
  view_id text not null,
  class_group text not null,
  zone_kind text not null,
  zone_index int not null,
  zone_name text,
  dwell_ms double precision not null,
  started_at timestamptz not null,
  raised_at timestamptz not null,
  last_seen_at timestamptz not null,
  ended_at timestamptz,
  lng_lat point not null,
  error_m double precision not null,
  county_code text,
  county_name text,
  confidence double precision not null,
  boxes jsonb not null,
  model jsonb not null,
  case_id text references cases (id),
  division text not null,
  department text not null
);
create index alerts_seq on alerts (seq);
create index alerts_standing on alerts (camera_id) where presence = 'standing';
create index alerts_ended on alerts (camera_id, ended_at) where presence = 'ended';
create index alerts_case on alerts (case_id) where case_id is not null;

create table alert_entries (
  n bigint generated always as identity primary key,
  alert_id text not null references alerts (id),
  kind text not null,
  at timestamptz not null default clock_timestamp(),
  by text not null,
  comment text not null
);
create index alert_entries_alert on alert_entries (alert_id, n);

-- path is relative to the evidence folder.
create table alert_pictures (
  alert_id text not null references alerts (id),
  moment text not null,
  captured_at timestamptz not null,
  width_px int not null,
  height_px int not null,
  boxes jsonb not null,
  path text not null,
  primary key (alert_id, moment)
);

create table suppressions (
  id text primary key,
  alert_id text not null references alerts (id),
  camera_id text not null,
  camera_name text not null,
  view_id text not null,
  rule text not null,
  class_group text not null,
  box jsonb not null,
  reason text not null,
  by text not null,
  at timestamptz not null,
  until timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  division text not null,
  department text not null
);
create index suppressions_active on suppressions (camera_id) where revoked_at is null;
