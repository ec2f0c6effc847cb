import type { GroundCalibration, LngLat } from '#config/camera.ts';
import { addTo, type Covariance, type ErrorEllipse, ellipseOf } from './ground-error.ts';
import { type LineFault, lineOf } from './ground-lines.ts';
import {
  depthAt,
  determinant,
  fitHomography,
  type Homography,
  inverse,
  LEAST_DEPTH,
  type Point,
  project,
} from './homography.ts';

/**
 * How a camera's picture lies on the ground, reckoned alike by the page that calibrates it and the engine that places
 * alerts by it. The ground is a plane; points of the picture are shares of its width and height, points of the ground
 * metres east and north of the camera.
 */
export interface Ground {
  cameraLngLat: LngLat;
  reachM: number;
  toMetres: Homography;
  toPicture: Homography;
  /** What the homography would be if one reference point lay elsewhere by what it is uncertain by: one for each point and direction. */
  shifted: readonly Homography[];
  /** By how much the reference points fit worse than they are uncertain by; 1: they do not, or there are but four. */
  misfit: number;
}

/** How well a reference point fits the others. */
interface PointFit {
  /** From where it is on the map to where its point in the picture falls, metres. */
  residualM: number;
  /** The same, had the other points alone been used; null: there are but four, or the others do not suffice. */
  leftOutM: number | null;
}

/** Why reference points give no ground. */
export type CalibrationFault =
  | 'too-few'
  | LineFault
  | 'crossed'
  | 'mirrored'
  | 'horizon-low'
  | 'out-of-reach'
  | 'unsteady';

export type GroundFit =
  | { fault: null; ground: Ground; points: readonly PointFit[] }
  /** `which`: the offending points, from 0, where they can be named. */
  | { fault: CalibrationFault; which: readonly number[] };

export interface CalibratedCamera {
  lngLat: LngLat;
  rangeM?: number | undefined;
}

/** How far a calibration is believed where the register does not say how far the camera sees. */
export const REACH_M = 300;
/** A reference point is clicked to two pixels of a 1080p picture, and to a metre on a map. */
const CLICK_SHARES: Point = [2 / 1920, 2 / 1080];
const CLICK_M = 1;
/** A box's foot is off by at least this share of the picture from where the thing touches the ground. */
export const LEAST_FOOT_SHARE = 0.004;
/** Looking straight down a picture has no horizon; one whose depth falls by this much over its height has it below. */
const RISING_DEPTH = -0.3;
/** What the whole map may be off by, which no number of points averages out. */
const MAP_M = 1;

export function fitGround(camera: CalibratedCamera, calibration: GroundCalibration): GroundFit {
  if (calibration.length < 4) return { fault: 'too-few', which: [] };
  const from = calibration.map(({ xy }): Point => xy);
  const to = calibration.map(({ lngLat }) => toLocalMetres(camera.lngLat, lngLat));
  const reachM = camera.rangeM ?? REACH_M;
  const line = lineOf(from, to);
  if (line) return line;
  const toMetres = fitHomography(from, to);
  if (!toMetres) return { fault: 'unsteady', which: [] };
  const beyond = from.flatMap((point, i) => (depthAt(toMetres, point) > LEAST_DEPTH ? [] : [i]));
  if (beyond.length > 0) return { fault: 'crossed', which: [] };
  // Seen from above, right of the picture is east where up is north; its y runs down.
  if (!(determinant(toMetres) < 0)) return { fault: 'mirrored', which: [] };
  const bottom = [0, 1].every((x) => depthAt(toMetres, [x, 1]) > LEAST_DEPTH);
  if (!bottom || toMetres[7]! < RISING_DEPTH) return { fault: 'horizon-low', which: [] };
  if (to.every(([east, north]) => Math.hypot(east, north) > reachM)) return { fault: 'out-of-reach', which: [] };
  const shifted = shiftedFits(from, to);
  if (!shifted) return { fault: 'unsteady', which: [] };
  const points = from.map((xy, i): PointFit => {
    const leftOut = from.length > 4 ? withoutPoint(from, to, i) : null;
    return { residualM: missM(toMetres, xy, to[i]!) ?? 0, leftOutM: leftOut && missM(leftOut, xy, to[i]!) };
  });
  const ground = { cameraLngLat: camera.lngLat, reachM, toMetres, toPicture: inverse(toMetres), shifted };
  return { fault: null, ground: { ...ground, misfit: misfitOf(toMetres, from, points) }, points };
}

/**
 * How far off the place may be that a point of the picture is given: what the point itself may be off by, what the reference
 * points may be, and the map. null: on or beyond the horizon, or too near to it for any of that to be told.
 * @param slack how far off the point itself may be, shares of the picture
 */
export function placeError(ground: Ground, point: Point, slack: Point): { metres: Point; error: ErrorEllipse } | null {
  const at = project(ground.toMetres, point);
  if (!at) return null;
  const covariance: Covariance = { ee: MAP_M ** 2, en: 0, nn: MAP_M ** 2 };
  for (const [dx, dy] of [
    [slack[0], 0],
    [0, slack[1]],
  ] as const) {
    const [one, other] = [
      project(ground.toMetres, [point[0] + dx, point[1] + dy]),
      project(ground.toMetres, [point[0] - dx, point[1] - dy]),
    ];
    if (!one || !other) return null;
    // Towards the horizon the ground stretches: the farther of both counts.
    addTo(covariance, distance(one, at) > distance(other, at) ? minus(one, at) : minus(other, at), 1);
  }
  for (const shifted of ground.shifted) {
    const elsewhere = project(shifted, point);
    if (!elsewhere) return null;
    addTo(covariance, minus(elsewhere, at), ground.misfit);
  }
  return { metres: at, error: ellipseOf(covariance) };
}

/** Whether a place is near enough, and sure enough, to be told: else the camera's own place says more. */
export function isWithinReach({ reachM }: Ground, { metres, error }: { metres: Point; error: ErrorEllipse }): boolean {
  return Math.hypot(metres[0], metres[1]) <= reachM && error.majorM <= reachM;
}

function shiftedFits(from: readonly Point[], to: readonly Point[]): Homography[] | null {
  const fits: Homography[] = [];
  for (let i = 0; i < from.length; i++) {
    for (const [dx, dy, east, north] of [
      [CLICK_SHARES[0], 0, 0, 0],
      [0, CLICK_SHARES[1], 0, 0],
      [0, 0, CLICK_M, 0],
      [0, 0, 0, CLICK_M],
    ] as const) {
      const fit = fitHomography(
        from.map(([x, y], k) => (k === i ? [x + dx, y + dy] : [x, y])),
        to.map(([e, n], k) => (k === i ? [e + east, n + north] : [e, n])),
      );
      if (!fit) return null;
      fits.push(fit);
    }
  }
  return fits;
}

function withoutPoint(from: readonly Point[], to: readonly Point[], without: number): Homography | null {
  const kept = (points: readonly Point[]) => points.filter((_, i) => i !== without);
  return lineOf(kept(from), kept(to)) ? null : fitHomography(kept(from), kept(to));
}

function missM(h: Homography, xy: Point, metres: Point): number | null {
  const at = project(h, xy);
  return at && distance(at, metres);
}

/** The root of the residuals' squares over what was expected of them, by the degrees of freedom that are left. */
function misfitOf(toMetres: Homography, from: readonly Point[], points: readonly PointFit[]): number {
  const freedom = 2 * from.length - 8;
  if (freedom === 0) return 1;
  let sum = 0;
  from.forEach(([x, y], i) => {
    const at = project(toMetres, [x, y])!;
    const [right, down] = [project(toMetres, [x + CLICK_SHARES[0], y]), project(toMetres, [x, y + CLICK_SHARES[1]])];
    const clickM2 = (right ? distance(right, at) ** 2 : 0) + (down ? distance(down, at) ** 2 : 0);
    sum += points[i]!.residualM ** 2 / ((2 * CLICK_M ** 2 + clickM2) / 2);
  });
  return Math.max(1, Math.sqrt(sum / freedom));
}

const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1]];
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Metres east and north of an origin; good to some centimetres within a few kilometres. */
export function toLocalMetres(origin: LngLat, [lng, lat]: LngLat): Point {
  const metres = metresPerDegree(origin[1]);
  return [(lng - origin[0]) * metres.lng, (lat - origin[1]) * metres.lat];
}

export function fromLocalMetres(origin: LngLat, [east, north]: Point): LngLat {
  const metres = metresPerDegree(origin[1]);
  return [origin[0] + east / metres.lng, origin[1] + north / metres.lat];
}

/** The length of a degree on the WGS84 ellipsoid at a latitude: series good to a centimetre. */
function metresPerDegree(latitudeDeg: number): { lng: number; lat: number } {
  const phi = (latitudeDeg * Math.PI) / 180;
  return {
    lat: 111_132.954 - 559.822 * Math.cos(2 * phi) + 1.175 * Math.cos(4 * phi),
    lng: 111_412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi) + 0.118 * Math.cos(5 * phi),
  };
}
