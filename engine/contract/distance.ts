type LngLat = readonly [number, number];

const EARTH_RADIUS_M = 6_371_009;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** As the crow flies, metres; between WGS84 places. */
export function distanceBetweenM([lngA, latA]: LngLat, [lngB, latB]: LngLat): number {
  const half = (a: number, b: number) => Math.sin(radians(b - a) / 2) ** 2;
  const h = half(latA, latB) + Math.cos(radians(latA)) * Math.cos(radians(latB)) * half(lngA, lngB);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Which way it lies, degrees clockwise from north. */
export function bearingDeg([lngA, latA]: LngLat, [lngB, latB]: LngLat): number {
  const east = Math.sin(radians(lngB - lngA)) * Math.cos(radians(latB));
  const north =
    Math.cos(radians(latA)) * Math.sin(radians(latB)) -
    Math.sin(radians(latA)) * Math.cos(radians(latB)) * Math.cos(radians(lngB - lngA));
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}
