-- What somebody should know soon. unit_id: the officers of that unit; null: the desk.
create table notices (
  id text primary key default 'notice-' || gen_random_uuid()::text,
  kind text not null,
  at timestamptz not null default clock_timestamp(),
  case_id text references cases (id),
  about text not null,
  unit_id text references units (id),
  division text not null,
  department text,
  acknowledged_at timestamptz,
  acknowledged_by text
);
create index notices_open on notices (at) where acknowledged_at is null;
create index notices_case on notices (case_id);

-- Browsers that may be told something while their page is closed.
create table push_addresses (
  endpoint text primary key,
  account_id text not null references accounts (id) on delete cascade,
  p256dh text not null,
  auth text not null,
  made_at timestamptz not null default now()
);
create index push_addresses_account on push_addresses (account_id);

create table webhooks (
  id text primary key,
  url text not null,
  secret text not null,
  by text not null,
  division text not null,
  department text,
  at timestamptz not null default now(),
  removed_at timestamptz
);

-- What is still to be told, to whom, and when it is tried next. Written with the notice, so that none is lost.
create table notice_deliveries (
  n bigint generated always as identity primary key,
  notice_id text not null references notices (id),
  webhook_id text references webhooks (id),
  endpoint text,
  tries int not null default 0,
  next_at timestamptz not null default now(),
  done_at timestamptz,
  outcome text
);
create index notice_deliveries_due on notice_deliveries (next_at) where done_at is null;
create index notice_deliveries_notice on notice_deliveries (notice_id);

-- Whoever changes notices stands in line for the numbers of changes first: who had a notice and then waited for a number would stand
-- in the way of who has the number and waits for the notice.
create function stand_in_line() returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(70226371401);
end $$;

-- A step of a case becomes a notice in its own transaction. One of the other side's steps is taken as known with what it asked for.
create function notice_case_entry() returns trigger language plpgsql as $$
declare
  one cases;
  before text;
  since bigint;
begin
  if new.kind not in ('assigned', 'accepted', 'started', 'handled', 'returned', 'rework', 'recalled', 'closed', 'voided',
      'merged-into', 'split') then
    return null;
  end if;
  perform stand_in_line();
  select * into one from cases where id = new.case_id;
  select unit_id, n into before, since from case_entries
    where case_id = new.case_id and kind = 'assigned' and n < new.n order by n desc limit 1;
  -- Who returned it, or was told already, had it no more.
  if exists (select from case_entries where case_id = new.case_id and n > since and n < new.n
      and kind in ('returned', 'recalled', 'reopened')) then
    before := null;
  end if;
  -- What was done about a case answers what was told of it before.
  update notices set acknowledged_at = clock_timestamp(), acknowledged_by = new."by"
    where case_id = new.case_id and kind <> 'message' and acknowledged_at is null and case
      when unit_id is null then new.kind in ('assigned', 'rework', 'recalled', 'closed', 'voided', 'merged-into')
      else new.kind <> 'rework' end;
  if new.kind in ('assigned', 'rework') then
    insert into notices (kind, case_id, about, unit_id, division, department)
      values (new.kind, one.id, one.camera_name, one.unit_id, one.division, one.department);
  end if;
  -- Part of another case, it is nobody's to go to; split off, it is again.
  if new.kind = 'split' and one.unit_id is not null then
    insert into notices (kind, case_id, about, unit_id, division, department)
      values ('assigned', one.id, one.camera_name, one.unit_id, one.division, one.department);
  end if;
  if before is not null and (new.kind in ('recalled', 'merged-into') or (new.kind = 'assigned' and before is distinct from new.unit_id)) then
    insert into notices (kind, case_id, about, unit_id, division, department)
      values ('recalled', one.id, one.camera_name, before, one.division, one.department);
  end if;
  -- Of what an officer did the desk is told: their phone's post is of the same transaction.
  if new.kind in ('returned', 'handled') and exists (
      select from patrol_posts where case_id = one.id and what = 'step-' || new.kind and received_at = now()) then
    insert into notices (kind, case_id, about, unit_id, division, department)
      values (new.kind, one.id, one.camera_name, null, one.division, one.department);
  end if;
  return null;
end $$;
create constraint trigger case_entries_noticed after insert on case_entries
  deferrable initially deferred for each row execute function notice_case_entry();

create function notice_case_message() returns trigger language plpgsql as $$
declare
  one cases;
begin
  perform stand_in_line();
  select * into one from cases where id = new.case_id;
  -- Who answers has read what was said.
  update notices set acknowledged_at = clock_timestamp(), acknowledged_by = new."by"
    where case_id = one.id and kind = 'message' and acknowledged_at is null
      and (unit_id is null) = (new.from_side = 'desk');
  if new.from_side = 'officer' or one.unit_id is not null then
    insert into notices (kind, case_id, about, unit_id, division, department)
      values ('message', one.id, one.camera_name, case new.from_side when 'desk' then one.unit_id end,
        one.division, one.department);
  end if;
  return null;
end $$;
create constraint trigger case_messages_noticed after insert on case_messages
  deferrable initially deferred for each row execute function notice_case_message();

-- Each notice goes to every browser and program that is told of such; who is told is settled when it is made.
create function send_notice() returns trigger language plpgsql as $$
begin
  insert into notice_deliveries (notice_id, endpoint)
    select new.id, p.endpoint from push_addresses p join accounts a on a.id = p.account_id
    where case when new.unit_id is null
      then a.unit_id is null and a.roles && array['operator', 'dispatcher', 'administrator']
        and division_covers(a.division, new.division)
        and (a.department is null or a.department is not distinct from new.department)
      else a.unit_id = new.unit_id end;
  insert into notice_deliveries (notice_id, webhook_id)
    select new.id, w.id from webhooks w
    where w.removed_at is null and division_covers(w.division, new.division)
      and (w.department is null or w.department is not distinct from new.department);
  return null;
end $$;

-- As engine/accounts/visible-to.ts says: a city's code covers its counties.
create function division_covers(of_division text, other text) returns boolean language sql immutable as $$
  select starts_with(other, case when of_division like '%0000' then left(of_division, 2)
    when of_division like '%00' then left(of_division, 4) else of_division end)
$$;
create trigger notices_sent after insert on notices for each row execute function send_notice();

create function tell_notice() returns trigger language plpgsql as $$
begin
  perform record_change('field', 'notice/' || coalesce(new.case_id, '') || '/' || coalesce(new.unit_id, ''),
    new.division, new.department);
  return null;
end $$;
create constraint trigger notices_told after insert or update on notices
  deferrable initially deferred for each row execute function tell_notice();
