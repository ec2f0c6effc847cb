import type { LngLat } from '#config/camera.ts';
import type { MapArea } from '../contract/camera-area.ts';
import { type MercatorPoint, squareSideM, toLngLat, toMercator } from '../contract/metric-scale.ts';
import { crossingOf } from '../contract/polygon.ts';
import { Refusal } from '../contract/refusal.ts';

/** An area whose place is known: an alert is looked up before. */
export type DrawnArea = Exclude<MapArea, { shape: 'around-alert' }>;

/** An area on the Mercator square, where cameras are kept. */
export interface AreaOutline {
  shape: DrawnArea['shape'];
  points: MercatorPoint[];
  /** Around a circle's centre, or on either side of a corridor's line; 0 for a polygon. */
  reachM: number;
  /** Metres of the square's side, at the middle of the area. */
  sideM: number;
  /** null: the nearest point of the corridor's line. */
  aim: { lngLat: LngLat; at: MercatorPoint } | null;
}

/** Beyond it one scale for the whole area would no longer do. */
const WIDEST_M = 300_000;
/** Places are given to a centimetre or so: nearer to a side than that, as a share of the square, is on it. */
const ON_A_SIDE = 1e-10;

/**
 * An area as the database is asked for it.
 * @throws Refusal 422 `area-crosses-itself`, `area-is-empty`, `area-too-wide`
 */
export function outlineOf(area: DrawnArea): AreaOutline {
  const given = area.shape === 'circle' ? [area.centre] : area.shape === 'polygon' ? area.corners : area.line;
  const points = given.map(toMercator);
  const [least, most] = boxAround(points);
  const middle = { x: (least.x + most.x) / 2, y: (least.y + most.y) / 2 };
  const sideM = squareSideM(toLngLat(middle)[1]);
  const acrossM = Math.hypot(most.x - least.x, most.y - least.y) * sideM;
  if (acrossM > WIDEST_M) {
    throw new Refusal(422, 'area-too-wide', 'The area is too wide.', {
      got: `${Math.round(acrossM / 1000)} km`,
      expected: `at most ${WIDEST_M / 1000} km across`,
    });
  }
  if (area.shape === 'circle') {
    return { shape: 'circle', points, reachM: area.radiusM, sideM, aim: { lngLat: area.centre, at: points[0]! } };
  }
  if (area.shape === 'corridor') {
    if (acrossM < 1) throw isEmpty('a line of one place', 'places that are at least 1 m apart');
    return { shape: 'corridor', points, reachM: area.widthM / 2, sideM, aim: null };
  }
  const crossing = crossingOf(
    points.map(({ x, y }) => [x, y] as const),
    ON_A_SIDE,
  );
  if (crossing) {
    throw new Refusal(422, 'area-crosses-itself', 'The outline crosses itself.', {
      got: `side ${crossing[0] + 1} crosses side ${crossing[1] + 1}`,
      expected: 'sides that meet at their corners only',
    });
  }
  const { areaM2, centroid } = measure(points, sideM);
  if (areaM2 < 1) throw isEmpty(`${areaM2.toFixed(2)} m²`, 'at least 1 m²');
  return { shape: 'polygon', points, reachM: 0, sideM, aim: { lngLat: toLngLat(centroid), at: centroid } };
}

function isEmpty(got: string, expected: string): Refusal {
  return new Refusal(422, 'area-is-empty', 'The outline encloses nothing.', { got, expected });
}

export function boxAround(points: readonly MercatorPoint[]): [least: MercatorPoint, most: MercatorPoint] {
  const [least, most] = [
    { x: 1, y: 1 },
    { x: 0, y: 0 },
  ];
  for (const { x, y } of points) {
    least.x = Math.min(least.x, x);
    least.y = Math.min(least.y, y);
    most.x = Math.max(most.x, x);
    most.y = Math.max(most.y, y);
  }
  return [least, most];
}

function measure(ring: readonly MercatorPoint[], sideM: number): { areaM2: number; centroid: MercatorPoint } {
  // Reckoned from the first corner: the differences are what counts.
  const o = ring[0]!;
  let twice = 0;
  let sx = 0;
  let sy = 0;
  for (let i = 1; i + 1 < ring.length; i++) {
    const [ax, ay] = [ring[i]!.x - o.x, ring[i]!.y - o.y];
    const [bx, by] = [ring[i + 1]!.x - o.x, ring[i + 1]!.y - o.y];
    const cross = ax * by - ay * bx;
    twice += cross;
    sx += (cross * (ax + bx)) / 3;
    sy += (cross * (ay + by)) / 3;
  }
  const areaM2 = Math.abs(twice / 2) * sideM * sideM;
  return { areaM2, centroid: twice === 0 ? o : { x: o.x + sx / twice, y: o.y + sy / twice } };
}
