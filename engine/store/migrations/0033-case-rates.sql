create index cases_opened on cases (opened_at);
create index cases_place on cases using gist (lng_lat);
create index alerts_raised on alerts (raised_at);

-- What became of each case that is not void, one row each. A rate is the share of the rows that are in its part among those
-- that are in its whole: so every number opens the rows behind it.
create view case_facts as
select c.id, c.opened_at as at, c.state, c.severity, c.codeset, c.code, c.county_code, c.county_name, c.division, c.department,
  c.camera_name, e.unit_id, e.unit_name,
  -- Sent out, or late with it.
  (e.assigned_at is not null or 'dispatch' = any (l.late)) as dispatched_on_time_whole,
  (e.assigned_at is not null and not 'dispatch' = any (l.late)) as dispatched_on_time_part,
  (e.assigned_at is not null) as handled_whole,
  (e.handled_at is not null) as handled_part,
  -- Handled, or late with it: what is still in its time is neither.
  (e.handled_at is not null or 'handle' = any (l.late)) as handled_on_time_whole,
  (e.handled_at is not null and not 'handle' = any (l.late)) as handled_on_time_part,
  true as closed_whole,
  (c.state = 'closed') as closed_part,
  (c.state = 'closed' or cardinality(l.late) > 0) as closed_on_time_whole,
  (c.state = 'closed' and cardinality(l.late) = 0) as closed_on_time_part,
  -- The unit that it was first sent to handled it, and never gave it back.
  (e.handled_at is not null) as accurate_whole,
  (e.handled_at is not null and e.first_unit_id = e.unit_id and e.returns = 0) as accurate_part,
  (e.handled_at is not null) as reworked_whole,
  (e.handled_at is not null and e.reworks > 0) as reworked_part,
  (e.assigned_at is not null) as returned_whole,
  (e.assigned_at is not null and e.returns > 0) as returned_part,
  true as repeated_whole,
  -- Another of its class within 50 m in the seven days before; a degree of latitude is 111.2 km.
  exists (
    select from cases b
    where b.lng_lat <@ box(
        point(c.lng_lat[0] - 0.00045 / cos(radians(c.lng_lat[1])), c.lng_lat[1] - 0.00045),
        point(c.lng_lat[0] + 0.00045 / cos(radians(c.lng_lat[1])), c.lng_lat[1] + 0.00045))
      and b.codeset = c.codeset and b.code = c.code and b.id <> c.id and b.outcome is distinct from 'voided'
      and b.opened_at < c.opened_at and b.opened_at >= c.opened_at - interval '7 days'
      and 111200 * sqrt(((b.lng_lat[0] - c.lng_lat[0]) * cos(radians(c.lng_lat[1]))) ^ 2
        + (b.lng_lat[1] - c.lng_lat[1]) ^ 2) <= 50
  ) as repeated_part
from cases c
cross join lateral (
  select min(at) filter (where kind = 'assigned') as assigned_at,
    min(at) filter (where kind = 'handled') as handled_at,
    count(*) filter (where kind = 'returned') as returns,
    count(*) filter (where kind = 'rework') as reworks,
    (array_agg(unit_id order by n) filter (where kind = 'assigned'))[1] as first_unit_id,
    (array_agg(unit_id order by n desc) filter (where kind = 'assigned'))[1] as unit_id,
    (array_agg(unit_name order by n desc) filter (where kind = 'assigned'))[1] as unit_name
  from case_entries where case_id = c.id
) e
-- What is late now, though nobody has touched it since.
cross join lateral (
  select c.late || case when c.state <> 'closed' and c.clock ->> 'phase' = 'running'
      and (c.clock ->> 'dueAt')::timestamptz < now() and not c.clock ->> 'stage' = any (c.late)
    then array[c.clock ->> 'stage'] else '{}' end as late
) l
where c.outcome is distinct from 'voided';

-- What came in, one row each: an alert, and when a case was made of it.
create view report_facts as
select a.id, a.raised_at as at, a.handling as state, a.severity, a.codeset, a.code, a.county_code, a.county_name, a.division,
  a.department, a.camera_name, null::text as unit_id, null::text as unit_name,
  true as registered_whole,
  (r.registered_at is not null) as registered_part,
  (r.registered_at is not null) as registered_on_time_whole,
  (r.registered_at is not null and r.registered_at <= a.raised_at + s.within) as registered_on_time_part,
  (a.verdict <> 'none') as wrong_whole,
  (a.verdict in ('false', 'wrong-class')) as wrong_part
from alerts a
cross join lateral (
  select min(c.opened_at) as registered_at from case_alerts ca join cases c on c.id = ca.case_id where ca.alert_id = a.id
) r
cross join (
  select coalesce((select (body #>> '{caseClocks,registerWithinMs}')::double precision
    from site_revisions order by revision desc limit 1), 900000) * interval '1 millisecond' as within
) s;
