import gcoordModule from 'gcoord';
import type { Crs, LngLat } from '#config/camera.ts';

/** The package's declarations put its one export a level too deep for a CommonJS module. */
const gcoord = gcoordModule as unknown as typeof gcoordModule.default;

/** A position of a stated CRS in WGS84 (gcoord's approximation: right to a few millimetres). */
export function toWgs84(lngLat: readonly [number, number], crs: Crs): LngLat {
  if (crs === 'WGS84') return [lngLat[0], lngLat[1]];
  const [lng, lat] = gcoord.transform(
    [lngLat[0], lngLat[1]],
    crs === 'GCJ02' ? gcoord.GCJ02 : gcoord.BD09,
    gcoord.WGS84,
  );
  return [lng, lat];
}
