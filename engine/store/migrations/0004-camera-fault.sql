-- The fault of a camera that is offline or degraded, by its code; reason is only a detail of it.
alter table camera_states add column code text;
