import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CameraConfig } from '#config/camera.ts';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { cameraForTest } from './camera-for-tests.ts';
import type { Counties } from './counties.ts';
import { importSite } from './import-site.ts';
import { readCamera } from './read-cameras.ts';
import { createCamera, patchCamera } from './write-cameras.ts';

const counties: Counties = { geojson: { type: 'FeatureCollection', features: [] }, of: () => null };
const area = { division: '371400', counties };
const HERE: [number, number] = [116.3074, 37.4534];
const zone = {
  kind: 'no-parking' as const,
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
  ] as [number, number][],
};
/** Seen from straight above, 100 m wide. */
const ground = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
].map(([x = 0, y = 0]) => ({
  xy: [x, y] as [number, number],
  lngLat: [HERE[0] + x / 1000, HERE[1] - y / 1000] as [number, number],
}));

const config = (id: string, settings: Partial<CameraConfig> = {}): CameraConfig =>
  cameraForTest(id, { lngLat: HERE, ...settings });

describe.each(await kindsHere())('drawings on the %s server', (kind) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore(kind);
  });
  afterAll(() => opened.remove());
  const db = () => opened.store.db;

  test('what is drawn is refused when it cannot be meant, and what was drawn before such rules stays changeable', async () => {
    const bowTie = {
      ...zone,
      name: '领结',
      polygon: [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
      ] as [number, number][],
    };
    const line = ground.map((point, i) => ({ ...point, xy: [i / 10, 0.5] as [number, number] }));
    const views = (drawn: object) => [{ id: 'default', zones: [], ...drawn }];
    await createCamera(db(), config('drawn'), 'test', area);
    const patched = (drawn: object) => patchCamera(db(), 'drawn', { views: views(drawn) }, 'test', area);
    const crossing = { status: 422, code: 'zone-crosses-itself', got: '领结' };
    await expect(patched({ zones: [zone, bowTie] })).rejects.toMatchObject(crossing);
    await expect(patched({ calibration: line })).rejects.toMatchObject({
      status: 422,
      code: 'calibration-unusable',
      got: 'line-in-picture 1 2 3',
    });
    const made = createCamera(db(), config('crossing', { views: views({ zones: [bowTie] }) }), 'test', area);
    await expect(made).rejects.toMatchObject(crossing);
    const site = { division: '371400', units: [], cameras: [config('drawn', { views: views({ zones: [bowTie] }) })] };
    await expect(importSite(db(), site, 'import', { counties })).rejects.toMatchObject(crossing);
    expect((await readCamera(db(), null, 'drawn'))!.revision).toBe(1);
    await patched({ zones: [zone], calibration: ground });

    const stored = { ...config('drawn', { views: views({ zones: [bowTie], calibration: line }) }) };
    await db()
      .updateTable('cameras')
      .set({ body: JSON.stringify(stored) })
      .where('id', '=', 'drawn')
      .execute();
    expect((await patched({ zones: [bowTie, zone], calibration: line })).revision).toBe(3);
  });

  test('a change that was made on an older revision is refused and changes nothing', async () => {
    await createCamera(db(), config('raced'), 'test', area);
    await patchCamera(db(), 'raced', { name: '甲', revision: 1 }, 'a', area);
    const late = patchCamera(db(), 'raced', { name: '乙', revision: 1 }, 'b', area);
    await expect(late).rejects.toMatchObject({ status: 409, code: 'camera-changed', got: 1, expected: 2 });
    const kept = (await readCamera(db(), null, 'raced'))!;
    expect(kept).toMatchObject({ revision: 2, config: config('raced', { name: '甲' }) });
    expect((await patchCamera(db(), 'raced', { fovDeg: 60, revision: 2 }, 'b', area)).revision).toBe(3);
  });
});
