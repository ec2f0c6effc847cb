import type { Point } from './homography.ts';

/** Why a list of points is no polygon. */
export type PolygonFault = 'crosses-itself' | 'point-twice' | 'no-area';

/** A zone smaller than this share of the picture holds nothing. */
const LEAST_AREA = 1e-5;

/** A ring given by its corners, without the first once more at the end. */
type Ring = readonly Point[];

/**
 * The first two sides of a ring that meet elsewhere than at their common corner, or lie on each other there; side `i` begins
 * at corner `i`. null: there are none.
 * @param slack a point nearer to a side than this is on it, in the corners' own unit
 */
export function crossingOf(ring: Ring, slack = 0): [number, number] | null {
  const count = ring.length;
  const corner = (i: number) => ring[i % count]!;
  for (let i = 0; i < count; i++) {
    for (let k = i + 1; k < count; k++) {
      const [a, b, c, d] = [corner(i), corner(i + 1), corner(k), corner(k + 1)];
      const crosses =
        k === i + 1
          ? runsBack(a, b, d, slack)
          : k + 1 === i + count
            ? runsBack(b, a, c, slack)
            : meet(a, b, c, d, slack);
      if (crosses) return [i, k];
    }
  }
  return null;
}

/** On which side of the line from a to b the point c lies; 0: on it. */
function side([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point, slack: number): number {
  const cross = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  return Math.abs(cross) <= slack * Math.hypot(bx - ax, by - ay) ? 0 : Math.sign(cross);
}

/** Whether a point that lies on the line through two others lies between them. */
const isBetween = ([ax, ay]: Point, [bx, by]: Point, [px, py]: Point): boolean =>
  Math.min(ax, bx) <= px && px <= Math.max(ax, bx) && Math.min(ay, by) <= py && py <= Math.max(ay, by);

/** Whether two lines meet, be it in a point where one ends. */
function meet(a: Point, b: Point, c: Point, d: Point, slack: number): boolean {
  const [ofC, ofD, ofA, ofB] = [side(a, b, c, slack), side(a, b, d, slack), side(c, d, a, slack), side(c, d, b, slack)];
  if (ofC * ofD < 0 && ofA * ofB < 0) return true;
  return (
    (ofC === 0 && isBetween(a, b, c)) ||
    (ofD === 0 && isBetween(a, b, d)) ||
    (ofA === 0 && isBetween(c, d, a)) ||
    (ofB === 0 && isBetween(c, d, b))
  );
}

/** Whether the side from b to c lies on the one from a to b. */
function runsBack(a: Point, b: Point, c: Point, slack: number): boolean {
  return side(a, b, c, slack) === 0 && (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0;
}

/** What is wrong with a closed polygon given by its corners, as shares of the picture; null: nothing. */
export function polygonFault(corners: Ring): PolygonFault | null {
  const count = corners.length;
  const at = (i: number) => corners[i % count]!;
  let twice = 0;
  for (let i = 0; i < count; i++) {
    if (at(i)[0] === at(i + 1)[0] && at(i)[1] === at(i + 1)[1]) return 'point-twice';
    twice += at(i)[0] * at(i + 1)[1] - at(i + 1)[0] * at(i)[1];
  }
  const thin = Math.abs(twice) / 2 < LEAST_AREA;
  if (thin && count === 3) return 'no-area';
  if (crossingOf(corners)) return 'crosses-itself';
  return thin ? 'no-area' : null;
}
