-- What a version takes on a host: appended, never changed.
create table algorithm_benches (
  n bigint generated always as identity primary key,
  version_id text not null references algorithm_versions (id),
  host_cpu text not null,
  cores int not null,
  ms_p50 double precision not null,
  ms_p95 double precision not null,
  load_ms double precision not null,
  rss_bytes bigint not null,
  pictures int not null check (pictures > 0),
  on_samples boolean not null,
  benched_by text not null,
  at timestamptz not null default clock_timestamp()
);
create index algorithm_benches_version on algorithm_benches (version_id, n);

-- What a person said of the boxes in a version's sample pictures; the last one holds. Appended, never changed.
create table algorithm_sample_checks (
  n bigint generated always as identity primary key,
  version_id text not null references algorithm_versions (id),
  good boolean not null,
  note text not null,
  checked_by text not null,
  at timestamptz not null default clock_timestamp()
);
create index algorithm_sample_checks_version on algorithm_sample_checks (version_id, n);

-- Pictures with the boxes of what is in them. A set that grows from verdicts names its algorithm.
create table labelled_sets (
  id text primary key,
  name text not null unique,
  licence text not null,
  classes text[] not null,
  algorithm text unique,
  revision int not null default 0,
  made_by text not null,
  at timestamptz not null default clock_timestamp()
);

-- A clip in which there is nothing to be found: its pictures, every_ms apart, are items without boxes.
create table labelled_clips (
  id text primary key,
  set_id text not null references labelled_sets (id) on delete cascade,
  name text not null,
  sha256 text not null,
  duration_ms double precision not null,
  every_ms int not null,
  unique (set_id, sha256)
);

-- Boxes are in pixels of the picture. Of an item with a crop only what lies in the crop was judged, and look
-- is the crop's. look is a perceptual hash, sixteen hexadecimal digits. path is relative to the folder of labelled sets; division is null where the picture came from no camera.
create table labelled_items (
  id text primary key,
  set_id text not null references labelled_sets (id) on delete cascade,
  name text not null,
  sha256 text not null,
  look text not null,
  width_px int not null,
  height_px int not null,
  path text not null,
  boxes jsonb not null,
  crop jsonb,
  clip_id text references labelled_clips (id) on delete cascade,
  at_ms double precision,
  alert_id text references alerts (id),
  camera_id text,
  division text,
  department text,
  at timestamptz not null default clock_timestamp()
);
create index labelled_items_set on labelled_items (set_id, id);
create unique index labelled_items_alert on labelled_items (set_id, alert_id) where alert_id is not null;

-- What was taken of each judged alert; item_id is null where it is the same as another item, or has no picture.
create table labelled_verdicts (
  alert_id text primary key references alerts (id),
  verdict text not null,
  true_class text,
  outcome text not null,
  item_id text references labelled_items (id) on delete set null,
  same_as text references labelled_items (id) on delete set null
);
create index labelled_verdicts_same_as on labelled_verdicts (same_as) where same_as is not null;

-- Which class an alert truly was of, where its verdict says that it is another.
alter table alerts add column true_class text;
create index alerts_judged on alerts (id) where verdict <> 'none';

-- How well a version did on a set as it was then: appended, never changed. The set may change or go.
create table algorithm_evaluations (
  id text primary key,
  version_id text not null references algorithm_versions (id),
  sha256 text not null,
  set_id text not null,
  set_name text not null,
  set_revision int not null,
  set_hash text not null,
  result jsonb not null,
  evaluated_by text not null,
  at timestamptz not null default clock_timestamp()
);
create index algorithm_evaluations_version on algorithm_evaluations (version_id, at);

-- Who took a set out: appended, never changed.
create table labelled_exports (
  n bigint generated always as identity primary key,
  set_id text not null,
  set_name text not null,
  format text not null,
  blurred boolean not null,
  pictures int not null,
  exported_by text not null,
  at timestamptz not null default clock_timestamp()
);

create trigger algorithm_benches_appended before update or delete or truncate on algorithm_benches
  for each statement execute function keep_record();
create trigger algorithm_sample_checks_appended before update or delete or truncate on algorithm_sample_checks
  for each statement execute function keep_record();
create trigger algorithm_evaluations_appended before update or delete or truncate on algorithm_evaluations
  for each statement execute function keep_record();
create trigger labelled_exports_appended before update or delete or truncate on labelled_exports
  for each statement execute function keep_record();
