-- A picture of live video that somebody saved is of a camera and a moment, and of no alert.
alter table media_downloads
  alter column alert_id drop not null,
  add column camera_id text,
  add column captured_at timestamptz,
  add check (case when what = 'snapshot' then alert_id is null and camera_id is not null and captured_at is not null
    else alert_id is not null end);
create index media_downloads_camera on media_downloads (camera_id, n) where camera_id is not null;

-- A fault is told with the time at which it began, which may be before the end of the one before it: its steps are kept in
-- the order of their times, so that the one in force at an instant is found by the index.
update camera_fault_changes c set at = told.at
from (
  select n, max(at) over (partition by camera_id order by n) as at from camera_fault_changes
) told
where told.n = c.n and told.at > c.at;
drop index camera_fault_changes_camera;
create index camera_fault_changes_camera on camera_fault_changes (camera_id, at, n);

create or replace function note_camera_fault() returns trigger language plpgsql as $$
begin
  insert into camera_fault_changes (camera_id, code, at)
    select new.id, new.fault_code, greatest(coalesce(new.fault_since, clock_timestamp()),
      (select max(at) from camera_fault_changes c where c.camera_id = new.id));
  return null;
end $$;

-- The first day that anything is kept of, and whether the register changed, are asked for again and again.
create index camera_revisions_at on camera_revisions (at);
