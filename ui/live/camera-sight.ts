import type { Camera } from '#engine/contract/camera.ts';

/** How a camera is shown: faulty is one whose pictures arrive and are not to be gone by. */
export type Sight = Camera['state'] | 'faulty';

export function sightOf({ state, pictureFault }: Pick<Camera, 'state' | 'pictureFault'>): Sight {
  return state === 'playing' && pictureFault !== null ? 'faulty' : state;
}

/** Whether its rules are at work. */
export function isWatching(camera: Pick<Camera, 'state' | 'pictureFault'>): boolean {
  return sightOf(camera) === 'playing';
}
