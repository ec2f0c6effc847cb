import type { Alert } from '#engine/contract/alert.ts';
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

/** What operators call one of a camera's views; one that was given neither name nor id is called `unnamed`. */
export function viewName({ views }: Pick<Camera, 'views'>, viewId: string, unnamed: string): string {
  return views.find(({ id }) => id === viewId)?.name ?? (viewId === 'default' ? unnamed : viewId);
}

/** Since when nobody looks at an alert of the camera: its rules pause, or it is at another of its views; null: it is looked at. */
export function alertUnwatchedSince(
  camera: Parameters<typeof unwatchedSince>[0] & Pick<Camera, 'currentViewId'>,
  alert: Pick<Alert, 'viewId' | 'lastSeenAt'>,
): string | null {
  return unwatchedSince(camera) ?? (isElsewhere(camera, alert) ? alert.lastSeenAt : null);
}

/** Whether the camera is at another of its views than the one that the alert was seen in. */
function isElsewhere({ currentViewId }: Pick<Camera, 'currentViewId'>, alert: Pick<Alert, 'viewId'>): boolean {
  return currentViewId !== null && currentViewId !== alert.viewId;
}

/** Whether its rules are at work. */
export function isWatching(camera: Pick<Camera, 'state' | 'pictureFault'>): boolean {
  const sight = sightOf(camera);
  return sight !== 'faulty' && isOnline(sight);
}
