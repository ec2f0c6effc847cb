import { type Camera, isOnline } from '#engine/contract/camera.ts';

/** How a camera is shown: faulty is one whose pictures arrive and are not to be gone by. */
export type Sight = Camera['state'] | 'faulty';

export function sightOf({ state, pictureFault }: Pick<Camera, 'state' | 'pictureFault'>): Sight {
  return isOnline(state) && pictureFault !== null ? 'faulty' : state;
}

/** Since when its rules have not been at work; null while they are. */
export function unwatchedSince(
  camera: Pick<Camera, 'state' | 'pictureFault' | 'stateSince' | 'lastFrameAt'>,
): string | null {
  const { state, pictureFault, stateSince, lastFrameAt } = camera;
  // A fault holds through a loss of the stream: it began before its last picture.
  if (pictureFault) return pictureFault.since;
  if (isOnline(state)) return null;
  return state === 'offline' ? (lastFrameAt ?? stateSince) : stateSince;
}

/** Whether its rules are at work. */
export function isWatching(camera: Pick<Camera, 'state' | 'pictureFault'>): boolean {
  const sight = sightOf(camera);
  return sight !== 'faulty' && isOnline(sight);
}
