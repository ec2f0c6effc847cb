import { expect, test } from 'vitest';
import type { GroundCalibration, LngLat } from '#config/camera.ts';
import { ground, place, UNCALIBRATED_ERROR_M } from './place.ts';

const CAMERA: LngLat = [116.3074, 37.4534];
const M_PER_DEG_LAT = 110_998;
const M_PER_DEG_LNG = 88_465;
const at = (eastM: number, northM: number): LngLat => [
  CAMERA[0] + eastM / M_PER_DEG_LNG,
  CAMERA[1] + northM / M_PER_DEG_LAT,
];
const distanceM = (a: LngLat, b: LngLat) => Math.hypot((a[0] - b[0]) * M_PER_DEG_LNG, (a[1] - b[1]) * M_PER_DEG_LAT);

/** A camera 6 m up that looks north, 60° wide, 16:9: where a point on the ground appears. */
function seen(eastM: number, northM: number, downDeg = 20): [number, number] {
  const down = (downDeg * Math.PI) / 180;
  const depth = northM * Math.cos(down) + 6 * Math.sin(down);
  const below = 6 * Math.cos(down) - northM * Math.sin(down);
  const focal = 0.5 / Math.tan(Math.PI / 6);
  return [0.5 + (focal * eastM) / depth, 0.5 + (focal * (16 / 9) * below) / depth];
}
const CORNERS = [
  [-4, 12],
  [4, 12],
  [7, 30],
  [-7, 30],
] as const;
const calibration: GroundCalibration = CORNERS.map(([e, n]) => ({ xy: seen(e, n), lngLat: at(e, n) }));
const standingAt = (eastM: number, northM: number): [number, number, number, number] => {
  const [x, y] = seen(eastM, northM);
  return [x - 0.02, y - 0.1, x + 0.02, y];
};

test('four points place a box where it stands, also between and beyond them', () => {
  const camera = ground({ lngLat: CAMERA, calibration });
  for (const [e, n] of [
    [-4, 12],
    [0, 20],
    [3, 26],
    [2, 45],
  ] as const) {
    const { lngLat, errorM } = place(camera, standingAt(e, n));
    expect(distanceM(lngLat, at(e, n))).toBeLessThan(0.3);
    expect(errorM).toBeGreaterThan(1);
  }
});

test('what is farther away is less sure', () => {
  const camera = ground({ lngLat: CAMERA, calibration });
  const errors = [12, 20, 40, 60].map((n) => place(camera, standingAt(0, n)).errorM);
  expect(errors).toEqual([...errors].sort((a, b) => a - b));
  expect(errors[0]).toBeLessThan(4);
});

test('without calibration it is placed at the camera, and the error says so', () => {
  const camera = ground({ lngLat: CAMERA });
  expect(place(camera, [0.4, 0.4, 0.6, 0.6])).toEqual({ lngLat: CAMERA, errorM: UNCALIBRATED_ERROR_M });
});

test('on and above the horizon, and farther than the camera sees, it is somewhere within that range', () => {
  const flat = CORNERS.map(([e, n]): GroundCalibration[number] => ({ xy: seen(e, n, 8), lngLat: at(e, n) }));
  const camera = ground({ lngLat: CAMERA, rangeM: 60, calibration: flat });
  const [, y] = seen(0, 25, 8);
  expect(distanceM(place(camera, [0.48, 0.2, 0.52, y]).lngLat, at(0, 25))).toBeLessThan(0.3);
  const [, far] = seen(0, 70, 8);
  for (const bottom of [0, 0.1, 0.2, 0.28, 0.285, 0.29, far])
    expect(place(camera, [0.4, 0, 0.6, bottom])).toEqual({ lngLat: CAMERA, errorM: 60 });
  expect(place(ground({ lngLat: CAMERA, calibration: flat }), [0.4, 0, 0.6, 0.1]).errorM).toBe(300);
});

test('a calibration of points on one line, all in one place, or in crossed order is none', () => {
  const line = [0, 1, 2, 3].map((i): GroundCalibration[number] => ({ xy: [0.2 * i, 0.5], lngLat: at(i, 10) }));
  const dot = [0, 1, 2, 3].map((): GroundCalibration[number] => ({ xy: [0.5, 0.5], lngLat: at(0, 10) }));
  const crossed = calibration.map(({ xy }, i) => ({ xy, lngLat: calibration[[0, 1, 3, 2][i]!]!.lngLat }));
  for (const bad of [line, dot, crossed]) {
    const { errorM, lngLat } = place(ground({ lngLat: CAMERA, calibration: bad }), [0.4, 0.4, 0.6, 0.6]);
    expect(lngLat).toEqual(CAMERA);
    expect(errorM).toBe(UNCALIBRATED_ERROR_M);
  }
});
