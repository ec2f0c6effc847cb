import type { GroundCalibration, LngLat } from '#config/camera.ts';
import {
  fitGround,
  fromLocalMetres,
  type Ground,
  isWithinReach,
  LEAST_FOOT_SHARE,
  placeError,
} from '../contract/ground.ts';

/** Where something is on earth (WGS84 degrees), and how far off that may be. */
export interface Placement {
  lngLat: LngLat;
  errorM: number;
}

/** What a camera's things are placed by; ground null where there is no usable calibration. */
export interface PlacedCamera {
  lngLat: LngLat;
  ground: Ground | null;
}

/**
 * Without calibration a thing is placed at its camera. Street cameras see a target at 10–50 m (a person is some 60 px tall
 * at 50 m through a 4 mm lens at 1080p, about where detection ends), so it is as far away as that.
 */
export const UNCALIBRATED_ERROR_M = 50;
/** How far the bottom of a box may be from where the thing touches the ground, as a share of the box. */
const FOOT_SHARE_OF_BOX = 0.05;

/** Prepares the ground of a camera. A calibration that is degenerate counts as none. */
export function ground(camera: {
  lngLat: LngLat;
  rangeM?: number | undefined;
  calibration?: GroundCalibration | undefined;
}): PlacedCamera {
  const { lngLat, calibration } = camera;
  const fit = calibration ? fitGround(camera, calibration) : null;
  return { lngLat, ground: fit?.fault === null ? fit.ground : null };
}

/**
 * Places the bottom centre of a box, given as shares of the picture; see `placeError` for the error. Beyond the horizon or
 * the calibration's reach: the camera's position, with that reach as the error.
 */
export function place(camera: PlacedCamera, boxXyxy: readonly [number, number, number, number]): Placement {
  const { lngLat, ground } = camera;
  if (!ground) return { lngLat: [...lngLat], errorM: UNCALIBRATED_ERROR_M };
  const [left, top, right, bottom] = boxXyxy;
  const slackX = Math.max(LEAST_FOOT_SHARE, FOOT_SHARE_OF_BOX * (right - left));
  const slackY = Math.max(LEAST_FOOT_SHARE, FOOT_SHARE_OF_BOX * (bottom - top));
  const placed = placeError(ground, [(left + right) / 2, bottom], [slackX, slackY]);
  if (!placed || !isWithinReach(ground, placed)) return { lngLat: [...lngLat], errorM: ground.reachM };
  return { lngLat: fromLocalMetres(lngLat, placed.metres), errorM: placed.error.majorM };
}
