import type { Point } from './homography.ts';

/** How sure a place on the ground is: metres squared, east and north. */
export interface Covariance {
  ee: number;
  en: number;
  nn: number;
}

/** The same as an ellipse about the place. */
export interface ErrorEllipse {
  /** Half its longer and its shorter axis. */
  majorM: number;
  minorM: number;
  /** Where the longer axis points, degrees from north over east, 0..180. */
  bearingDeg: number;
}

/** Adds what moves the place by `shift`, weighed by a factor of its length. */
export function addTo(covariance: Covariance, [east, north]: Point, factor: number): void {
  covariance.ee += (factor * east) ** 2;
  covariance.en += factor * factor * east * north;
  covariance.nn += (factor * north) ** 2;
}

export function ellipseOf({ ee, en, nn }: Covariance): ErrorEllipse {
  const mean = (ee + nn) / 2;
  const spread = Math.hypot((ee - nn) / 2, en);
  const bearing = Math.atan2(2 * en, nn - ee) / 2;
  return {
    majorM: Math.sqrt(mean + spread),
    minorM: Math.sqrt(Math.max(0, mean - spread)),
    bearingDeg: ((bearing * 180) / Math.PI + 180) % 180,
  };
}
