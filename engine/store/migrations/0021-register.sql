-- The register: libraries follow tens of thousands of rows in seconds, and columns are mapped by hand. What libraries hold stays
-- what migration 0015 says.

-- Cameras come in the order of their ids, so that the key grows in its order too; the other index holds each library's id once.
alter table library_cameras drop constraint library_cameras_pkey;
drop index library_cameras_camera;
alter table library_cameras add primary key (camera_id, library_id);
create index library_cameras_library on library_cameras (library_id);

-- An area's box, a metre wider for the tolerance of @>: most cameras are outside of it, and the area itself is compressed.
alter table libraries add column bounds box generated always as
  (box((box(area))[0] + point(1e-5, 1e-5), (box(area))[1] - point(1e-5, 1e-5))) stored;

-- A draft has no box: it is null there.
create or replace function library_takes(
  l libraries, tags jsonb, department text, division text, body jsonb, lng double precision, lat double precision, inspection boolean
) returns boolean language sql immutable parallel safe as $$
  select l.rule is not null
    and (l.tags is null or $2 ?| l.tags)
    and (l.departments is null or $3 = any (l.departments))
    and (l.county_patterns is null and l.township_patterns is null
      or coalesce($4 like any (l.county_patterns), false)
      or coalesce($5 ->> 'divisionCode' like any (l.township_patterns), false))
    and (l.area is null or (l.bounds is null or l.bounds @> point($6, $7)) and l.area @> point($6, $7))
    and (l.inspection is null or $8 = l.inspection)
$$;

-- A camera that was just made is in no library yet, and nobody has named it by hand: nothing to take out, nothing to meet.
-- The offsets keep the planner to one camera after another, in the order of the key: it knows nothing of how many there are.
create function enter_libraries() returns trigger language plpgsql as $$
begin
  if not exists (select from libraries where deleted_at is null) then return null; end if;
  with come as (
    insert into library_cameras (library_id, camera_id)
    select l.id, c.id
    from (select * from changed order by id offset 0) c cross join lateral (
      select l.id from libraries l
      where l.deleted_at is null and starts_with(c.division, l.scope_prefix)
        and (l.department is null or c.department = l.department)
        and library_takes(l, c.tags, c.department, c.division, c.body, c.lng, c.lat, c.inspection)
      offset 0
    ) l
    returning library_id
  )
  insert into library_news (library_id) select distinct library_id from come on conflict do nothing;
  return null;
end $$;
drop trigger libraries_follow_made on cameras;
create trigger libraries_follow_made after insert on cameras
  referencing new table as changed for each statement execute function enter_libraries();

-- Only cameras of which something changed that library_takes or a library's scope asks for.
create or replace function follow_libraries() returns trigger language plpgsql as $$
begin
  if not exists (select from libraries where deleted_at is null) then return null; end if;
  with moved as materialized (
    select c.* from changed c left join before b on b.id = c.id
    where b.id is null
      or (c.tags, c.department, c.division, c.body ->> 'divisionCode', c.lng, c.lat, c.inspection)
        is distinct from (b.tags, b.department, b.division, b.body ->> 'divisionCode', b.lng, b.lat, b.inspection)
  ), wanted as materialized (
    select l.id as library_id, c.id as camera_id
    from moved c cross join libraries l
    left join library_hand h on h.library_id = l.id and h.camera_id = c.id
    where l.deleted_at is null and starts_with(c.division, l.scope_prefix)
      and (l.department is null or c.department = l.department)
      and coalesce(h.added, library_takes(l, c.tags, c.department, c.division, c.body, c.lng, c.lat, c.inspection))
  ), gone as (
    delete from library_cameras m using moved c
    where m.camera_id = c.id
      and not exists (select from wanted w where w.library_id = m.library_id and w.camera_id = m.camera_id)
    returning m.library_id
  ), come as (
    insert into library_cameras (library_id, camera_id) select library_id, camera_id from wanted
    order by camera_id, library_id
    on conflict do nothing returning library_id
  )
  insert into library_news (library_id) select library_id from gone union select library_id from come
  on conflict do nothing;
  return null;
end $$;
drop trigger libraries_follow_changed on cameras;
create trigger libraries_follow_changed after update on cameras
  referencing old table as before new table as changed for each statement execute function follow_libraries();

-- A file's columns: what each is taken for and by what, with a few of its cells. Addresses are not among them.
alter table camera_imports drop column ignored_columns, add column columns jsonb not null default '[]';

-- What an account last said of the columns of files that are headed alike.
create table camera_import_mappings (
  account_id text not null references accounts (id) on delete cascade,
  -- SHA-256 of the headings.
  headings text not null,
  mapping jsonb not null,
  at timestamptz not null default now(),
  primary key (account_id, headings)
);
