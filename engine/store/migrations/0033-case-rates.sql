-- What cases are appraised by follows from their entries and from the cases before them. It is kept beside them as they come,
-- so that a month of a large city is summed without reading every entry again.
alter table cases
  add column first_unit_id text,
  add column sent_unit_id text,
  add column was_handled boolean not null default false,
  add column returns int not null default 0,
  add column reworks int not null default 0,
  add column repeated boolean not null default false,
  add column words text generated always as (lower(id || ' ' || camera_name || ' ' || coalesce(county_name, ''))) stored;

create index cases_opened on cases (opened_at);
create index alerts_raised on alerts (raised_at);
-- Where the server has no trigrams, a rare word is sought through all cases.
do $$ begin
  create extension if not exists pg_trgm;
  create index cases_words on cases using gin (words gin_trgm_ops);
exception when others then
  raise notice 'no index of words: %', sqlerrm;
end $$;

-- Another of its class within 50 m in the seven days before; a degree of latitude is 111.2 km.
create function is_repeated(of cases) returns boolean language sql stable as $$
  select exists (
    select from cases b
    where b.lng_lat <@ box(
        point(of.lng_lat[0] - 0.00045 / cos(radians(of.lng_lat[1])), of.lng_lat[1] - 0.00045),
        point(of.lng_lat[0] + 0.00045 / cos(radians(of.lng_lat[1])), of.lng_lat[1] + 0.00045))
      and b.codeset = of.codeset and b.code = of.code and b.id <> of.id and b.outcome is distinct from 'voided'
      and b.opened_at < of.opened_at and b.opened_at >= of.opened_at - interval '7 days'
      and 111200 * sqrt(((b.lng_lat[0] - of.lng_lat[0]) * cos(radians(of.lng_lat[1]))) ^ 2
        + (b.lng_lat[1] - of.lng_lat[1]) ^ 2) <= 50)
$$;
create function note_repeated() returns trigger language plpgsql as $$
begin
  new.repeated := is_repeated(new);
  return new;
end $$;
create trigger cases_repeated before insert on cases for each row execute function note_repeated();

create function note_case_entry() returns trigger language plpgsql as $$
begin
  update cases set
    first_unit_id = case when new.kind = 'assigned' then coalesce(first_unit_id, new.unit_id) else first_unit_id end,
    sent_unit_id = case when new.kind = 'assigned' then new.unit_id else sent_unit_id end,
    was_handled = was_handled or new.kind = 'handled',
    returns = returns + (new.kind = 'returned')::int,
    reworks = reworks + (new.kind = 'rework')::int
    where id = new.case_id;
  return null;
end $$;
create trigger case_entries_counted after insert on case_entries for each row
  when (new.kind in ('assigned', 'handled', 'returned', 'rework')) execute function note_case_entry();

update cases c set repeated = is_repeated(c), first_unit_id = e.first_unit_id, sent_unit_id = e.sent_unit_id,
  was_handled = e.was_handled, returns = e.returns, reworks = e.reworks
from (
  select case_id, bool_or(kind = 'handled') as was_handled,
    count(*) filter (where kind = 'returned') as returns,
    count(*) filter (where kind = 'rework') as reworks,
    (array_agg(unit_id order by n) filter (where kind = 'assigned'))[1] as first_unit_id,
    (array_agg(unit_id order by n desc) filter (where kind = 'assigned'))[1] as sent_unit_id
  from case_entries group by case_id
) e
where e.case_id = c.id;

-- What became of each case that was registered, one row each; what is void, or part of another case, is none. A rate is the share of the rows that are in its part among those
-- that are in its whole: so every number opens the rows behind it.
create view case_facts as
select 'case' as kind, c.id, c.opened_at as at, c.state, c.severity, c.codeset, c.code, c.county_code, c.county_name, c.division, c.department,
  c.camera_name, c.sent_unit_id as unit_id, u.name as unit_name,
  -- Sent out, or late with it.
  (c.sent_unit_id is not null or 'dispatch' = any (l.late)) as dispatched_on_time_whole,
  (c.sent_unit_id is not null and not 'dispatch' = any (l.late)) as dispatched_on_time_part,
  (c.sent_unit_id is not null) as handled_whole,
  c.was_handled as handled_part,
  -- Handled, or late with it: what is still in its time is neither.
  (c.was_handled or 'handle' = any (l.late)) as handled_on_time_whole,
  (c.was_handled and not 'handle' = any (l.late)) as handled_on_time_part,
  true as closed_whole,
  (c.state = 'closed') as closed_part,
  (c.state = 'closed' or cardinality(l.late) > 0) as closed_on_time_whole,
  (c.state = 'closed' and cardinality(l.late) = 0) as closed_on_time_part,
  -- The unit that it was first sent to handled it, and never gave it back.
  c.was_handled as accurate_whole,
  (c.was_handled and c.first_unit_id = c.sent_unit_id and c.returns = 0) as accurate_part,
  c.was_handled as reworked_whole,
  (c.was_handled and c.reworks > 0) as reworked_part,
  (c.sent_unit_id is not null) as returned_whole,
  (c.sent_unit_id is not null and c.returns > 0) as returned_part,
  true as repeated_whole,
  c.repeated as repeated_part
from cases c
left join units u on u.id = c.sent_unit_id
-- What is late now, though nobody has touched it since; whose appeal was granted (超时申诉) is not counted as late.
cross join lateral (
  select case when c.appeal = 'granted' then '{}' when c.state <> 'closed' and c.clock ->> 'phase' = 'running'
      and (c.clock ->> 'dueAt')::timestamptz < now() and not c.clock ->> 'stage' = any (c.late)
    then c.late || (c.clock ->> 'stage') else c.late end as late
) l
where c.state <> 'reported' and c.outcome is distinct from 'voided' and c.merged_into is null;

-- What came in, one row each: an alert, or what somebody reported, and when it was registered as a case.
create view report_facts as
select r.*, null::text as unit_id, null::text as unit_name,
  true as registered_whole,
  (r.registered_at is not null) as registered_part,
  (r.registered_at is not null) as registered_on_time_whole,
  (r.registered_at is not null and not r.registered_late) as registered_on_time_part,
  (r.verdict <> 'none') as wrong_whole,
  (r.verdict in ('false', 'wrong-class')) as wrong_part
from (
  select a.*, coalesce(a.registered_at > a.at + s.within, false) as registered_late
  from (
    select 'alert' as kind, a.id, a.raised_at as at, a.handling as state, a.severity, a.codeset, a.code, a.county_code,
      a.county_name, a.division, a.department, a.camera_name, a.verdict,
      -- A case that it was merged into may be older than the alert itself.
      (select min(c.opened_at) from case_alerts ca join cases c on c.id = ca.case_id
        where ca.alert_id = a.id and c.opened_at >= a.raised_at) as registered_at
    from alerts a
  ) a
  cross join (
    -- Of an alert it is counted day and night, whatever its unit.
    select coalesce((select (w ->> 'amount')::double precision
        * case w ->> 'unit' when 'natural-days' then 24 when 'working-days' then 24 else 1 end
      from (select body #> '{caseClocks,registerWithin}' as w from site_revisions order by revision desc limit 1) r), 0.25)
      * interval '1 hour' as within
  ) s
  union all
  -- Of a report by its own clock, which stands while it is verified.
  select 'case', c.id, c.opened_at, c.state, c.severity, c.codeset, c.code, c.county_code, c.county_name,
    c.division, c.department, c.camera_name, 'none',
    coalesce((select min(e.at) from case_entries e where e.case_id = c.id and e.kind = 'registered'),
      -- Part of another case it is registered with that one.
      (select m.opened_at from cases m where m.id = c.merged_into and m.state <> 'reported')),
    c.appeal is distinct from 'granted' and 'register' = any (c.late)
  from cases c where c.source <> 'alert'
) r;
