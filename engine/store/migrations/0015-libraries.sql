-- Topic libraries: sets of cameras of one division and department, by a rule, by hand, or both; and who else may use them.

-- What the divisions that a GB/T 2260 code covers begin with: see engine/accounts/visible-to.ts.
create function division_prefix(code text) returns text language sql immutable strict parallel safe as $$
  select case when code like '%0000' then left(code, 2) when code like '____00' then left(code, 4) else code end
$$;

-- The rule is kept as it was written, and beside it as the columns that a row is tested by; null: not asked for.
create table libraries (
  id text primary key,
  name text not null,
  description text not null,
  division text not null,
  department text,
  scope_prefix text generated always as (division_prefix(division)) stored,
  rule jsonb,
  tags text[],
  departments text[],
  county_patterns text[],
  township_patterns text[],
  area polygon,
  inspection boolean,
  revision int not null,
  deleted_at timestamptz
);
create unique index libraries_name on libraries (division, coalesce(department, ''), lower(name)) where deleted_at is null;

-- Who made what of a library, and when; body null: deleted.
create table library_revisions (
  library_id text not null references libraries (id),
  revision int not null,
  at timestamptz not null default clock_timestamp(),
  by text not null,
  body jsonb,
  primary key (library_id, revision)
);

-- By hand: added, whatever the rule says, or taken out of it. A reference to the camera would lock its row, and who edits a
-- library and who edits that camera would wait for one another: triggers see to it instead.
create table library_hand (
  library_id text not null references libraries (id),
  camera_id text not null,
  added boolean not null,
  primary key (library_id, camera_id)
);
create index library_hand_camera on library_hand (camera_id);

-- The members. They follow from the rows above in the very transaction that writes a camera or a library.
create table library_cameras (
  library_id text not null references libraries (id),
  camera_id text not null,
  primary key (library_id, camera_id)
);
create index library_cameras_camera on library_cameras (camera_id, library_id);

-- Whether a library's rule takes a camera of these columns.
create function library_takes(
  l libraries, tags jsonb, department text, division text, body jsonb, lng double precision, lat double precision, inspection boolean
) returns boolean language sql immutable parallel safe as $$
  select l.rule is not null
    and (l.tags is null or $2 ?| l.tags)
    and (l.departments is null or $3 = any (l.departments))
    and (l.county_patterns is null and l.township_patterns is null
      or coalesce($4 like any (l.county_patterns), false)
      or coalesce($5 ->> 'divisionCode' like any (l.township_patterns), false))
    and (l.area is null or l.area @> point($6, $7))
    and (l.inspection is null or $8 = l.inspection)
$$;

-- Libraries whose members changed in this transaction: told when it commits, once each.
create table library_news (
  xid xid8 not null default pg_current_xact_id(),
  library_id text not null,
  primary key (xid, library_id)
);

-- A library never holds what its own department does not own, so that nobody can grant another's cameras.
create function refresh_library(of_library text) returns void language plpgsql as $$
begin
  with wanted as (
    select c.id from cameras c join libraries l on l.id = of_library
    left join library_hand h on h.library_id = l.id and h.camera_id = c.id
    where l.deleted_at is null and starts_with(c.division, l.scope_prefix)
      and (l.department is null or c.department = l.department)
      and coalesce(h.added, library_takes(l, c.tags, c.department, c.division, c.body, c.lng, c.lat, c.inspection))
  ), gone as (
    delete from library_cameras m where library_id = of_library and not exists (select from wanted w where w.id = m.camera_id)
  )
  insert into library_cameras (library_id, camera_id) select of_library, id from wanted on conflict do nothing;
  insert into library_news (library_id) values (of_library) on conflict do nothing;
end $$;

-- A camera that is written while a library is edited would be tested by the rule of before: one waits for the other.
create function hold_libraries() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(70226371415);
  return null;
end $$;
create trigger libraries_held before insert or update or delete on cameras for each statement execute function hold_libraries();

create function follow_libraries() returns trigger language plpgsql as $$
begin
  if not exists (select from libraries where deleted_at is null) then return null; end if;
  with wanted as materialized (
    select l.id as library_id, c.id as camera_id
    from changed c cross join libraries l
    left join library_hand h on h.library_id = l.id and h.camera_id = c.id
    where l.deleted_at is null and starts_with(c.division, l.scope_prefix)
      and (l.department is null or c.department = l.department)
      and coalesce(h.added, library_takes(l, c.tags, c.department, c.division, c.body, c.lng, c.lat, c.inspection))
  ), gone as (
    delete from library_cameras m using changed c
    where m.camera_id = c.id
      and not exists (select from wanted w where w.library_id = m.library_id and w.camera_id = m.camera_id)
    returning m.library_id
  ), come as (
    insert into library_cameras (library_id, camera_id) select library_id, camera_id from wanted
    on conflict do nothing returning library_id
  )
  insert into library_news (library_id) select library_id from gone union select library_id from come
  on conflict do nothing;
  return null;
end $$;
create trigger libraries_follow_made after insert on cameras
  referencing new table as changed for each statement execute function follow_libraries();
create trigger libraries_follow_changed after update on cameras
  referencing new table as changed for each statement execute function follow_libraries();

create function leave_libraries() returns trigger language plpgsql as $$
begin
  insert into library_news (library_id) select library_id from library_cameras where camera_id = old.id
  on conflict do nothing;
  delete from library_cameras where camera_id = old.id;
  delete from library_hand where camera_id = old.id;
  return old;
end $$;
create trigger libraries_left before delete on cameras for each row execute function leave_libraries();

-- What a division, a department, or a department of a division may do with a library's cameras; null: any.
create table library_grants (
  id text primary key,
  library_id text not null references libraries (id),
  to_division text,
  to_department text,
  acts text[] not null,
  starts_at timestamptz,
  ends_at timestamptz,
  reason text not null,
  granted_at timestamptz not null default now(),
  granted_by text not null,
  revoked_at timestamptz,
  revoked_by text,
  revoke_reason text,
  -- Whether it held when those that it reaches were last told.
  told_holds boolean not null default false,
  check (to_division is not null or to_department is not null)
);
create index library_grants_library on library_grants (library_id);
create index library_grants_open on library_grants (id) where revoked_at is null;

create function grant_holds(g library_grants) returns boolean language sql stable parallel safe as $$
  select g.revoked_at is null and (g.starts_at is null or g.starts_at <= now()) and (g.ends_at is null or g.ends_at > now())
$$;

-- An account without a department is none of a department's.
create function grant_reaches(g library_grants, of_division text, of_department text) returns boolean
language sql immutable parallel safe as $$
  select (g.to_division is null or starts_with(of_division, division_prefix(g.to_division)))
    and (g.to_department is null or coalesce(g.to_department = of_department, false))
$$;

-- Tells the accounts that a grant reaches that they see other cameras now.
create function tell_reached(of_grant text) returns void language plpgsql as $$
begin
  perform record_change('sight', reached.division || '/' || coalesce(reached.department, ''), reached.division, reached.department)
  from (
    select distinct a.division, a.department from accounts a, library_grants g
    where g.id = of_grant and grant_reaches(g, a.division, a.department)) reached;
end $$;

create function tell_library_news() returns trigger language plpgsql as $$
begin
  perform record_change('library', l.id, l.division, l.department) from libraries l where l.id = new.library_id;
  perform tell_reached(g.id) from library_grants g where g.library_id = new.library_id and grant_holds(g);
  delete from library_news where xid = new.xid and library_id = new.library_id;
  return null;
end $$;
create constraint trigger library_news_told after insert on library_news
  deferrable initially deferred for each row execute function tell_library_news();

-- The record of sharing: which department's account used what of which library, by which right. Nothing of it is ever
-- changed or removed.
create table library_uses (
  n bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  library_id text not null,
  act text not null,
  by text not null,
  account_id text not null,
  division text not null,
  department text,
  -- null: an export, of so many cameras.
  camera_id text,
  camera_name text,
  cameras int not null
);
create index library_uses_library on library_uses (library_id, n);
create index library_uses_recent on library_uses (account_id, camera_id, at);
create function keep_record() returns trigger language plpgsql as $$
begin
  raise exception 'what is recorded in % stays', tg_table_name;
end $$;
create trigger library_uses_stay before update or delete or truncate on library_uses
  for each statement execute function keep_record();
create trigger library_revisions_stay before update or delete or truncate on library_revisions
  for each statement execute function keep_record();
