-- Where a version runs on trial: on which share of the cameras, and what ends that by itself. Null: as is the rule.
alter table algorithm_stages add column share real check (share > 0 and share <= 1);
alter table algorithm_stages add column limits jsonb;

-- How a process ended that a version was asked in, with the end of what it wrote: appended, never changed.
create table algorithm_deaths (
  n bigint generated always as identity primary key,
  version_id text not null references algorithm_versions (id),
  process text not null,
  how text not null,
  log text not null,
  at timestamptz not null default clock_timestamp()
);
create index algorithm_deaths_version on algorithm_deaths (version_id, n);
create trigger algorithm_deaths_appended before update or delete or truncate on algorithm_deaths
  for each statement execute function keep_record();

-- What a version in the shadow would have raised. No alert: nobody is told of it.
create table shadow_alerts (
  id text primary key,
  version_id text not null references algorithm_versions (id),
  camera_id text not null,
  camera_name text not null,
  view_id text not null,
  rule text not null,
  algorithm text not null,
  class_group text not null,
  boxes jsonb not null,
  confidence real not null,
  dwell_ms double precision not null,
  started_at timestamptz not null,
  raised_at timestamptz not null,
  last_seen_at timestamptz not null,
  ended_at timestamptz,
  model jsonb not null,
  picture bytea,
  division text not null,
  department text
);
create index shadow_alerts_version on shadow_alerts (version_id, raised_at);
create index shadow_alerts_raised on shadow_alerts (raised_at);
-- The alerts of a version, to be compared and judged.
create index alerts_model_version on alerts ((model ->> 'versionId'), raised_at);
