import { expect, test } from 'vitest';
import { fitGround, fromLocalMetres, toLocalMetres } from '#engine/contract/ground.ts';
import type { Point } from '#engine/contract/homography.ts';
import { ellipseOnEarth, gridInPicture, onEarth, placedPoint, reachedOutline } from './picture-on-ground.ts';
import { zoneFeatures } from './zone-layers.ts';

const CAMERA: [number, number] = [116.3074, 37.4534];

/** A camera 6 m up that looks north, 20° down, 60° wide, 16:9: where a point on the ground appears. */
function seen([eastM, northM]: Point): [number, number] {
  const down = (20 * Math.PI) / 180;
  const depth = northM * Math.cos(down) + 6 * Math.sin(down);
  const below = 6 * Math.cos(down) - northM * Math.sin(down);
  const focal = 0.5 / Math.tan(Math.PI / 6);
  return [0.5 + (focal * eastM) / depth, 0.5 + (focal * (16 / 9) * below) / depth];
}
const CORNERS: Point[] = [
  [-4, 12],
  [4, 12],
  [7, 30],
  [-7, 30],
];
const calibration = CORNERS.map((metres) => ({ xy: seen(metres), lngLat: fromLocalMetres(CAMERA, metres) }));
const fit = fitGround({ lngLat: CAMERA }, calibration);
if (fit.fault !== null) throw new Error(fit.fault);
const { ground } = fit;

test('the grid’s lines lie where the ground’s lines do, every 10 m as the picture reaches far', () => {
  const { spacingM, lines } = gridInPicture(ground);
  expect(spacingM).toBe(10);
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    const [from, to] = line.map((xy) => {
      const depth = ground.toMetres[6]! * xy[0] + ground.toMetres[7]! * xy[1] + ground.toMetres[8]!;
      return [0, 3].map(
        (row) =>
          (ground.toMetres[row]! * xy[0] + ground.toMetres[row + 1]! * xy[1] + ground.toMetres[row + 2]!) / depth,
      );
    }) as [number[], number[]];
    const onLine = [0, 1].some((axis) => {
      const off = (value: number) => Math.abs(value - Math.round(value / 10) * 10);
      return off(from[axis]!) < 1e-3 && off(to[axis]!) < 1e-3;
    });
    expect(onLine, `${from} ${to}`).toBe(true);
  }
});

test('the footprint ends below the horizon; a zone that reaches above it is shown as far as the ground goes', () => {
  const outline = reachedOutline(ground);
  const tops = outline.slice(1, -1).map(([, y]) => y);
  expect(Math.min(...tops)).toBeGreaterThan(0.02);
  expect(Math.max(...tops)).toBeLessThan(0.1);
  expect(placedPoint(ground, [0.5, 0.02])).toBeNull();
  const ring = onEarth(ground, [
    [0.4, 0],
    [0.6, 0],
    [0.6, 0.8],
    [0.4, 0.8],
  ]);
  expect(ring.length).toBeGreaterThan(8);
  expect(ring.at(-1)).toEqual(ring[0]);
  for (const place of ring) expect(Math.hypot(...toLocalMetres(CAMERA, place))).toBeLessThan(301);
  expect(
    onEarth(ground, [
      [0.4, 0],
      [0.6, 0],
      [0.5, 0.02],
    ]),
  ).toEqual([]);
});

test('an error’s ellipse points along the line of sight', () => {
  const placed = placedPoint(ground, seen([0, 40]))!;
  const around = ellipseOnEarth(placed).map((at) => toLocalMetres(placed.lngLat, at));
  const north = Math.max(...around.map(([, n]) => n));
  const east = Math.max(...around.map(([e]) => e));
  expect(north).toBeCloseTo(placed.error.majorM, 1);
  expect(east).toBeLessThan(north / 2);
});

test('a calibrated view’s zones and footprint go on the map by name; without calibration nothing does', () => {
  const zones = [{ kind: 'no-parking' as const, polygon: CORNERS.map(seen) }];
  const features = zoneFeatures({ lngLat: CAMERA }, { id: 'v', zones, calibration }, ({ kind }) => kind);
  expect(features.map(({ properties }) => properties)).toEqual([
    { kind: 'footprint' },
    { kind: 'zone', name: 'no-parking' },
  ]);
  const [first] = features[1]!.geometry.coordinates[0]!;
  expect(Math.hypot(...toLocalMetres(CAMERA, first as [number, number])) - Math.hypot(4, 12)).toBeLessThan(0.01);
  expect(zoneFeatures({ lngLat: CAMERA }, { id: 'v', zones }, () => '')).toEqual([]);
});
