-- The picture that a check was compared with belongs to the check: while an alert stands, its latest one is another each minute.
alter table case_check_parts
  add column before_captured_at timestamptz,
  add column before_width_px integer,
  add column before_height_px integer,
  add column before_boxes jsonb not null default '[]',
  add column before_path text;

-- Of earlier checks it is the alert's own, where that is still the one of then.
update case_check_parts p
  set before_captured_at = b.captured_at, before_width_px = b.width_px, before_height_px = b.height_px,
    before_boxes = b.boxes, before_path = b.path
  from alert_pictures b, case_checks c
  where c.id = p.check_id and b.alert_id = p.alert_id and b.moment = p.before_moment and b.captured_at < c.asked_at;
