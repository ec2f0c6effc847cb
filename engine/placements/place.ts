import type { GroundCalibration, LngLat } from '#config/camera.ts';
import { type Homography, homography, type Point } from './homography.ts';

/** Where something is on earth (WGS84 degrees), and how far off that may be. */
export interface Placement {
  lngLat: LngLat;
  errorM: number;
}

/** How a camera's picture lies on the ground. */
export interface Ground {
  cameraLngLat: LngLat;
  /** From shares of the picture to metres east and north of the camera; null where there is no usable calibration. */
  toMetres: Homography | null;
}

/**
 * Without calibration a thing is placed at its camera. Street cameras see a target at 10–50 m (a person is some 60 px tall
 * at 50 m through a 4 mm lens at 1080p, about where detection ends), so it is as far away as that.
 */
export const UNCALIBRATED_ERROR_M = 50;
/** The four reference points were clicked by a person on a map. */
const CALIBRATION_ERROR_M = 1;
/** How far the bottom of a box may be from where the thing touches the ground: share of the picture, share of the box. */
const ANCHOR_SHARE_OF_PICTURE = 0.004;
const ANCHOR_SHARE_OF_BOX = 0.05;
/** What is worse than this says nothing: the camera's own position is the better answer. */
const USELESS_ERROR_M = 300;

/** Prepares the ground of a camera. A calibration that is degenerate counts as none. */
export function ground(camera: { lngLat: LngLat; calibration?: GroundCalibration | undefined }): Ground {
  const { lngLat, calibration } = camera;
  if (!calibration) return { cameraLngLat: lngLat, toMetres: null };
  const metres = metresPerDegree(lngLat[1]);
  const to = calibration.map(
    ({ lngLat: at }): Point => [(at[0] - lngLat[0]) * metres.lng, (at[1] - lngLat[1]) * metres.lat],
  );
  const from = calibration.map(({ xy }): Point => xy);
  return { cameraLngLat: lngLat, toMetres: homography(from, to) };
}

/**
 * Places the bottom centre of a box, given as shares of the picture. The error is how far the place moves when that point
 * is moved by what a detector's boxes are uncertain by. On or beyond the horizon: the camera's position.
 */
export function place(ground: Ground, boxXyxy: readonly [number, number, number, number]): Placement {
  const { cameraLngLat, toMetres } = ground;
  const fallback: Placement = { lngLat: [...cameraLngLat], errorM: UNCALIBRATED_ERROR_M };
  if (!toMetres) return fallback;
  const [left, top, right, bottom] = boxXyxy;
  const x = (left + right) / 2;
  const at = toMetres([x, bottom]);
  if (!at) return fallback;
  const slackX = Math.max(ANCHOR_SHARE_OF_PICTURE, ANCHOR_SHARE_OF_BOX * (right - left));
  const slackY = Math.max(ANCHOR_SHARE_OF_PICTURE, ANCHOR_SHARE_OF_BOX * (bottom - top));
  let errorM = 0;
  for (const [dx, dy] of [
    [slackX, 0],
    [-slackX, 0],
    [0, slackY],
    [0, -slackY],
  ] as const) {
    const moved = toMetres([x + dx, bottom + dy]);
    if (!moved) return fallback;
    errorM = Math.max(errorM, Math.hypot(moved[0] - at[0], moved[1] - at[1]));
  }
  errorM += CALIBRATION_ERROR_M;
  if (!(errorM <= USELESS_ERROR_M)) return fallback;
  const metres = metresPerDegree(cameraLngLat[1]);
  return { lngLat: [cameraLngLat[0] + at[0] / metres.lng, cameraLngLat[1] + at[1] / metres.lat], errorM };
}

/** The length of a degree on the WGS84 ellipsoid at a latitude: series good to a centimetre. */
function metresPerDegree(latitudeDeg: number): { lng: number; lat: number } {
  const phi = (latitudeDeg * Math.PI) / 180;
  return {
    lat: 111_132.954 - 559.822 * Math.cos(2 * phi) + 1.175 * Math.cos(4 * phi),
    lng: 111_412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi) + 0.118 * Math.cos(5 * phi),
  };
}
