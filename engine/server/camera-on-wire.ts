import { withoutAddresses } from '#streams/mask.ts';
import { type StoredCamera, toWire } from '../cameras/stored-camera.ts';
import type { Camera } from '../contract/camera.ts';
import type { LiveCameras } from './live.ts';

/** A camera as it leaves the server: without its source, and with whatever address a reason may quote masked. */
export function cameraOnWire(stored: StoredCamera, live: LiveCameras): Camera {
  const camera = toWire(stored, { lastFrameAtMs: live.lastFrameAtMs(stored.id) });
  return camera.stateReason === null ? camera : { ...camera, stateReason: withoutAddresses(camera.stateReason) };
}
