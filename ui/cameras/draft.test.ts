import { expect, test } from 'vitest';
import type { Camera } from '#engine/contract/camera.ts';
import { draftOf, hindranceOf, isSame, patchOf, readPlace } from './draft.ts';

const HERE: [number, number] = [116.3594, 37.4341];
const zone = {
  kind: 'no-parking' as const,
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
  ] as [number, number][],
};
const calibration = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
].map(([x = 0, y = 0]) => ({
  xy: [x, y] as [number, number],
  lngLat: [HERE[0] + x / 1000, HERE[1] - y / 1000] as [number, number],
}));
const camera = {
  lngLat: HERE,
  revision: 7,
  views: [
    { id: 'gate', name: '大门', zones: [zone], calibration },
    { id: 'road', zones: [] },
  ],
  algorithms: [{ rule: 'illegal-parking', dwellMs: 5000 }],
} as unknown as Camera;

test('a draft that nothing was drawn on is the camera as it is, with the revision that it was begun on', () => {
  const draft = draftOf(camera);
  expect(isSame(draft, draftOf(camera))).toBe(true);
  expect(patchOf(draft, camera)).toEqual({ revision: 7, views: camera.views, algorithms: camera.algorithms });
});

test('a calibration can be removed, a rule bound keeps its settings, another one has the site’s', () => {
  const draft = draftOf(camera);
  const views = draft.views.map((view) => ({ ...view, pairs: [] }));
  const patch = patchOf({ views, rules: ['illegal-parking', 'exposed-garbage'] }, camera);
  expect(patch.views?.map((view) => 'calibration' in view)).toEqual([false, false]);
  expect(patch.views?.[0]).toMatchObject({ name: '大门', zones: [zone] });
  expect(patch.algorithms).toEqual([{ rule: 'illegal-parking', dwellMs: 5000 }, { rule: 'exposed-garbage' }]);
});

test('what the server would refuse is not offered to be saved', () => {
  const draft = draftOf(camera);
  const [gate, road] = draft.views as [(typeof draft.views)[0], (typeof draft.views)[0]];
  const with_ = (view: Partial<typeof gate>) => hindranceOf({ ...draft, views: [{ ...gate, ...view }, road] }, camera);
  expect(with_({})).toBeNull();
  expect(
    with_({
      zones: [
        {
          ...zone,
          polygon: [
            [0, 0],
            [1, 1],
            [1, 0],
            [0, 1],
          ],
        },
      ],
    }),
  ).toBe('zone');
  expect(with_({ pairs: [...calibration, { xy: [0.5, 0.5], lngLat: null }] })).toBe('unfinished');
  expect(with_({ pairs: calibration.slice(0, 3) })).toBe('calibration');
  expect(with_({ pairs: [] })).toBeNull();
});

test('a typed place is read with either comma or none, and what is no place is not', () => {
  for (const text of ['116.30741, 37.45342', '116.30741，37.45342', ' 116.30741 37.45342 '])
    expect(readPlace(text)).toEqual([116.30741, 37.45342]);
  for (const text of ['', '116.3', '37.4, 116.3', '116.3, 37.4, 5', 'a, b']) expect(readPlace(text)).toBeNull();
});
