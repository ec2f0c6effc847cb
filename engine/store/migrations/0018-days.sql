-- What a day is replayed from, and was not kept before: steps of an alert's presence after it was raised, steps of what is
-- wrong with a camera's picture, and when the engine ran. When this was applied says since when there are such rows.

create table alert_presence_changes (
  n bigint generated always as identity primary key,
  alert_id text not null references alerts (id),
  presence text not null,
  at timestamptz not null
);
create index alert_presence_changes_alert on alert_presence_changes (alert_id, n);

-- An alert that is taken up again stands since what stands at its place was seen, but never before it had ended.
create function note_alert_presence() returns trigger language plpgsql as $$
begin
  insert into alert_presence_changes (alert_id, presence, at) values (new.id, new.presence,
    case new.presence when 'ended' then coalesce(new.ended_at, clock_timestamp())
      else greatest(new.last_seen_at, old.ended_at) end);
  return null;
end $$;
create trigger alert_presence_changed after update on alerts
  for each row when (old.presence is distinct from new.presence) execute function note_alert_presence();

create table camera_fault_changes (
  n bigint generated always as identity primary key,
  camera_id text not null,
  code text,
  at timestamptz not null
);
create index camera_fault_changes_camera on camera_fault_changes (camera_id, n);
create index camera_fault_changes_at on camera_fault_changes (at);

create function note_camera_fault() returns trigger language plpgsql as $$
begin
  insert into camera_fault_changes (camera_id, code, at)
    values (new.id, new.fault_code, coalesce(new.fault_since, clock_timestamp()));
  return null;
end $$;
create trigger camera_fault_changed after update on camera_states
  for each row when (old.fault_code is distinct from new.fault_code) execute function note_camera_fault();

-- What holds now is the first step of those that have none yet.
insert into camera_fault_changes (camera_id, code, at)
  select id, fault_code, fault_since from camera_states where fault_code is not null and fault_since is not null;
insert into camera_state_changes (camera_id, state, code, at)
  select id, state, code, since from camera_states
  where state <> 'unknown'
    and not exists (select from camera_state_changes earlier where earlier.camera_id = camera_states.id);

-- While the engine does not run, nothing is known of any camera. alive_at is renewed while it runs.
create table engine_runs (
  n bigint generated always as identity primary key,
  started_at timestamptz not null default clock_timestamp(),
  alive_at timestamptz not null default clock_timestamp()
);

-- A day's alerts are those raised on it, and those that had not ended when it began; its cases likewise.
create index alerts_raised_at on alerts (raised_at);
create index alerts_ended_at on alerts (ended_at) where ended_at is not null;
create index cases_closed_at on cases (closed_at) where closed_at is not null;
