-- A thing that still stands when its case is closed can be taken up by another case: an alert may have been in several,
-- one after the other. alerts.case_id is the last of them.
create table case_alerts (
  case_id text not null references cases (id),
  alert_id text not null references alerts (id),
  primary key (case_id, alert_id)
);
create index case_alerts_alert on case_alerts (alert_id);
-- Who makes a case of an alert has taken it up.
update alerts set handling = 'acknowledged' where case_id is not null and handling = 'new';
insert into case_alerts (case_id, alert_id) select case_id, id from alerts where case_id is not null;
