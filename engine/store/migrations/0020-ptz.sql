-- Who turns which camera: a row stands as long as the lease does, and outlives a stop of the engine.
create table ptz_leases (
  camera_id text primary key references cameras (id) on delete cascade,
  account_id text not null,
  by text not null,
  since timestamptz not null
);

-- Who turned which camera, and what was done: appended, never changed. account_id is null where nobody did it.
create table ptz_uses (
  n bigint generated always as identity primary key,
  at timestamptz not null,
  camera_id text not null,
  camera_name text not null,
  act text not null,
  account_id text,
  by text not null,
  detail text not null,
  division text not null,
  department text not null
);
create index ptz_uses_camera on ptz_uses (camera_id, n);

create trigger ptz_uses_appended before update or delete or truncate on ptz_uses
  for each statement execute function keep_record();
