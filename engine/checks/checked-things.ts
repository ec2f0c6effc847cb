import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isAnalysed } from '#config/camera.ts';
import { runsAbout } from '../alerts/overlap.ts';
import { readCamera } from '../cameras/read-cameras.ts';
import { isOnline } from '../contract/camera.ts';
import type { CheckReason } from '../contract/case-check.ts';
import type { Box, PictureMoment } from '../contract/observation.ts';
import type { Store } from '../store/open-store.ts';
import { smallPicture } from './compare-places.ts';
import type { CheckedThing } from './judge-look.ts';

/** One alert of a case that is checked: what its camera is to look for, or why that is of no use. */
export interface CheckedAlert {
  alertId: string;
  cameraId: string;
  cameraName: string;
  /** That raised it; a shipped rule by its own name. */
  algorithm: string;
  before: PictureBefore | null;
  thing: CheckedThing | CheckReason;
}

/** The picture of an alert that its place is compared with, as it was when the check began: its latest one is soon another. */
interface PictureBefore {
  moment: PictureMoment;
  capturedAt: Date;
  widthPx: number;
  heightPx: number;
  boxes: Box[];
  jpeg: Buffer;
}

/** The latest picture of before it was handled shows best how the place looked. */
const MOMENTS: readonly PictureMoment[] = ['latest', 'onset', 'first-seen'];

/** The alerts of a case, as its cameras are to check them. */
export async function readCheckedAlerts(
  store: Store,
  caseId: string,
  askedAtMs: number,
  known: ReadonlyMap<string, { alert: CheckedAlert }>,
): Promise<CheckedAlert[]> {
  const rows = await store.db
    .selectFrom('alerts')
    .innerJoin('case_alerts', 'case_alerts.alert_id', 'alerts.id')
    .select(['alerts.id', 'camera_id', 'camera_name', 'view_id', 'class_group', 'boxes', 'model', 'algorithm', 'rule'])
    .where('case_alerts.case_id', '=', caseId)
    .where('alerts.case_id', '=', caseId)
    .orderBy('alerts.id')
    .execute();
  return Promise.all(
    rows.map(async (row) => {
      const tally = known.get(row.id);
      if (tally) return tally.alert;
      const algorithm = row.algorithm ?? row.rule;
      const about = { alertId: row.id, cameraId: row.camera_id, cameraName: row.camera_name, algorithm };
      const picture = await pictureOf(store, row.id, askedAtMs);
      if (runsAbout(row.class_group))
        return { ...about, before: picture?.before ?? null, thing: 'runs-about' as const };
      if (!picture) return { ...about, before: null, thing: 'no-picture-before' as const };
      const { before: taken, small } = picture;
      const thing: CheckedThing = {
        ...{ classGroup: row.class_group, viewId: row.view_id, modelSha256: row.model.sha256, before: small },
        boxes: taken.boxes.length > 0 ? taken.boxes : row.boxes,
      };
      return { ...about, before: taken, thing };
    }),
  );
}

async function pictureOf({ db, evidenceDir }: Store, alertId: string, askedAtMs: number) {
  const rows = await db
    .selectFrom('alert_pictures')
    .select(['moment', 'captured_at', 'width_px', 'height_px', 'path', 'boxes'])
    .where('alert_id', '=', alertId)
    .execute();
  for (const moment of MOMENTS) {
    const row = rows.find((one) => one.moment === moment && one.captured_at.getTime() < askedAtMs);
    if (!row) continue;
    try {
      const jpeg = await readFile(path.join(evidenceDir, row.path));
      const { captured_at: capturedAt, width_px: widthPx, height_px: heightPx, boxes } = row;
      const before: PictureBefore = { moment, capturedAt, widthPx, heightPx, boxes, jpeg };
      return { before, small: await smallPicture(jpeg) };
    } catch {
      // Gone from disk, or no picture: an earlier one may do.
    }
  }
  return null;
}

/** Why a camera cannot look now; null: it can. `never`: it will not within the check. */
export async function whyNotLooking(
  { db }: Store,
  cameraId: string,
  viewId: string,
): Promise<{ reason: CheckReason; never: boolean } | null> {
  const camera = await readCamera(db, null, cameraId);
  if (!camera) return { reason: 'camera-gone', never: true };
  if (!isAnalysed(camera.config, camera.bound)) return { reason: 'not-analysed', never: true };
  if (!camera.config.views.some(({ id }) => id === viewId)) return { reason: 'other-view', never: true };
  if (!isOnline(camera.state)) return { reason: 'offline', never: false };
  return camera.pictureFault ? { reason: camera.pictureFault.code, never: false } : null;
}
