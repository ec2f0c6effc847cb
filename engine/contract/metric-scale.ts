import type { LngLat } from '#config/camera.ts';

/** WGS84: semi-major axis in metres, and the square of the first eccentricity. */
const SEMI_MAJOR_M = 6_378_137;
const ECCENTRICITY_SQUARED = 0.006_694_379_990_14;

/** A place on the Mercator square, 0..1 from the north-west. */
export interface MercatorPoint {
  x: number;
  y: number;
}

export function toMercator([lng, lat]: LngLat): MercatorPoint {
  const rad = (lat * Math.PI) / 180;
  return { x: (lng + 180) / 360, y: 0.5 - Math.log(Math.tan(Math.PI / 4 + rad / 2)) / (2 * Math.PI) };
}

export function toLngLat({ x, y }: MercatorPoint): LngLat {
  return [x * 360 - 180, (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90];
}

/**
 * How many metres the Mercator square's side is, near a latitude: what a distance between two kept places is multiplied
 * with. The projection keeps angles, so that one number serves all directions but for the ellipsoid's flattening. Within
 * 20 km distances err by less than 0.5 %.
 */
export function squareSideM(latDeg: number): number {
  const rad = (latDeg * Math.PI) / 180;
  const flattened = 1 - ECCENTRICITY_SQUARED * Math.sin(rad) ** 2;
  const meanRadiusM = (SEMI_MAJOR_M * Math.sqrt(1 - ECCENTRICITY_SQUARED)) / flattened;
  return 2 * Math.PI * meanRadiusM * Math.cos(rad);
}
