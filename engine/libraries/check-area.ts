import type { LngLat } from '#config/camera.ts';
import type { LibraryArea } from '../contract/library.ts';
import { Refusal } from '../contract/refusal.ts';

type Edge = readonly [LngLat, LngLat];

/**
 * What an area must be beyond its shape: a closed ring around some ground that does not cross or touch itself.
 * @throws Refusal 422 `area-not-closed`, `area-crosses-itself`, `area-empty`
 */
export function checkArea({ coordinates: [ring = []] }: LibraryArea): void {
  const [first, last] = [ring[0], ring.at(-1)];
  if (!first || !last || !same(first, last)) {
    throw new Refusal(422, 'area-not-closed', 'The area’s ring does not end where it begins.', {
      got: last ?? null,
      expected: first ?? null,
    });
  }
  const corners = ring.slice(1).filter((position, i) => !same(position, ring[i]!));
  if (corners.length < 3) {
    throw new Refusal(422, 'area-empty', 'The area encloses no ground.', {
      got: `${corners.length} different corners`,
      expected: 'three or more',
    });
  }
  const edges = corners.map((to, i): Edge => [corners.at(i - 1)!, to]);
  for (let a = 0; a < edges.length; a++) {
    for (let b = a + 1; b < edges.length; b++) {
      const neighbours = b === a + 1 || (a === 0 && b === edges.length - 1);
      if (neighbours ? !turnsBack(edges[a]!, edges[b]!) : !meet(edges[a]!, edges[b]!)) continue;
      throw new Refusal(422, 'area-crosses-itself', 'The area’s edge crosses or touches itself.', {
        got: [edges[a], edges[b]],
        expected: 'edges that meet at their ends alone',
      });
    }
  }
}

const same = (a: LngLat, b: LngLat): boolean => a[0] === b[0] && a[1] === b[1];

/** Above 0: c lies to the left of the line from a to b; 0: on it. */
function side(a: LngLat, b: LngLat, c: LngLat): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/** For a point on the edge's line: whether it is on the edge. */
function isBetween([a, b]: Edge, c: LngLat): boolean {
  const within = (i: 0 | 1) => Math.min(a[i], b[i]) <= c[i] && c[i] <= Math.max(a[i], b[i]);
  return within(0) && within(1);
}

function meet(a: Edge, b: Edge): boolean {
  const [b0, b1] = [side(...a, b[0]), side(...a, b[1])];
  const [a0, a1] = [side(...b, a[0]), side(...b, a[1])];
  if (b0 * b1 < 0 && a0 * a1 < 0) return true;
  return (
    (b0 === 0 && isBetween(a, b[0])) ||
    (b1 === 0 && isBetween(a, b[1])) ||
    (a0 === 0 && isBetween(b, a[0])) ||
    (a1 === 0 && isBetween(b, a[1]))
  );
}

/** Whether two edges that share a corner lie on one another. */
function turnsBack(a: Edge, b: Edge): boolean {
  const [corner, from, to] = same(a[1], b[0]) ? [a[1], a[0], b[1]] : [a[0], a[1], b[0]];
  if (side(from, corner, to) !== 0) return false;
  return (from[0] - corner[0]) * (to[0] - corner[0]) + (from[1] - corner[1]) * (to[1] - corner[1]) > 0;
}
