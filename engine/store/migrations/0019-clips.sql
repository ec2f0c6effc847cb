-- The video around an alert's onset. A row is there from the raising on, so that a clip that never came is said to be missing.
create table alert_clips (
  alert_id text primary key references alerts (id),
  state text not null default 'awaited',
  reason text,
  at timestamptz not null default now(),
  began_at timestamptz,
  ended_at timestamptz,
  every_frame_from timestamptz,
  cut_short boolean,
  gaps jsonb,
  codec text,
  width_px int,
  height_px int,
  bytes bigint,
  path text
);
create index alert_clips_awaited on alert_clips (alert_id) where state = 'awaited';
create index alert_clips_ready on alert_clips (ended_at) where state = 'ready';

-- Who was given a copy of what: appended, never changed.
create table media_downloads (
  n bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  account_id text not null,
  username text not null,
  display_name text not null,
  from_address text not null,
  what text not null,
  moment text,
  alert_id text not null references alerts (id),
  camera_name text not null,
  division text not null,
  department text not null
);
create index media_downloads_alert on media_downloads (alert_id, n);

create function refuse_download_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are appended, never changed', tg_table_name;
end $$;
create trigger media_downloads_appended before update or delete or truncate on media_downloads
  for each statement execute function refuse_download_change();
