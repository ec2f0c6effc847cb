-- Where a camera is on the web Mercator square (0..1 from the north-west): kept in the row, so that a tile is a box of two
-- columns and a distance needs no trigonometry for each row.
alter table cameras
  add column mercator_x double precision not null generated always as
    (((body -> 'lngLat' ->> 0)::double precision + 180) / 360) stored,
  add column mercator_y double precision not null generated always as
    (0.5 - ln(tan(pi() / 4 + radians(greatest(-85.05, least(85.05, (body -> 'lngLat' ->> 1)::double precision))) / 2)) / (2 * pi())) stored;
create index cameras_place on cameras using gist (point(mercator_x, mercator_y));
-- The version of the map is the last change of a camera.
create index changes_of_kind on changes (kind, seq);
