import type { LngLat } from '#config/camera.ts';
import type { MapArea } from '../contract/camera-area.ts';
import { type MercatorPoint, squareSideM, toLngLat, toMercator } from '../contract/metric-scale.ts';
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
  const crossing = crossingOf(points);
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

/** The first two sides of a ring that meet elsewhere than at a common corner; null when there are none. */
function crossingOf(ring: readonly MercatorPoint[]): [number, number] | null {
  const corner = (i: number) => ring[i % ring.length]!;
  for (let i = 0; i < ring.length; i++) {
    for (let j = i + 1; j < ring.length; j++) {
      const areNeighbours = j === i + 1 || (i === 0 && j === ring.length - 1);
      const [a, b, c, d] = [corner(i), corner(i + 1), corner(j), corner(j + 1)];
      if (areNeighbours ? foldsBack(i, j, [a, b, c, d]) : meet(a, b, c, d)) return [i, j];
    }
  }
  return null;
}

/** Whether two sides that share a corner lie on each other. */
function foldsBack(i: number, j: number, [a, b, c, d]: [MercatorPoint, MercatorPoint, MercatorPoint, MercatorPoint]) {
  const [from, shared, to] = j === i + 1 ? [a, b, d] : [b, a, c];
  const along = (from.x - shared.x) * (to.x - shared.x) + (from.y - shared.y) * (to.y - shared.y);
  return turn(from, shared, to) === 0 && along > 0;
}

function meet(a: MercatorPoint, b: MercatorPoint, c: MercatorPoint, d: MercatorPoint): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc * abd < 0 && cda * cdb < 0) return true;
  const lies = (turned: number, p: MercatorPoint, q: MercatorPoint, r: MercatorPoint) =>
    turned === 0 &&
    Math.min(p.x, q.x) <= r.x &&
    r.x <= Math.max(p.x, q.x) &&
    Math.min(p.y, q.y) <= r.y &&
    r.y <= Math.max(p.y, q.y);
  return lies(abc, a, b, c) || lies(abd, a, b, d) || lies(cda, c, d, a) || lies(cdb, c, d, b);
}

function turn(a: MercatorPoint, b: MercatorPoint, c: MercatorPoint): -1 | 0 | 1 {
  const cross = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  // Places are given to a centimetre or so: nearer to a line than that is on it.
  const slack = 1e-10 * Math.hypot(b.x - a.x, b.y - a.y);
  return Math.abs(cross) <= slack ? 0 : cross > 0 ? 1 : -1;
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
