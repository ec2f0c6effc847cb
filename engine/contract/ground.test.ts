import { describe, expect, test } from 'vitest';
import type { GroundCalibration, LngLat } from '#config/camera.ts';
import { seeded } from '#streams/seeded.ts';
import { fitGround, fromLocalMetres, isWithinReach, placeError, toLocalMetres } from './ground.ts';
import { fitHomography, inverse, type Point, project } from './homography.ts';

const CAMERA: LngLat = [116.3074, 37.4534];
const SLACK: Point = [0.004, 0.004];

/** A camera that looks north from `heightM` up, 60° wide, 16:9: where a point on the ground appears. */
function seen([eastM, northM]: Point, downDeg = 20, heightM = 6): [number, number] {
  const down = (downDeg * Math.PI) / 180;
  const depth = northM * Math.cos(down) + heightM * Math.sin(down);
  const below = heightM * Math.cos(down) - northM * Math.sin(down);
  const focal = 0.5 / Math.tan(Math.PI / 6);
  return [0.5 + (focal * eastM) / depth, 0.5 + (focal * (16 / 9) * below) / depth];
}
const pair = (metres: Point, xy: [number, number] = seen(metres)): GroundCalibration[number] => ({
  xy,
  lngLat: fromLocalMetres(CAMERA, metres),
});
const CORNERS: Point[] = [
  [-4, 12],
  [4, 12],
  [7, 30],
  [-7, 30],
];
const SIX: Point[] = [...CORNERS, [0, 20], [3, 15]];
const fitOf = (calibration: GroundCalibration, rangeM?: number) => {
  const fit = fitGround({ lngLat: CAMERA, rangeM }, calibration);
  if (fit.fault !== null) throw new Error(fit.fault);
  return fit;
};
const faultOf = (calibration: GroundCalibration) => fitGround({ lngLat: CAMERA }, calibration);

test('metres and degrees go to and fro', () => {
  const there = fromLocalMetres(CAMERA, [120, -45]);
  const [east, north] = toLocalMetres(CAMERA, there);
  expect(east).toBeCloseTo(120, 6);
  expect(north).toBeCloseTo(-45, 6);
});

test('a homography of shares and one of pixels far from the origin fit alike, and the way back leads back', () => {
  const from = SIX.map((metres) => seen(metres));
  const far = SIX.map(([e, n]): Point => [e + 500_000, n + 4_000_000]);
  const h = fitHomography(from, far)!;
  const back = inverse(h);
  for (const metres of SIX) {
    const at = project(h, seen(metres))!;
    expect(Math.hypot(at[0] - 500_000 - metres[0], at[1] - 4_000_000 - metres[1])).toBeLessThan(1e-3);
    const [x, y] = project(back, at, 0)!;
    expect(Math.hypot(x - seen(metres)[0], y - seen(metres)[1])).toBeLessThan(1e-6);
  }
});

test('four points fit without a rest, and nothing is told of what the others would say', () => {
  const { points, ground } = fitOf(CORNERS.map((metres) => pair(metres)));
  expect(points.map(({ leftOutM }) => leftOutM)).toEqual([null, null, null, null]);
  for (const { residualM } of points) expect(residualM).toBeLessThan(1e-6);
  expect(ground.misfit).toBe(1);
});

test('of six points one that is 5 m off shows: it misses most, the others agree without it, and all places are less sure', () => {
  const right = fitOf(SIX.map((metres) => pair(metres)));
  const wrong = SIX.map((metres, i) => pair(i === 4 ? [metres[0] + 5, metres[1]] : metres, seen(metres)));
  const { points, ground } = fitOf(wrong);
  const leftOut = points.map(({ leftOutM }) => leftOutM ?? 0);
  expect(leftOut.indexOf(Math.max(...leftOut))).toBe(4);
  expect(leftOut[4]).toBeCloseTo(5, 3);
  expect(points[4]!.residualM).toBeGreaterThan(1);
  expect(points[4]!.residualM).toBeLessThan(5);
  expect(ground.misfit).toBeGreaterThan(1.2);
  const at = seen([0, 22]);
  expect(placeError(ground, at, SLACK)!.error.majorM).toBeGreaterThan(
    placeError(right.ground, at, SLACK)!.error.majorM,
  );
});

describe('the stated error', () => {
  const { ground } = fitOf(CORNERS.map((metres) => pair(metres)));

  test('grows with the distance, faster beyond the points than between them, and along the line of sight', () => {
    const errors = [30, 40, 50, 60].map((north) => placeError(ground, seen([0, north]), SLACK)!.error);
    const major = errors.map(({ majorM }) => majorM);
    expect(major).toEqual([...major].sort((a, b) => a - b));
    expect(major[3]! / major[0]!).toBeGreaterThan(5);
    for (const { bearingDeg } of errors.slice(1)) expect(Math.min(bearingDeg, 180 - bearingDeg)).toBeLessThan(3);
    for (const { majorM, minorM } of errors.slice(1)) expect(minorM).toBeLessThan(majorM / 2);
  });

  test('is what places really miss by when points and feet are off by what they are said to be: seeded, 400 times', () => {
    const random = seeded(7);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (const truth of [
      [0, 20],
      [2, 40],
    ] as Point[]) {
      const misses: number[] = [];
      for (let n = 0; n < 400; n++) {
        const off: Point = [normal(), normal()];
        const calibration = CORNERS.map((metres) => {
          const [x, y] = seen(metres);
          return pair(
            [metres[0] + normal() + off[0], metres[1] + normal() + off[1]],
            [x + (normal() * 2) / 1920, y + (normal() * 2) / 1080],
          );
        });
        const [x, y] = seen(truth);
        const at = project(fitOf(calibration).ground.toMetres, [x + normal() * SLACK[0], y + normal() * SLACK[1]]);
        if (at) misses.push(at[1] - truth[1]);
      }
      const rms = Math.sqrt(misses.reduce((sum, miss) => sum + miss ** 2, 0) / misses.length);
      const stated = placeError(ground, seen(truth), SLACK)!.error.majorM;
      expect(misses.length).toBe(400);
      expect(stated / rms).toBeGreaterThan(0.7);
      expect(stated / rms).toBeLessThan(1.5);
    }
  });

  test('is not told on and beyond the horizon; what is farther than the camera sees is not within reach', () => {
    const { ground: near } = fitOf(
      CORNERS.map((metres) => pair(metres)),
      40,
    );
    expect(placeError(near, [0.5, 0], SLACK)).toBeNull();
    const reached = (north: number) => isWithinReach(near, placeError(near, seen([0, north]), SLACK)!);
    expect([20, 35, 45].map(reached)).toEqual([true, true, false]);
  });
});

describe('points that tell nothing are refused with the reason', () => {
  const four = CORNERS.map((metres) => pair(metres));
  const onMap = (places: Point[]) => CORNERS.map((metres, i) => pair(places[i]!, seen(metres)));

  test.each([
    ['three points', four.slice(0, 3), 'too-few', []],
    ['three on a line', [...four.slice(0, 3), pair([3, 6])], 'line-in-picture', [1, 2, 3]],
    [
      'three on a line of the map alone',
      onMap([
        [-4, 12],
        [4, 12],
        [7, 30],
        [12, 12],
      ]),
      'line-on-map',
      [0, 1, 3],
    ],
    ['four in one place', [0, 1, 2, 3].map(() => four[0]!), 'line-in-picture', [0, 1, 2]],
    [
      'two points exchanged',
      onMap([
        [-4, 12],
        [4, 12],
        [-7, 30],
        [7, 30],
      ]),
      'crossed',
      [],
    ],
    [
      'left for right',
      onMap([
        [4, 12],
        [-4, 12],
        [-7, 30],
        [7, 30],
      ]),
      'mirrored',
      [],
    ],
    [
      'near for far',
      onMap([
        [-7, 30],
        [7, 30],
        [4, 12],
        [-4, 12],
      ]),
      'mirrored',
      [],
    ],
    [
      'a ground that ends above the picture’s bottom',
      onMap([
        [7, 30],
        [-7, 30],
        [-4, 12],
        [4, 12],
      ]),
      'horizon-low',
      [],
    ],
    ['a place 900 m away', onMap(CORNERS.map(([e, n]) => [e + 900, n])), 'out-of-reach', []],
  ] as [string, GroundCalibration, string, number[]][])('%s', (_, calibration, fault, which) => {
    expect(faultOf(calibration)).toEqual({ fault, which });
  });

  test('a line among more points is no fault, as long as four of them are good', () => {
    const line: Point[] = [...CORNERS, [-2, 12], [0, 12]];
    expect(faultOf(line.map((metres) => pair(metres))).fault).toBeNull();
    const all: Point[] = [
      [-4, 12],
      [-2, 12],
      [0, 12],
      [2, 12],
      [4, 30],
    ];
    expect(faultOf(all.map((metres) => pair(metres)))).toEqual({ fault: 'line-in-picture', which: [] });
  });
});
