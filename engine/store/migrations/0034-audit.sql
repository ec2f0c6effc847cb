-- Who looked at what, changed it or took it away: one line for each request that a person made to that end.
create table audit_log (
  n bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  account_id text,
  by text,
  -- Whose person that is; of nobody's the city's.
  division text not null,
  department text,
  method text not null,
  -- The route as the table of routes names it, and the path that was asked for.
  route text not null,
  path text not null,
  query jsonb,
  status int not null,
  -- Why it was refused; null: it was not.
  code text,
  from_address text
);
create index audit_log_account on audit_log (account_id, n);
create index audit_log_at on audit_log (at);
create trigger audit_log_appended before update or delete or truncate on audit_log
  for each statement execute function keep_record();
