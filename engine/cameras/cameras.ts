/** The room's door: what the rest of the engine may do with cameras. */
export { type CameraRevision, listCameras, listRevisions, readCamera, readCameras } from './read-cameras.ts';
export { type StoredCamera, toWire } from './stored-camera.ts';
export {
  createCamera,
  deleteCamera,
  patchCamera,
  resetCameraStates,
  type SiteArea,
  setCameraState,
} from './write-cameras.ts';
