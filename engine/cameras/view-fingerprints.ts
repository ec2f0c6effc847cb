import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { CameraConfig, CameraView } from '#config/camera.ts';
import type { Schema } from '../store/schema.ts';

/** Names what was drawn on a view: another preset, other zones or another calibration are another drawing. */
export function drawingOf({ id, zones, calibration }: CameraView): string {
  const drawn = JSON.stringify({ viewId: id, zones, calibration: calibration ?? null });
  return createHash('sha256').update(drawn).digest('base64url').slice(0, 22);
}

export interface KeptFingerprint {
  /** `drawingOf` its view, and for a view that was accepted the revision in which it was. */
  drawing: string;
  fingerprint: string;
}

/** Whether a fingerprint is of what is drawn on the view now. */
export function isOf(kept: Pick<KeptFingerprint, 'drawing'>, view: CameraView): boolean {
  return kept.drawing.split('@')[0] === drawingOf(view);
}

/** The kept fingerprints by camera and view. */
export async function readFingerprints(
  db: Kysely<Schema>,
  cameraIds: readonly string[],
): Promise<Map<string, Map<string, KeptFingerprint>>> {
  const kept = new Map<string, Map<string, KeptFingerprint>>();
  if (cameraIds.length === 0) return kept;
  const rows = await db.selectFrom('view_fingerprints').selectAll().where('camera_id', 'in', cameraIds).execute();
  for (const { camera_id, view_id, drawing, fingerprint } of rows) {
    const ofCamera = kept.get(camera_id) ?? new Map<string, KeptFingerprint>();
    kept.set(camera_id, ofCamera.set(view_id, { drawing, fingerprint }));
  }
  return kept;
}

/** Keeps a view's fingerprint in place of the one before; one of a camera that is gone is let go. */
export async function keepFingerprint(
  db: Kysely<Schema>,
  cameraId: string,
  viewId: string,
  { drawing, fingerprint }: KeptFingerprint,
): Promise<void> {
  await sql`
    insert into view_fingerprints (camera_id, view_id, drawing, fingerprint)
    select id, ${viewId}, ${drawing}, ${fingerprint} from cameras where id = ${cameraId}
    on conflict (camera_id, view_id)
    do update set drawing = excluded.drawing, fingerprint = excluded.fingerprint, at = now()
  `.execute(db);
}

/**
 * What was drawn anew on a camera's only view gets a fingerprint anew, even if the old drawing comes back: it was drawn on
 * what the camera shows. Of several views nobody knows which one that is: each keeps its own until another is accepted.
 */
export async function followDrawings(db: Kysely<Schema>, config: CameraConfig): Promise<void> {
  const kept = (await readFingerprints(db, [config.id])).get(config.id) ?? new Map<string, KeptFingerprint>();
  for (const [viewId, { drawing, fingerprint }] of kept) {
    const view = config.views.find(({ id }) => id === viewId);
    if (view && isOf({ drawing }, view)) continue;
    if (view && config.views.length > 1) {
      await keepFingerprint(db, config.id, viewId, { drawing: drawingOf(view), fingerprint });
    } else {
      const ofView = db.deleteFrom('view_fingerprints').where('camera_id', '=', config.id);
      await ofView.where('view_id', '=', viewId).execute();
    }
  }
}
