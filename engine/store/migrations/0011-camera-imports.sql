-- Dry runs of registers: what each row would do, kept so that exactly that can be applied.
create table camera_imports (
  id text primary key,
  at timestamptz not null default now(),
  by text not null,
  division text not null,
  department text,
  file_name text not null,
  format text not null,
  crs text not null,
  state text not null,
  ignored_columns jsonb not null default '[]',
  problem jsonb,
  applied_at timestamptz
);

-- The body holds addresses: it is emptied when the import is applied.
create table camera_import_rows (
  import_id text not null references camera_imports (id) on delete cascade,
  n int not null,
  line int not null,
  outcome text not null,
  camera_id text,
  name text,
  reasons jsonb not null,
  changes jsonb not null,
  body jsonb,
  base_revision int,
  county_code text,
  county_name text,
  division text,
  department text,
  initials text,
  primary key (import_id, n)
);
create index camera_import_rows_outcome on camera_import_rows (import_id, outcome, n);
