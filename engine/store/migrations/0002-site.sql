-- The city's own settings, one row a revision; the newest holds.
create table site_revisions (
  revision int primary key,
  at timestamptz not null default now(),
  by text not null,
  body jsonb not null
);
