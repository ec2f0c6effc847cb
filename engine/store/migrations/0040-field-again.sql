-- Links of a case are found from either side.
create index case_links_other on case_links (other_id);

-- What a unit has open, and what left a unit lately, without all that it ever had.
create index cases_unit_open on cases (unit_id) where state <> 'closed';
create index case_entries_taken on case_entries (at) where kind in ('returned', 'recalled', 'reopened', 'assigned');

-- That a case was taken from a unit is acknowledged by that unit, or when it is sent there again: not by who has it now.
create or replace function notice_case_entry() returns trigger language plpgsql as $$
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
      else new.kind <> 'rework' and (kind <> 'recalled' or new.kind = 'split' or unit_id is not distinct from new.unit_id) end;
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
