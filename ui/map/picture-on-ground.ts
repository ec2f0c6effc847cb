import { fromLocalMetres, type Ground, isWithinReach, LEAST_FOOT_SHARE, placeError } from '#engine/contract/ground.ts';
import type { ErrorEllipse } from '#engine/contract/ground-error.ts';
import { type Point, project } from '#engine/contract/homography.ts';

type LngLat = [number, number];

/** What is told of a point of a picture: where it is on the ground and how sure that is, as an alert there would state it. */
export interface PlacedPoint {
  lngLat: LngLat;
  metres: Point;
  distanceM: number;
  error: ErrorEllipse;
}

/** null: beyond the calibration's reach; an alert there is placed at the camera. */
export function placedPoint(ground: Ground, xy: Point): PlacedPoint | null {
  const placed = placeError(ground, xy, [LEAST_FOOT_SHARE, LEAST_FOOT_SHARE]);
  if (!placed || !isWithinReach(ground, placed)) return null;
  const { metres, error } = placed;
  const lngLat = fromLocalMetres(ground.cameraLngLat, metres);
  return { lngLat, metres, distanceM: Math.hypot(metres[0], metres[1]), error };
}

const COLUMNS = 16;
const HALVINGS = 10;

/** The part of the picture that lies on the ground within reach: its outline, shares of the picture. */
export function reachedOutline(ground: Ground): Point[] {
  const top: Point[] = [];
  for (let column = 0; column <= COLUMNS; column++) {
    const x = column / COLUMNS;
    let [beyond, within] = [0, 1];
    if (placedPoint(ground, [x, 0])) within = 0;
    else if (!placedPoint(ground, [x, 1])) continue;
    for (let n = 0; within > 0 && n < HALVINGS; n++) {
      const y = (beyond + within) / 2;
      if (placedPoint(ground, [x, y])) within = y;
      else beyond = y;
    }
    top.push([x, within]);
  }
  const [first, last] = [top[0], top.at(-1)];
  return first && last ? [[first[0], 1], ...top, [last[0], 1]] : [];
}

/** How many parts a side of a zone is drawn in, so that what lies beyond reach can be left out. */
const SIDE_PARTS = 8;

/** A polygon of the picture on earth; what lies beyond reach is left out. Empty: all of it does. */
export function onEarth(ground: Ground, polygon: readonly Point[]): LngLat[] {
  const places = polygon.flatMap((from, i) => {
    const to = polygon[(i + 1) % polygon.length]!;
    return Array.from({ length: SIDE_PARTS }, (_, n): Point => {
      const share = n / SIDE_PARTS;
      return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    });
  });
  const ring = places.map((xy) => placedPoint(ground, xy)?.lngLat).filter((at) => at !== undefined);
  return ring.length < 3 ? [] : [...ring, ring[0]!];
}

/** A grid of the ground as it appears in the picture. */
export interface PictureGrid {
  spacingM: number;
  lines: Point[][];
}

const FAR_M = 60;
const STEPS = 60;

/** Lines north and east, every 5 m, or every 10 m where the picture reaches far. */
export function gridInPicture(ground: Ground): PictureGrid {
  const corners = reachedOutline(ground)
    .map((xy) => project(ground.toMetres, xy))
    .filter((at) => at !== null);
  const easts = corners.map(([east]) => east);
  const norths = corners.map(([, north]) => north);
  const spacingM = corners.some(([east, north]) => Math.hypot(east, north) > FAR_M) ? 10 : 5;
  const span = (values: number[]): [number, number] => [
    Math.floor(Math.min(...values) / spacingM) * spacingM,
    Math.ceil(Math.max(...values) / spacingM) * spacingM,
  ];
  if (corners.length === 0) return { spacingM, lines: [] };
  const [west, east] = span(easts);
  const [south, north] = span(norths);
  const lines: Point[][] = [];
  const draw = (from: Point, to: Point) => lines.push(...seenParts(ground, from, to));
  for (let e = west; e <= east; e += spacingM) draw([e, south], [e, north]);
  for (let n = south; n <= north; n += spacingM) draw([west, n], [east, n]);
  return { spacingM, lines };
}

/** The parts of a line of the ground that the picture shows: each as its ends. */
function seenParts(ground: Ground, from: Point, to: Point): Point[][] {
  const parts: Point[][] = [];
  let part: Point[] = [];
  for (let step = 0; step <= STEPS; step++) {
    const share = step / STEPS;
    const at: Point = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    const xy = Math.hypot(at[0], at[1]) <= ground.reachM ? project(ground.toPicture, at, 0) : null;
    const seen = xy && xy[0] > -0.3 && xy[0] < 1.3 && xy[1] > -0.3 && xy[1] < 1.6;
    if (seen) part.push(xy);
    if ((!seen || step === STEPS) && part.length > 0) {
      if (part.length > 1) parts.push([part[0]!, part.at(-1)!]);
      part = [];
    }
  }
  return parts;
}

const CORNERS = 48;

/** The ring of an error's ellipse around its place. */
export function ellipseOnEarth({ lngLat, error }: Pick<PlacedPoint, 'lngLat' | 'error'>): LngLat[] {
  const bearing = (error.bearingDeg * Math.PI) / 180;
  return Array.from({ length: CORNERS + 1 }, (_, n) => {
    const turn = (2 * Math.PI * n) / CORNERS;
    const [along, across] = [error.majorM * Math.cos(turn), error.minorM * Math.sin(turn)];
    return fromLocalMetres(lngLat, [
      along * Math.sin(bearing) + across * Math.cos(bearing),
      along * Math.cos(bearing) - across * Math.sin(bearing),
    ]);
  });
}
