import type { Zone } from '#config/camera.ts';

/** The double yellow lines of vtest.avi, where a white van and a car stand throughout. */
export const PARKING_ZONES: Zone[] = [
  {
    kind: 'no-parking',
    name: '双黄线',
    polygon: [
      [0.8, 0.168],
      [1, 0.124],
      [1, 0.19],
      [0.929, 0.205],
      [0.824, 0.243],
      [0.79, 0.214],
    ],
  },
];
