-- Whose an algorithm is: before, only the name of its owner was kept. What is there already belongs to the whole site.
update algorithm_definitions set body = jsonb_set(body, '{share,division}', site.division)
from (select body -> 'division' as division from site_revisions order by revision desc limit 1) site;

-- What the divisions begin with that an algorithm may watch; '' is everywhere. The contract's `shareReach` says the same.
create function share_reach(share jsonb) returns text language sql immutable parallel safe as $$
  select case
    when share ->> 'division' is null or share ->> 'scope' = 'province' then ''
    when share ->> 'scope' = 'city' then left(division_prefix(share ->> 'division'), 4)
    else division_prefix(share ->> 'division')
  end
$$;

create view open_bindings as
select b.id, b.algorithm, b.cameras, b.libraries, b.divisions, b.hours, b.days, b.division, b.department, b.bound_at,
  coalesce(share_reach(d.body -> 'share'), '') as reach
from algorithm_bindings b left join algorithm_definitions d on d.id = b.algorithm
where b.revoked_at is null;

-- Which camera each binding in force names, once for each way, as before; beyond: the algorithm is not shared so far.
drop view bound_cameras;
create view named_cameras as
select b.id as binding_id, b.algorithm, c.id as camera_id, 0 as rank, not starts_with(c.division, b.reach) as beyond
from open_bindings b cross join unnest(b.cameras) n (id) join cameras c on c.id = n.id
where not c.disabled and c.body ? 'source'
  and starts_with(c.division, division_prefix(b.division)) and (b.department is null or c.department = b.department)
union all
select b.id, b.algorithm, c.id, 1, not starts_with(c.division, b.reach)
from open_bindings b cross join unnest(b.libraries) n (id)
join library_cameras m on m.library_id = n.id join cameras c on c.id = m.camera_id
where not c.disabled and c.body ? 'source'
  and (starts_with(c.division, division_prefix(b.division)) and (b.department is null or c.department = b.department)
    or exists (
    select from library_grants g
    where g.library_id = n.id and 'analyse' = any (g.acts) and grant_holds(g) and grant_reaches(g, b.division, b.department)))
union all
select b.id, b.algorithm, c.id, 2, not starts_with(c.division, b.reach)
from open_bindings b cross join unnest(b.divisions) d (code)
join cameras c on starts_with(c.division, division_prefix(d.code))
where not c.disabled and c.body ? 'source'
  and starts_with(c.division, division_prefix(b.division)) and (b.department is null or c.department = b.department);

create view bound_cameras as
select binding_id, algorithm, camera_id, rank from named_cameras where not beyond;

-- Of several bindings of one algorithm the nearest counts for a camera: by name, by library, by division; the newest of equals.
create view counting_bindings as
select distinct on (v.camera_id, v.algorithm) v.camera_id, v.algorithm, v.binding_id, b.hours, b.days
from bound_cameras v join algorithm_bindings b on b.id = v.binding_id
order by v.camera_id, v.algorithm, v.rank, b.bound_at desc, b.id desc;

-- Kept beside the algorithms: a camera that leaves a library and stays in a division has the same algorithm by other hours.
alter table cameras add column deciding_bindings text[] not null default '{}';

create or replace function refresh_bound_cameras() returns setof text language sql as $$
  with wanted as materialized (
    select camera_id, array_agg(algorithm order by algorithm) as algorithms, array_agg(binding_id order by algorithm) as bindings
    from counting_bindings group by camera_id
  ), over as (
    select id as camera_id, '{}'::text[] as algorithms, '{}'::text[] as bindings from cameras
    where cardinality(bound_algorithms) > 0 and id not in (select camera_id from wanted)
  ), changed as (
    update cameras c set bound_algorithms = w.algorithms, deciding_bindings = w.bindings
    from (select * from wanted union all select * from over) w
    where c.id = w.camera_id and (c.bound_algorithms, c.deciding_bindings) is distinct from (w.algorithms, w.bindings)
    returning c.id, c.division, c.department
  ), told as materialized (
    select id, record_change('camera', id, division, department) from changed
  )
  select id from told
$$;
