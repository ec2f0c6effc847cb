-- Zones and calibration belong to a view; a camera has one or more.
update cameras set body = (body - 'viewId' - 'zones' - 'calibration') || jsonb_build_object('views', jsonb_build_array(
  jsonb_strip_nulls(jsonb_build_object(
    'id', coalesce(nullif(body->>'viewId', ''), 'default'),
    'zones', coalesce(body->'zones', '[]'::jsonb),
    'calibration', body->'calibration'))))
where not body ? 'views';
update camera_revisions set body = (body - 'viewId' - 'zones' - 'calibration') || jsonb_build_object('views', jsonb_build_array(
  jsonb_strip_nulls(jsonb_build_object(
    'id', coalesce(nullif(body->>'viewId', ''), 'default'),
    'zones', coalesce(body->'zones', '[]'::jsonb),
    'calibration', body->'calibration'))))
where body is not null and not body ? 'views';

-- Each view has a fingerprint of its own.
alter table view_fingerprints add column view_id text;
update view_fingerprints set view_id = body->'views'->0->>'id' from cameras where cameras.id = camera_id;
alter table view_fingerprints alter column view_id set not null;
alter table view_fingerprints drop constraint view_fingerprints_pkey;
alter table view_fingerprints add primary key (camera_id, view_id);

-- Which of its views a camera shows; null: none, or not known yet.
alter table camera_states add column current_view_id text;
-- Until now a camera was at its only view unless its fault said that it was not.
update camera_states set current_view_id = body->'views'->0->>'id'
from cameras where cameras.id = camera_states.id and fault_code is distinct from 'view-moved';

-- The view that an operator accepted as the camera shows it, with this revision.
alter table camera_revisions add column accepted_view_id text;
