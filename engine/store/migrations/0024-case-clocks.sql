-- What of a case is timed, and how it stands besides its state. All of it follows from its entries: kept beside them so that
-- cases can be found and ranked by it.
alter table case_entries add column time_limit jsonb;
alter table cases
  add column clock jsonb,
  add column late text[] not null default '{}',
  add column suspended boolean not null default false,
  add column supervised boolean not null default false,
  add column outcome text,
  add column yellow_at timestamptz,
  add column due_at timestamptz;
update cases set outcome = case when exists (
    select from case_entries where case_id = cases.id and kind = 'handled') then 'handled' else 'unhandled' end
  where state = 'closed';
create index cases_due on cases (due_at) where due_at is not null and state <> 'closed';
