-- Until now every camera was stored with keyframes once a second, which nobody had to ask for. From now on its rules say
-- how often they look: what was only filled in gives way to that, as a revision; what somebody chose otherwise stays.
with changed as (
  update cameras
  set revision = revision + 1,
      body = case when body ->> 'decode' = 'keyframes' then body || '{"decode": "as-needed"}' else body end - 'samplePeriodMs'
  where body -> 'samplePeriodMs' = '1000' and body ->> 'decode' in ('keyframes', 'all')
  returning id, revision, body, division, department
), revised as (
  insert into camera_revisions (camera_id, revision, by, body)
  select id, revision, 'migration 0006', body from changed
)
select record_change('camera', id, division, department) from changed;
