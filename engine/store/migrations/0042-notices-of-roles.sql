-- A notice of the desk may be for some of its roles alone; null: for all of them.
alter table notices add column roles text[];

create or replace function send_notice() returns trigger language plpgsql as $$
begin
  insert into notice_deliveries (notice_id, endpoint)
    select new.id, p.endpoint from push_addresses p join accounts a on a.id = p.account_id
    where case when new.unit_id is null
      then a.unit_id is null and a.roles && coalesce(new.roles, array['operator', 'dispatcher', 'administrator'])
        and division_covers(a.division, new.division)
        and (a.department is null or a.department is not distinct from new.department)
      else a.unit_id = new.unit_id end;
  insert into notice_deliveries (notice_id, webhook_id)
    select new.id, w.id from webhooks w
    where w.removed_at is null and division_covers(w.division, new.division)
      and (w.department is null or w.department is not distinct from new.department)
      -- Of an escalation two are told, a program hears of it once.
      and (new.kind <> 'escalated' or new.unit_id is null);
  return null;
end $$;
