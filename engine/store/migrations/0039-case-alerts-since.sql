-- Since when an alert belongs to a case; null: before this was kept. A unit that had the case sees what it had by then.
alter table case_alerts add column at timestamptz;
alter table case_alerts alter column at set default clock_timestamp();
