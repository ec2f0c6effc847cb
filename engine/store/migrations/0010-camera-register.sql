-- What the pool of cameras is searched, filtered and counted by. All but the pinyin initials follows from the body.
alter table cameras
  add column initials text,
  add column name text generated always as (body ->> 'name') stored,
  add column gb_id text generated always as (body ->> 'gbId') stored,
  add column address text generated always as (body ->> 'address') stored,
  add column lng double precision generated always as ((body -> 'lngLat' ->> 0)::double precision) stored,
  add column lat double precision generated always as ((body -> 'lngLat' ->> 1)::double precision) stored,
  add column analysed boolean generated always as (coalesce(jsonb_array_length(body -> 'algorithms'), 0) > 0) stored,
  add column inspection boolean generated always as (coalesce((body ->> 'inspection')::boolean, false)) stored,
  add column tags jsonb generated always as (coalesce(body -> 'tags', '[]'::jsonb)) stored,
  add column search text generated always as (lower(
    (body ->> 'name') || E'\n' || id || E'\n' || coalesce(body ->> 'gbId', '') || E'\n' ||
    coalesce(body ->> 'address', '') || E'\n' || coalesce(initials, ''))) stored;
create index cameras_name on cameras (name, id);
create index cameras_gb_id on cameras (gb_id) where gb_id is not null;
create index cameras_analysed on cameras (id) where analysed;

-- A row for each step of a camera's state, so that a rate can be told for any day; kept as long as the site says.
create table camera_state_changes (
  n bigint generated always as identity primary key,
  camera_id text not null,
  state text not null,
  code text,
  at timestamptz not null default now()
);
create index camera_state_changes_camera on camera_state_changes (camera_id, at);
create index camera_state_changes_at on camera_state_changes (at);

create function note_camera_state() returns trigger language plpgsql as $$
begin
  insert into camera_state_changes (camera_id, state, code, at) values (new.id, new.state, new.code, new.since);
  return null;
end $$;
-- What is only registered has no first state worth a row.
create trigger camera_state_made after insert on camera_states
  for each row when (new.state <> 'unknown') execute function note_camera_state();
create trigger camera_state_changed after update on camera_states
  for each row when ((old.state, old.code) is distinct from (new.state, new.code)) execute function note_camera_state();
