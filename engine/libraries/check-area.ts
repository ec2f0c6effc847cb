import type { LngLat } from '#config/camera.ts';
import type { LibraryArea } from '../contract/library.ts';
import { crossingOf } from '../contract/polygon.ts';
import { Refusal } from '../contract/refusal.ts';

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
  const crossing = crossingOf(corners);
  if (!crossing) return;
  throw new Refusal(422, 'area-crosses-itself', 'The area’s edge crosses or touches itself.', {
    got: crossing.map((side) => [corners[side], corners[(side + 1) % corners.length]]),
    expected: 'edges that meet at their ends alone',
  });
}

const same = (a: LngLat, b: LngLat): boolean => a[0] === b[0] && a[1] === b[1];
