-- A case may come from somebody's report, without an alert; it may be part of another case, and have to do with others.
alter table cases alter column rule drop not null;
alter table cases
  add column source text not null default 'alert',
  add column merged_into text references cases (id),
  add column appeal text,
  add column yellow_at timestamptz,
  add column due_at timestamptz;
create index cases_merged_into on cases (merged_into) where merged_into is not null;
create index cases_place on cases using gist (lng_lat);
update cases set yellow_at = (clock ->> 'yellowAt')::timestamptz, due_at = (clock ->> 'dueAt')::timestamptz
  where clock is not null;

-- What an entry says besides its words, and when its unit works: kept with it, so that other hours change nothing that was.
alter table case_entries add column detail jsonb, add column unit_hours jsonb;
alter table units add column working_hours jsonb;

create table case_links (
  case_id text not null references cases (id),
  other_id text not null references cases (id),
  at timestamptz not null default clock_timestamp(),
  by text not null,
  primary key (case_id, other_id),
  check (case_id < other_id)
);

-- What is to happen at a time by itself, as the entries say now: each time that a clock was begun is a life of it. Rewritten with
-- each entry, except what is due already.
create table case_timers (
  case_id text not null references cases (id),
  stage text not null,
  life integer not null,
  effect text not null,
  at timestamptz not null,
  primary key (case_id, stage, life, effect)
);
create index case_timers_at on case_timers (at);

-- What happened at its time: once for each case, clock and effect.
create table case_effects (
  case_id text not null references cases (id),
  stage text not null,
  life integer not null,
  effect text not null,
  due_at timestamptz not null,
  at timestamptz not null default clock_timestamp(),
  primary key (case_id, stage, life, effect)
);
create trigger case_effects_kept before update or delete or truncate on case_effects
  for each statement execute function keep_record();

-- The cameras of a case look again, each time that it was handled. until null: decided, or overtaken by what somebody did.
create table case_checks (
  id bigint generated always as identity primary key,
  case_id text not null references cases (id),
  asked_at timestamptz not null,
  until timestamptz,
  outcome text,
  reason text,
  decided_at timestamptz
);
create index case_checks_case on case_checks (case_id, id);
create index case_checks_waiting on case_checks (until) where until is not null;
create table case_check_parts (
  check_id bigint not null references case_checks (id),
  alert_id text not null references alerts (id),
  outcome text not null,
  reason text,
  before_moment text,
  captured_at timestamptz,
  width_px integer,
  height_px integer,
  boxes jsonb,
  path text,
  primary key (check_id, alert_id)
);
