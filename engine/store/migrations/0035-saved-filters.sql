-- What somebody narrows the queue of cases to again and again, under a name of their own.
create table saved_filters (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  name text not null,
  filter jsonb not null,
  at timestamptz not null default now(),
  unique (account_id, name)
);
