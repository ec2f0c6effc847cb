import type { MapCamera } from '#engine/contract/camera-map.ts';
import type { DrawnCamera } from './city-layers.ts';

/** What is live, and those of the pool that are not: the live one tells its state at once, and what is wrong with its picture. */
export function withRegistered(live: readonly DrawnCamera[], pool: readonly MapCamera[]): readonly DrawnCamera[] {
  const known = new Set(live.map(({ id }) => id));
  const rest = pool.filter(({ id }) => !known.has(id));
  return rest.length === 0 ? live : [...live, ...rest.map((camera) => ({ ...camera, pictureFault: null }))];
}
