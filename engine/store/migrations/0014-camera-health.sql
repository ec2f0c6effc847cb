-- A camera that an administrator took out of service is not analysed, whatever rules are bound to it.
alter table cameras
  add column disabled boolean generated always as (coalesce((body ->> 'disabled')::boolean, false)) stored,
  drop column analysed;
alter table cameras
  add column analysed boolean generated always as (
    coalesce(jsonb_array_length(body -> 'algorithms'), 0) > 0
    and not coalesce((body ->> 'disabled')::boolean, false)) stored;
create index cameras_analysed on cameras (id) where analysed;

-- When a camera was first online (null: never seen), and since when it is lost (null: it is not, or nobody knows). An
-- engine that starts anew is `connecting` to all of its cameras: that alone neither loses nor finds one.
alter table camera_states add column first_seen_at timestamptz, add column lost_at timestamptz;
create index camera_states_lost on camera_states (lost_at) where lost_at is not null;

create function is_online(state text) returns boolean language sql immutable
  return state in ('playing', 'degraded', 'reachable');

create function follow_camera_state() returns trigger language plpgsql as $$
begin
  if is_online(new.state) then
    new.first_seen_at := coalesce(new.first_seen_at, new.since);
    new.lost_at := null;
  elsif new.state = 'offline' then
    new.lost_at := coalesce(new.lost_at, new.since);
  elsif new.state <> 'connecting' then
    new.lost_at := null;
  end if;
  return new;
end $$;
create trigger camera_state_followed before insert or update of state on camera_states
  for each row execute function follow_camera_state();

update camera_states set
  first_seen_at = (select min(at) from camera_state_changes c where c.camera_id = camera_states.id and is_online(c.state)),
  lost_at = case when state = 'offline' then since end;
update camera_states set first_seen_at = since where first_seen_at is null and is_online(state);

-- Where each camera's stream comes from, and when those that no shard has open are asked whether they answer. `held`: it
-- refused who asked, and is not asked again before its address changes, which takes the row away. Never leaves the engine.
create table camera_probes (
  camera_id text primary key references cameras (id) on delete cascade,
  host text not null,
  endpoint text not null,
  subnet text,
  due_at timestamptz not null,
  asked_at timestamptz,
  misses int not null default 0,
  held boolean not null default false
);
create index camera_probes_due on camera_probes (due_at) where not held;
create index camera_probes_host on camera_probes (host);
create index camera_probes_subnet on camera_probes (subnet) where subnet is not null;

-- What a camera is used for was changed, by whatever statement: what was known of it so far says nothing any more.
create function follow_camera_use() returns trigger language plpgsql as $$
begin
  if (old.analysed, old.disabled) is distinct from (new.analysed, new.disabled) then
    update camera_states set
      state = case when new.disabled then 'disabled' when new.analysed then 'connecting' else 'unknown' end,
      code = null, reason = null, since = now(), fault_code = null, fault_since = null
    where id = new.id;
  end if;
  delete from camera_probes where camera_id = new.id;
  return null;
end $$;
create trigger camera_use_changed after update on cameras for each row
  when ((old.analysed, old.disabled, old.body -> 'source') is distinct from (new.analysed, new.disabled, new.body -> 'source'))
  execute function follow_camera_use();

-- Each finished day of each camera: how long it was online, how long it was known whether it was, how often it was lost.
create table camera_days (
  day date not null,
  camera_id text not null,
  online_ms bigint not null,
  known_ms bigint not null,
  losses int not null,
  primary key (day, camera_id)
);

-- The same from the history of states, for any span. Only what came after a camera was first seen counts, and not the time
-- in which it was out of service, not asked, or being connected to.
create function camera_spans(from_at timestamptz, until_at timestamptz)
returns table (camera_id text, online_ms bigint, known_ms bigint, losses int) language sql stable as $$
  with known as (
    select s.id, s.first_seen_at from camera_states s where s.first_seen_at < until_at
  ), steps as (
    select k.id, k.first_seen_at, before.state, from_at as at, 0::bigint as n
    from known k cross join lateral (
      select c.state from camera_state_changes c
      where c.camera_id = k.id and c.at < from_at order by c.at desc, c.n desc limit 1) before
    union all
    select k.id, k.first_seen_at, c.state, c.at, c.n
    from camera_state_changes c join known k on k.id = c.camera_id
    where c.at >= from_at and c.at < until_at
  ), spans as (
    select id, state, at >= from_at and n > 0 as stepped, greatest(at, first_seen_at) as since,
      coalesce(lead(at) over (partition by id order by at, n), until_at) as until,
      -- What it was before, however often it was connected to in between.
      max(case when state <> 'connecting' then lpad(n::text, 20, '0') || state end)
        over (partition by id order by at, n rows between unbounded preceding and 1 preceding) as last_told
    from steps
  )
  select id,
    round(coalesce(sum(extract(epoch from until - since)) filter (where is_online(state) and until > since), 0) * 1000)::bigint,
    round(coalesce(sum(extract(epoch from until - since))
      filter (where (is_online(state) or state = 'offline') and until > since), 0) * 1000)::bigint,
    (count(*) filter (where stepped and state = 'offline' and is_online(substr(last_told, 21))))::int
  from spans group by id
$$;

-- Cameras of one place that failed together. `place` is a host, a subnet or "division/department", and stays in the engine.
create table outages (
  id text primary key,
  kind text not null,
  place text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  cameras int not null,
  county_code text,
  county_name text,
  division text not null,
  department text
);
create index outages_open on outages (id) where ended_at is null;
create index outages_ended on outages (ended_at) where ended_at is not null;

create table outage_cameras (
  outage_id text not null references outages (id) on delete cascade,
  camera_id text not null,
  primary key (outage_id, camera_id)
);
create index outage_cameras_camera on outage_cameras (camera_id);
