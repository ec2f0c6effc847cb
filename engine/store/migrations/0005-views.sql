-- The fingerprint of the view that a camera's zones were drawn on; `drawing` names those zones.
create table view_fingerprints (
  camera_id text primary key references cameras (id) on delete cascade,
  drawing text not null,
  fingerprint text not null,
  at timestamptz not null default now()
);
-- What is wrong with a picture that arrives.
alter table camera_states add column fault_code text, add column fault_since timestamptz;
