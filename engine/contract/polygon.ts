import type { Point } from './homography.ts';

/** Why a list of points is no polygon. */
export type PolygonFault = 'crosses-itself' | 'point-twice' | 'no-area';

/** A zone smaller than this share of the picture holds nothing. */
const LEAST_AREA = 1e-5;

/** Twice the area between three points; its sign says on which side of the first two the third lies. */
const side = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

/** Whether a point that lies on the line through two others lies between them. */
const isBetween = ([ax, ay]: Point, [bx, by]: Point, [px, py]: Point): boolean =>
  Math.min(ax, bx) <= px && px <= Math.max(ax, bx) && Math.min(ay, by) <= py && py <= Math.max(ay, by);

/** Whether two lines meet, be it in a point where one ends. */
function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [ofC, ofD, ofA, ofB] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (ofC * ofD < 0 && ofA * ofB < 0) return true;
  return (
    (ofC === 0 && isBetween(a, b, c)) ||
    (ofD === 0 && isBetween(a, b, d)) ||
    (ofA === 0 && isBetween(c, d, a)) ||
    (ofB === 0 && isBetween(c, d, b))
  );
}

/** What is wrong with a closed polygon given by its corners, as shares of the picture; null: nothing. */
export function polygonFault(corners: readonly Point[]): PolygonFault | null {
  const count = corners.length;
  const at = (i: number) => corners[i % count]!;
  for (let i = 0; i < count; i++) {
    if (at(i)[0] === at(i + 1)[0] && at(i)[1] === at(i + 1)[1]) return 'point-twice';
  }
  let twice = 0;
  for (let i = 0; i < count; i++) twice += at(i)[0] * at(i + 1)[1] - at(i + 1)[0] * at(i)[1];
  const thin = Math.abs(twice) / 2 < LEAST_AREA;
  if (thin && count === 3) return 'no-area';
  for (let i = 0; i < count; i++) {
    // Neighbours share a corner; they cross only where one runs back along the other.
    if (side(at(i), at(i + 1), at(i + 2)) === 0 && runsBack(at(i), at(i + 1), at(i + 2))) return 'crosses-itself';
    for (let k = i + 2; k < count; k++) {
      if (k + 1 === i + count) continue;
      if (meet(at(i), at(i + 1), at(k), at(k + 1))) return 'crosses-itself';
    }
  }
  return thin ? 'no-area' : null;
}

const runsBack = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): boolean =>
  (bx - ax) * (cx - bx) + (by - ay) * (cy - by) < 0;
