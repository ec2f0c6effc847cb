import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql, type Transaction } from 'kysely';
import { ulid } from 'ulid';
import type { Verdict } from '../contract/alert.ts';
import type { BoxPx, LabelledBox } from '../contract/labelled-set.ts';
import type { Box } from '../contract/observation.ts';
import type { Store } from '../store/open-store.ts';
import type { Schema } from '../store/schema.ts';
import { LookIndex, lookOf, sameBoxes } from './looks.ts';
import { reviseSet } from './sets.ts';

/** How much of what surrounds a judged thing comes into its crop: a share of its own size, on each side. */
const CROP_MARGIN = 0.5;
const LEAST_CROP_PX = 32;
const AT_ONCE = 200;
const LICENCE = '本系统摄像头画面与操作员判断 · pictures of this system’s cameras, verdicts of its operators';

interface JudgedAlert {
  id: string;
  verdict: Verdict;
  true_class: string | null;
  rule: string;
  camera_id: string;
  boxes: Box[];
  algorithm: string;
  division: string;
  department: string;
}

/**
 * Brings the sets of verdicts to what is judged now: confirmed alerts and those of another class with their box, false ones
 * as negatives, each with the crop that was judged. A verdict that was changed or withdrawn takes its picture along. What it
 * did is in the database, so that it may end anywhere and be done again. @returns how many alerts were taken up
 */
export async function takeVerdicts(
  { db, evidenceDir }: Pick<Store, 'db' | 'evidenceDir'>,
  folder: string,
): Promise<number> {
  let taken = 0;
  for (;;) {
    const alerts = await notTaken(db);
    if (alerts.length === 0) return taken;
    for (const alert of alerts) await takeOne(db, evidenceDir, folder, alert);
    taken += alerts.length;
  }
}

/** Alerts whose verdict is another than the one that was taken: judged anew, or taken and judged otherwise since. */
async function notTaken(db: Kysely<Schema>): Promise<JudgedAlert[]> {
  const judged = await alertsWithTaken(db)
    .where('alerts.verdict', '!=', 'none')
    .where('labelled_verdicts.alert_id', 'is', null)
    .limit(AT_ONCE)
    .execute();
  if (judged.length > 0) return judged;
  return alertsWithTaken(db)
    .where('labelled_verdicts.alert_id', 'is not', null)
    .where(
      sql<boolean>`(alerts.verdict, alerts.true_class) is distinct from (labelled_verdicts.verdict, labelled_verdicts.true_class)`,
    )
    .limit(AT_ONCE)
    .execute();
}

function alertsWithTaken(db: Kysely<Schema>) {
  return db
    .selectFrom('alerts')
    .leftJoin('labelled_verdicts', 'labelled_verdicts.alert_id', 'alerts.id')
    .select([
      'alerts.id',
      'alerts.verdict',
      'alerts.true_class',
      'rule',
      'camera_id',
      'boxes',
      'division',
      'department',
    ])
    .select(sql<string>`model->>'name'`.as('algorithm'))
    .orderBy('alerts.id');
}

async function takeOne(db: Kysely<Schema>, evidenceDir: string, folder: string, alert: JudgedAlert): Promise<void> {
  const removed = await db.transaction().execute((trx) => forget(trx, alert.id));
  for (const path of removed) await rm(join(folder, path), { force: true });
  if (alert.verdict === 'none') return;
  const picture = await pictureOf(db, evidenceDir, alert);
  if (!picture) {
    await note(db, alert, { outcome: 'no-picture' });
    return;
  }
  const setId = await setOf(db, alert.algorithm);
  const same = await sameItem(db, setId, alert, picture);
  if (same !== null) {
    await note(db, alert, { outcome: 'same', same_as: same });
    return;
  }
  const id = `item-${ulid().toLowerCase()}`;
  const path = join(setId, `${id}.jpg`);
  await mkdir(join(folder, setId), { recursive: true });
  await copyFile(picture.file, join(folder, path));
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('labelled_items')
      .values({
        id,
        set_id: setId,
        name: `${alert.rule}-${alert.id}`,
        sha256: picture.sha256,
        look: picture.look,
        width_px: picture.widthPx,
        height_px: picture.heightPx,
        path,
        boxes: JSON.stringify(picture.boxes),
        crop: JSON.stringify(picture.crop),
        alert_id: alert.id,
        camera_id: alert.camera_id,
        division: alert.division,
        department: alert.department,
      })
      .execute();
    await note(trx, alert, { outcome: 'taken', item_id: id });
    const { classes } = await trx
      .selectFrom('labelled_sets')
      .select('classes')
      .where('id', '=', setId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const named = [...picture.boxes.map((box) => box.class), alert.boxes[0]!.class];
    await reviseSet(
      trx,
      setId,
      [...new Set(named)].filter((name) => !classes.includes(name)),
    );
  });
}

/** Forgets what was taken of an alert; others that were the same as its picture are taken up anew. @returns files to remove */
async function forget(trx: Transaction<Schema>, alertId: string): Promise<string[]> {
  const known = await trx
    .deleteFrom('labelled_verdicts')
    .where('alert_id', '=', alertId)
    .returning('item_id')
    .executeTakeFirst();
  if (!known?.item_id) return [];
  await trx.deleteFrom('labelled_verdicts').where('same_as', '=', known.item_id).execute();
  const item = await trx
    .deleteFrom('labelled_items')
    .where('id', '=', known.item_id)
    .returning(['path', 'set_id'])
    .executeTakeFirst();
  if (!item) return [];
  await reviseSet(trx, item.set_id);
  return [item.path];
}

type Noted = { outcome: 'taken' | 'same' | 'no-picture'; item_id?: string; same_as?: string };

async function note(db: Kysely<Schema>, { id, verdict, true_class }: JudgedAlert, noted: Noted): Promise<void> {
  await db
    .insertInto('labelled_verdicts')
    .values({ alert_id: id, verdict, true_class, ...noted })
    .execute();
}

interface JudgedPicture {
  file: string;
  sha256: string;
  look: string;
  widthPx: number;
  heightPx: number;
  boxes: LabelledBox[];
  crop: BoxPx;
}

/** The frame in which it was found, with its box; null: there is none that can be read any more. */
async function pictureOf(db: Kysely<Schema>, evidenceDir: string, alert: JudgedAlert): Promise<JudgedPicture | null> {
  const rows = await db.selectFrom('alert_pictures').selectAll().where('alert_id', '=', alert.id).execute();
  const row = ['onset', 'first-seen', 'latest']
    .map((moment) => rows.find((one) => one.moment === moment))
    .find((one) => one !== undefined && one.boxes.length > 0);
  if (!row) return null;
  const file = join(evidenceDir, row.path);
  const [thing] = row.boxes;
  const [left, top, right, bottom] = thing!.xyxy;
  const xyxyPx: BoxPx = [left * row.width_px, top * row.height_px, right * row.width_px, bottom * row.height_px];
  const crop = cropAround(xyxyPx, row.width_px, row.height_px);
  const name = alert.verdict === 'wrong-class' ? alert.true_class! : thing!.class;
  try {
    const bytes = await readFile(file);
    return {
      file,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      look: await lookOf(bytes, crop),
      widthPx: row.width_px,
      heightPx: row.height_px,
      boxes: alert.verdict === 'false' ? [] : [{ class: name, xyxyPx, crowd: false }],
      crop,
    };
  } catch {
    return null;
  }
}

/** The box with some of what is around it, in whole pixels of the picture. */
export function cropAround([left, top, right, bottom]: BoxPx, widthPx: number, heightPx: number): BoxPx {
  const span = (from: number, to: number, most: number): [number, number] => {
    const margin = Math.max(CROP_MARGIN * (to - from), (LEAST_CROP_PX - (to - from)) / 2);
    return [Math.max(0, Math.floor(from - margin)), Math.min(most, Math.ceil(to + margin))];
  };
  const [x0, x1] = span(left, right, widthPx);
  const [y0, y1] = span(top, bottom, heightPx);
  return [x0, y0, x1, y1];
}

/** A picture of the same camera, judged alike, whose crop looks the same. */
async function sameItem(
  db: Kysely<Schema>,
  setId: string,
  alert: JudgedAlert,
  picture: JudgedPicture,
): Promise<string | null> {
  const others = await db
    .selectFrom('labelled_items')
    .select(['id', 'look', 'boxes', 'width_px as widthPx', 'height_px as heightPx'])
    .where('set_id', '=', setId)
    .where('camera_id', '=', alert.camera_id)
    .execute();
  const looks = new LookIndex<(typeof others)[number]>();
  for (const other of others) looks.add(other.look, other);
  return looks.same(picture.look).find((other) => sameBoxes(picture, other))?.id ?? null;
}

/** The set of an algorithm’s verdicts; made with the first of them. */
async function setOf(db: Kysely<Schema>, algorithm: string): Promise<string> {
  const ofAlgorithm = db.selectFrom('labelled_sets').select('id').where('algorithm', '=', algorithm);
  const known = await ofAlgorithm.executeTakeFirst();
  if (known) return known.id;
  const id = `set-${ulid().toLowerCase()}`;
  // Somebody may have given that name to a set of his own.
  for (const name of [`${algorithm} · 判断`, `${algorithm} · 判断 · ${id}`]) {
    await db
      .insertInto('labelled_sets')
      .values({ id, name, licence: LICENCE, classes: [], algorithm, made_by: 'Chengnao' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const made = await ofAlgorithm.executeTakeFirst();
    if (made) return made.id;
  }
  throw new Error(`got no set for the verdicts on ${algorithm}, expected one`);
}
