import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { giveVerdict } from '../alerts/judge.ts';
import { city, makeCamera, openDesk, WatchedScene, type Xyxy } from '../alerts/scene-for-tests.ts';
import { openStore } from '../store/open-store.ts';

const PHOTO = fileURLToPath(new URL('../../models/street/samples/bins.jpg', import.meta.url));
const PHOTO_SIDE_PX = 480;
const BIN: Xyxy = [0.53, 0.25, 0.83, 0.63];

/**
 * Raises garbage alerts in the database of a data folder, before a product is started on it, each at a camera of its own and
 * with the shipped sample photo as its picture, and confirms those from 0.6 on. All of it is marked as test data.
 * @returns the ids of two that nobody judged
 */
export async function judgedCity(dataDir: string): Promise<[string, string]> {
  const store = await openStore({ dataDir });
  const photo = await readFile(PHOTO);
  const ids: string[] = [];
  try {
    for (let i = 0; i < 24; i++) {
      const confidence = (40 + 2 * i) / 100;
      const scene = new WatchedScene(`judged-${i}`);
      await makeCamera(store, scene.cameraId, { name: `测试数据 ${i}`, algorithms: [] });
      const thing = { class: 'overflow', score: confidence };
      const garbage = scene.vehicle(BIN, {
        rule: 'exposed-garbage',
        classGroup: 'garbage',
        zoneKind: 'keep-clean',
        confidence,
      });
      await scene.run(openDesk(store), 1, () => [{ ...garbage, boxes: [{ xyxy: BIN, ...thing }] }]);
      const { id } = await store.db
        .selectFrom('alerts')
        .select('id')
        .where('camera_id', '=', scene.cameraId)
        .executeTakeFirstOrThrow();
      ids.push(id);
      await store.db
        .updateTable('alert_pictures')
        .set({ width_px: PHOTO_SIDE_PX, height_px: PHOTO_SIDE_PX, boxes: JSON.stringify([{ xyxy: BIN, ...thing }]) })
        .where('alert_id', '=', id)
        .execute();
      const pictures = await store.db.selectFrom('alert_pictures').select('path').where('alert_id', '=', id).execute();
      for (const { path } of pictures) await writeFile(join(store.evidenceDir, path), photo);
      // Two are left for a person; of the others the unsure ones were bins that are shut.
      if (i < 2) continue;
      const other = { verdict: 'wrong-class', trueClass: 'garbage_bin', comment: '测试数据' } as const;
      const right = { verdict: 'confirmed', comment: '测试数据' } as const;
      await giveVerdict(store.db, city, id, confidence < 0.6 ? other : right);
    }
  } finally {
    await store.close();
  }
  return [ids[0]!, ids[1]!];
}
