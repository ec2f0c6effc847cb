-- Uploads of algorithms. How much of one has come lies on disk: its file is as long as what was received.
create table algorithm_uploads (
  id text primary key,
  account_id text not null,
  uploaded_by text not null,
  at timestamptz not null default now(),
  name text not null,
  version text not null,
  file_name text not null,
  bytes bigint not null check (bytes > 0),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  state text not null default 'receiving',
  inspection jsonb
);

-- A version is what was uploaded, with all that was found in it; it never changes.
create table algorithm_versions (
  id text primary key,
  algorithm text not null,
  version text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  file_name text not null,
  bytes bigint not null,
  licence text not null,
  inspection jsonb not null,
  folder text not null,
  uploaded_by text not null,
  at timestamptz not null default now(),
  unique (algorithm, version)
);

-- Where a version stands now; of an algorithm one at most runs in full, one on trial and one in the shadow of it.
create table algorithm_stages (
  version_id text primary key references algorithm_versions (id),
  algorithm text not null,
  stage text not null,
  since timestamptz not null default clock_timestamp()
);
create unique index algorithm_stages_running on algorithm_stages (algorithm, stage) where stage in ('shadow', 'canary', 'full');

-- How it came there: appended, never changed.
create table algorithm_moves (
  n bigint generated always as identity primary key,
  version_id text not null references algorithm_versions (id),
  move text not null,
  from_stage text not null,
  to_stage text not null,
  moved_by text not null,
  reason text not null,
  at timestamptz not null default clock_timestamp()
);
create index algorithm_moves_version on algorithm_moves (version_id, n);

create trigger algorithm_versions_stay before update or delete or truncate on algorithm_versions
  for each statement execute function keep_record();
create trigger algorithm_moves_appended before update or delete or truncate on algorithm_moves
  for each statement execute function keep_record();
