import { isDeepStrictEqual } from 'node:util';
import type { CameraConfig, CameraView } from '#config/camera.ts';
import { type CalibrationFault, fitGround } from '../contract/ground.ts';
import { type PolygonFault, polygonFault } from '../contract/polygon.ts';
import { Refusal } from '../contract/refusal.ts';

const POLYGONS: Record<PolygonFault, { code: string; message: string; expected: string }> = {
  'crosses-itself': {
    code: 'zone-crosses-itself',
    message: 'crosses itself',
    expected: 'a polygon whose sides meet only at its corners',
  },
  'point-twice': {
    code: 'zone-point-twice',
    message: 'has the same point twice in a row',
    expected: 'a corner of its own for each point',
  },
  'no-area': {
    code: 'zone-without-area',
    message: 'holds no area',
    expected: 'points that enclose a part of the picture',
  },
};

const CALIBRATIONS: Record<CalibrationFault, string> = {
  'too-few': 'at least four points',
  'line-in-picture': 'four points in the picture, no three of them on a line',
  'line-on-map': 'four points on the map, no three of them on a line',
  crossed: 'the same order in the picture and on the map, and all points below the horizon',
  mirrored: 'left and right on the map as in the picture',
  'horizon-low': 'points by which the ground reaches the bottom of the picture',
  'out-of-reach': 'a point nearer to the camera than the range it is registered with, or than 300 m',
  unsteady: 'points farther apart',
};

/**
 * Whether what is drawn on a camera's views can be meant: zones that do not cross themselves, reference points that
 * determine the ground. What is drawn as before is left alone.
 * @throws Refusal 422 `zone-crosses-itself`, `zone-point-twice`, `zone-without-area`, `calibration-unusable`.
 */
export function checkDrawings(camera: CameraConfig, before?: CameraConfig): void {
  for (const view of camera.views) {
    const known = before?.views.find(({ id }) => id === view.id);
    checkZones(view, known);
    if (view.calibration && !isDeepStrictEqual(view.calibration, known?.calibration)) checkCalibration(camera, view);
  }
}

function checkZones({ id, zones }: CameraView, known: CameraView | undefined): void {
  zones.forEach((zone, i) => {
    if (known?.zones.some(({ polygon }) => isDeepStrictEqual(polygon, zone.polygon))) return;
    const fault = polygonFault(zone.polygon);
    if (!fault) return;
    const { code, message, expected } = POLYGONS[fault];
    const name = zone.name ?? `${i + 1}`;
    throw new Refusal(422, code, `The zone "${name}" of view "${id}" ${message}.`, { got: name, expected });
  });
}

function checkCalibration(camera: CameraConfig, { id, calibration = [] }: CameraView): void {
  const fit = fitGround(camera, calibration);
  if (fit.fault === null) return;
  throw new Refusal(422, 'calibration-unusable', `The points of view "${id}" do not tell how it lies on the ground.`, {
    got: [fit.fault, ...fit.which.map((i) => `${i + 1}`)].join(' '),
    expected: CALIBRATIONS[fit.fault],
  });
}
