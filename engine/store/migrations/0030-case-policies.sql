-- Which alerts become cases by themselves: the last line of a rule counts, for alerts raised after it.
create table case_openings (
  n bigint generated always as identity primary key,
  rule text not null,
  mode text not null,
  confirmations integer,
  at timestamptz not null default clock_timestamp(),
  by text not null
);
create trigger case_openings_stay before update or delete or truncate on case_openings
  for each statement execute function keep_record();

-- Where, and when, nothing is raised; and what was held back there.
create table control_areas (
  id text primary key,
  name text not null,
  corners jsonb not null,
  hours jsonb,
  rules jsonb,
  reason text not null,
  at timestamptz not null default clock_timestamp(),
  by text not null,
  revoked_at timestamptz,
  revoked_by text,
  revoke_reason text,
  division text not null,
  department text
);
create table held_back (
  id bigint generated always as identity primary key,
  area_id text not null references control_areas (id),
  camera_id text not null,
  camera_name text not null,
  view_id text not null,
  rule text not null,
  algorithm text not null,
  class_group text not null,
  box jsonb not null,
  lng_lat point not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  division text not null,
  department text not null
);
create index held_back_area on held_back (area_id, last_at);
create index held_back_camera on held_back (camera_id, last_at);
