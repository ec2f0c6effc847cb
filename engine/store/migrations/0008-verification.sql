-- What a second model made of an alert before it was raised; null: none was asked.
alter table alerts add column verification jsonb;
