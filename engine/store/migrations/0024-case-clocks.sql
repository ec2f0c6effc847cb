-- What of a case is timed, what was late, and how it ended. All of it follows from its entries: kept beside them so that who reads
-- many cases need not reckon it.
alter table case_entries add column time_limit jsonb;
alter table cases
  add column clock jsonb,
  add column late text[] not null default '{}',
  add column outcome text;
update cases set outcome = case when exists (
    select from case_entries where case_id = cases.id and kind = 'handled') then 'handled' else 'unhandled' end
  where state = 'closed';
