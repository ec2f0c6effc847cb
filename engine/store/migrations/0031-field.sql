-- The work in the field: officers with their shifts and positions, photos of cases, and what is said on them.

-- An officer is an account that is bound to a unit.
alter table accounts add column unit_id text references units (id);
create index accounts_unit on accounts (unit_id) where unit_id is not null;

-- What an officer's phone asks for: the cases that their unit has, and those that it had.
create index cases_unit on cases (unit_id) where unit_id is not null;
create index case_entries_unit on case_entries (unit_id, case_id) where kind = 'assigned';

create table officers (
  account_id text primary key references accounts (id) on delete cascade,
  skills text[] not null default '{}',
  areas jsonb not null default '[]'
);

create table shifts (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  by text not null,
  made_at timestamptz not null default now(),
  cancelled_at timestamptz,
  cancelled_by text,
  check (ends_at > starts_at)
);
create index shifts_account on shifts (account_id, ends_at);

-- Removed when they are older than trails are kept: see engine/officers/positions.ts.
create table officer_positions (
  n bigint generated always as identity primary key,
  account_id text not null references accounts (id) on delete cascade,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  lng_lat point not null,
  accuracy_m real not null,
  unique (account_id, at)
);
create index officer_positions_at on officer_positions (at);

-- Whether somebody is outside of all of their areas in a shift, and how many positions in a row say otherwise.
create table officer_fences (
  account_id text primary key references accounts (id) on delete cascade,
  shift_id text not null references shifts (id) on delete cascade,
  outside boolean not null,
  against int not null default 0,
  since timestamptz not null
);

-- Each post of a phone by the id that the phone gave it: what comes twice is done once. Appended, never changed.
create table patrol_posts (
  client_id text primary key,
  account_id text not null,
  case_id text not null,
  what text not null,
  by text not null,
  done_at timestamptz not null,
  received_at timestamptz not null default now()
);
create index patrol_posts_case on patrol_posts (case_id, received_at);
create trigger patrol_posts_appended before update or delete or truncate on patrol_posts
  for each statement execute function keep_record();

-- Photos of cases. lng_lat is told to nobody; the file has neither it nor anything else of the phone's.
create table case_photos (
  id text primary key,
  case_id text not null references cases (id),
  kind text not null,
  account_id text not null,
  by text not null,
  taken_at timestamptz not null,
  received_at timestamptz not null default now(),
  width_px int not null,
  height_px int not null,
  sha256 text not null,
  path text not null,
  lng_lat point,
  accuracy_m real,
  distance_m real,
  doubts text[] not null default '{}'
);
create index case_photos_case on case_photos (case_id, received_at);
create index case_photos_sha256 on case_photos (sha256);
create trigger case_photos_appended before update or delete or truncate on case_photos
  for each statement execute function keep_record();

create table case_messages (
  n bigint generated always as identity primary key,
  id text not null unique,
  case_id text not null references cases (id),
  from_side text not null,
  account_id text not null,
  by text not null,
  at timestamptz not null default clock_timestamp(),
  text text not null default '',
  photo_id text references case_photos (id),
  voice_path text,
  voice_type text,
  voice_ms int
);
create index case_messages_case on case_messages (case_id, n);
create trigger case_messages_appended before update or delete or truncate on case_messages
  for each statement execute function keep_record();

-- 交接班: what was open, who took it over. Appended, never changed.
create table handovers (
  id text primary key,
  at timestamptz not null default now(),
  signed_by text not null,
  account_id text not null,
  account text not null,
  given_by text not null,
  note text not null,
  cases jsonb not null,
  division text not null,
  department text
);
create index handovers_at on handovers (at);
create trigger handovers_appended before update or delete or truncate on handovers
  for each statement execute function keep_record();

-- Phones and desks are told of what changed on a case when the transaction ends, so that nobody waits for a row meanwhile.
-- entity_id: "case/<case>/<unit>", the unit empty where it is nobody's.
create function tell_field_case() returns trigger language plpgsql as $$
declare
  one cases;
  unit text;
begin
  select * into one from cases where id = new.case_id;
  for unit in
    select distinct u from (
      select one.unit_id as u union all
      select unit_id from case_entries where case_id = one.id and kind = 'assigned'
    ) as units where u is not null
    union all select '' where one.unit_id is null and tg_table_name <> 'case_entries'
  loop
    perform record_change('field', 'case/' || one.id || '/' || unit, one.division, one.department);
  end loop;
  return null;
end $$;
create constraint trigger case_entries_told after insert on case_entries
  deferrable initially deferred for each row execute function tell_field_case();
create constraint trigger case_photos_told after insert on case_photos
  deferrable initially deferred for each row execute function tell_field_case();
create constraint trigger case_messages_told after insert on case_messages
  deferrable initially deferred for each row execute function tell_field_case();
