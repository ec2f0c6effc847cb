-- Where a unit is stationed; null: not registered.
alter table units add column lng_lat point;
