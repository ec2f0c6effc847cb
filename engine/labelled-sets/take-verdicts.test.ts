import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callFalseAlarm, giveVerdict } from '../alerts/judge.ts';
import { account, city, makeCamera, openDesk, WatchedScene, type Xyxy } from '../alerts/scene-for-tests.ts';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { readItems } from './items.ts';
import { partsOfPhoto } from './made-archive-for-tests.ts';
import { readSets } from './sets.ts';
import { cropAround, takeVerdicts } from './take-verdicts.ts';

const WEEK_MS = 7 * 86_400_000;
const SPOT: Xyxy = [0.4, 0.4, 0.6, 0.6];

let kept: TestStore;
let folder: string;
let photos: Buffer[];
beforeAll(async () => {
  kept = await openTestStore('embedded');
  folder = join(dirname(kept.store.evidenceDir), 'labelled-sets');
  photos = await partsOfPhoto(7);
}, 60_000);
afterAll(() => kept.remove());

const db = () => kept.store.db;
const take = () => takeVerdicts(kept.store, folder);
async function verdictSet() {
  const set = (await readSets(db(), city)).find(({ algorithm }) => algorithm === 'street')!;
  return { set, items: (await readItems(db(), city, set.id, { after: null, limit: 100 })).items };
}

let cameras = 0;
/** Raises an alert whose pictures are a photo; answers with its id. */
async function raise(photo: Buffer, cameraId = `judged-${++cameras}`, xyxy = SPOT): Promise<string> {
  const scene = new WatchedScene(cameraId);
  const known = await db().selectFrom('cameras').select('id').where('id', '=', cameraId).executeTakeFirst();
  if (!known) await makeCamera(kept.store, cameraId);
  const before = new Set((await db().selectFrom('alerts').select('id').execute()).map(({ id }) => id));
  await scene.run(openDesk(kept.store), 1, () => [scene.vehicle(xyxy)]);
  const rows = await db().selectFrom('alerts').select('id').execute();
  const { id } = rows.find((row) => !before.has(row.id))!;
  const pictures = await db().selectFrom('alert_pictures').select('path').where('alert_id', '=', id).execute();
  await db().updateTable('alert_pictures').set({ width_px: 200, height_px: 180 }).where('alert_id', '=', id).execute();
  for (const { path } of pictures) await writeFile(join(kept.store.evidenceDir, path), photo);
  return id;
}

test('confirmed alerts come with their box, those of another class with that, false ones as negatives; a changed verdict changes it', async () => {
  const ids = [await raise(photos[0]!), await raise(photos[0]!), await raise(photos[0]!)] as const;
  expect(await take()).toBe(0);
  await giveVerdict(db(), city, ids[0], { verdict: 'confirmed', comment: '' });
  await giveVerdict(db(), city, ids[1], { verdict: 'wrong-class', trueClass: '三轮车', comment: '' });
  await callFalseAlarm(db(), city, ids[2], '是雕塑', WEEK_MS);
  expect(await take()).toBe(3);
  expect(await take()).toBe(0);
  const { set, items } = await verdictSet();
  expect(set).toMatchObject({ name: 'street · 判断', pictures: 3, boxes: 2, negatives: 1, classes: ['car', '三轮车'] });
  const of = (id: string) => items.find(({ alertId }) => alertId === id)!;
  expect(of(ids[0])).toMatchObject({ verdict: 'confirmed', crop: [60, 54, 140, 126], widthPx: 200 });
  expect(of(ids[0]).boxes).toMatchObject([{ class: 'car', xyxyPx: [80, 72, 120, 108] }]);
  expect(of(ids[1]).boxes).toMatchObject([{ class: '三轮车' }]);
  expect(of(ids[2])).toMatchObject({ verdict: 'false', boxes: [] });

  await giveVerdict(db(), city, ids[2], { verdict: 'confirmed', comment: '原来是车' });
  await giveVerdict(db(), city, ids[0], { verdict: 'none', comment: '看不清' });
  const { path } = await db()
    .selectFrom('labelled_items')
    .select('path')
    .where('alert_id', '=', ids[0])
    .executeTakeFirstOrThrow();
  expect(existsSync(join(folder, path))).toBe(true);
  await take();
  expect(existsSync(join(folder, path))).toBe(false);
  const after = await verdictSet();
  expect(after.items.map(({ alertId, verdict }) => [alertId, verdict]).sort()).toEqual(
    [
      [ids[1], 'wrong-class'],
      [ids[2], 'confirmed'],
    ].sort(),
  );
  expect(after.set.revision).toBeGreaterThan(set.revision);
});

test('what looks the same at one camera comes once; when its verdict is withdrawn, the other takes its place', async () => {
  const one = await raise(photos[1]!, 'same-street');
  await db()
    .updateTable('alerts')
    .set({ presence: 'ended', ended_at: new Date(0) })
    .where('id', '=', one)
    .execute();
  const two = await raise(photos[1]!, 'same-street');
  for (const id of [one, two]) await giveVerdict(db(), city, id, { verdict: 'confirmed', comment: '' });
  await take();
  const mine = async () => (await verdictSet()).items.filter(({ alertId }) => alertId === one || alertId === two);
  expect((await mine()).map(({ alertId }) => alertId)).toEqual([one]);
  await giveVerdict(db(), city, one, { verdict: 'none', comment: '重看' });
  await take();
  expect((await mine()).map(({ alertId }) => alertId)).toEqual([two]);
});

test('an alert whose picture is gone is noted and not asked for again; who sees no alert of a county sees no picture of it', async () => {
  const gone = await raise(Buffer.from('no picture'));
  await giveVerdict(db(), city, gone, { verdict: 'confirmed', comment: '' });
  expect(await take()).toBe(1);
  expect(await take()).toBe(0);
  const { set, items } = await verdictSet();
  expect(items.some(({ alertId }) => alertId === gone)).toBe(false);
  const elsewhere = account('371481');
  const [seen] = (await readSets(db(), elsewhere)).filter(({ id }) => id === set.id);
  expect(seen).toMatchObject({ pictures: 0, boxes: 0 });
  expect((await readItems(db(), elsewhere, set.id, { after: null, limit: 100 })).items).toEqual([]);
});

test('a crop holds the box and half of its size around it, and never more than the picture', () => {
  expect(cropAround([100, 100, 200, 140], 1000, 1000)).toEqual([50, 80, 250, 160]);
  expect(cropAround([0, 0, 10, 10], 1000, 1000)).toEqual([0, 0, 21, 21]);
  expect(cropAround([900, 900, 1000, 1000], 1000, 1000)).toEqual([850, 850, 1000, 1000]);
});
