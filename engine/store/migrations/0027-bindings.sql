-- Algorithms: what looks for what, with which model; the shipped ones are in the settings of the site. Each change is kept.
create table algorithm_definitions (
  id text primary key,
  revision int not null,
  body jsonb not null
);
create table algorithm_definition_revisions (
  definition_id text not null references algorithm_definitions (id),
  revision int not null,
  at timestamptz not null default clock_timestamp(),
  by text not null,
  body jsonb not null,
  primary key (definition_id, revision)
);
create trigger algorithm_definition_revisions_stay before update or delete or truncate on algorithm_definition_revisions
  for each statement execute function keep_record();

-- Where an algorithm watches, and when. It reaches what its maker's division and department own, and what is granted to them.
create table algorithm_bindings (
  id text primary key,
  algorithm text not null,
  cameras text[] not null,
  libraries text[] not null,
  divisions text[] not null,
  hours text[],
  days text,
  division text not null,
  department text,
  reason text not null,
  bound_by text not null,
  bound_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz,
  revoked_by text,
  revoke_reason text
);
create index algorithm_bindings_open on algorithm_bindings (algorithm) where revoked_at is null;

-- A binding may be revoked once; all else of it stays.
create function keep_binding() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.revoked_at is not null
    or to_jsonb(old) - '{revoked_at,revoked_by,revoke_reason}'::text[]
      is distinct from to_jsonb(new) - '{revoked_at,revoked_by,revoke_reason}'::text[] then
    raise exception 'what is recorded in algorithm_bindings stays';
  end if;
  return new;
end $$;
create trigger algorithm_bindings_stay before update or delete on algorithm_bindings
  for each row execute function keep_binding();

-- Which camera each binding in force reaches, once for each way. rank 0: it is named, 1: it is in a library, 2: it is in a
-- division. A library's cameras may also be granted to whoever bound it.
create view bound_cameras as
select b.id as binding_id, b.algorithm, c.id as camera_id, 0 as rank
from algorithm_bindings b cross join unnest(b.cameras) n (id) join cameras c on c.id = n.id
where b.revoked_at is null and not c.disabled and c.body ? 'source'
  and starts_with(c.division, division_prefix(b.division)) and (b.department is null or c.department = b.department)
union all
select b.id, b.algorithm, c.id, 1
from algorithm_bindings b cross join unnest(b.libraries) n (id)
join library_cameras m on m.library_id = n.id join cameras c on c.id = m.camera_id
where b.revoked_at is null and not c.disabled and c.body ? 'source'
  and (starts_with(c.division, division_prefix(b.division)) and (b.department is null or c.department = b.department)
    or exists (
    select from library_grants g
    where g.library_id = n.id and 'analyse' = any (g.acts) and grant_holds(g) and grant_reaches(g, b.division, b.department)))
union all
select b.id, b.algorithm, c.id, 2
from algorithm_bindings b cross join unnest(b.divisions) d (code)
join cameras c on starts_with(c.division, division_prefix(d.code))
where b.revoked_at is null and not c.disabled and c.body ? 'source'
  and starts_with(c.division, division_prefix(b.division)) and (b.department is null or c.department = b.department);

-- What bindings say of a camera is kept in its row, so that whoever asks what is analysed need not ask them.
alter table cameras add column bound_algorithms text[] not null default '{}';
drop trigger camera_use_changed on cameras;
alter table cameras drop column analysed;
alter table cameras
  add column analysed boolean generated always as (
    (coalesce(jsonb_array_length(body -> 'algorithms'), 0) > 0 or cardinality(bound_algorithms) > 0)
    and not coalesce((body ->> 'disabled')::boolean, false)) stored;
create index cameras_analysed on cameras (id) where analysed;
create index cameras_bound on cameras (id) where cardinality(bound_algorithms) > 0;
create trigger camera_use_changed after update on cameras for each row
  when ((old.analysed, old.disabled, old.body -> 'source') is distinct from (new.analysed, new.disabled, new.body -> 'source'))
  execute function follow_camera_use();

-- Brings the cameras' rows to what the bindings say, and tells of each that changed.
create function refresh_bound_cameras() returns setof text language sql as $$
  with wanted as materialized (
    select camera_id, array_agg(distinct algorithm order by algorithm) as algorithms from bound_cameras group by camera_id
  ), over as (
    select id as camera_id, '{}'::text[] as algorithms from cameras
    where cardinality(bound_algorithms) > 0 and id not in (select camera_id from wanted)
  ), changed as (
    update cameras c set bound_algorithms = w.algorithms
    from (select * from wanted union all select * from over) w
    where c.id = w.camera_id and c.bound_algorithms <> w.algorithms
    returning c.id, c.division, c.department
  ), told as materialized (
    select id, record_change('camera', id, division, department) from changed
  )
  select id from told
$$;

-- Alerts, cases and quiet places say which algorithm they are of; null: the shipped rule that they name.
alter table alerts add column algorithm text, add column algorithm_name jsonb,
  alter column zone_kind drop not null, alter column zone_index drop not null;
alter table suppressions add column algorithm text, add column algorithm_name jsonb;
alter table cases add column algorithm_name jsonb;
