import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { CameraConfig } from '#config/camera.ts';
import type { Schema } from '../store/schema.ts';

/** Names what was drawn on a camera's view: another preset, other zones or another calibration are another drawing. */
export function drawingOf({ viewId, zones, calibration }: CameraConfig): string {
  const drawn = JSON.stringify({ viewId, zones, calibration: calibration ?? null });
  return createHash('sha256').update(drawn).digest('base64url').slice(0, 22);
}

export interface KeptFingerprint {
  drawing: string;
  fingerprint: string;
}

/** The kept fingerprints by camera; each with the drawing that it belongs to. */
export async function readFingerprints(
  db: Kysely<Schema>,
  cameraIds: readonly string[],
): Promise<Map<string, KeptFingerprint>> {
  if (cameraIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('view_fingerprints')
    .select(['camera_id', 'drawing', 'fingerprint'])
    .where('camera_id', 'in', cameraIds)
    .execute();
  return new Map(rows.map(({ camera_id, drawing, fingerprint }) => [camera_id, { drawing, fingerprint }]));
}

/** Keeps a camera's fingerprint in place of the one before; one of a camera that is gone is let go. */
export async function keepFingerprint(
  db: Kysely<Schema>,
  cameraId: string,
  drawing: string,
  fingerprint: string,
): Promise<void> {
  await sql`
    insert into view_fingerprints (camera_id, drawing, fingerprint)
    select id, ${drawing}, ${fingerprint} from cameras where id = ${cameraId}
    on conflict (camera_id) do update set drawing = excluded.drawing, fingerprint = excluded.fingerprint, at = now()
  `.execute(db);
}

/** What was drawn anew gets a fingerprint anew, even if the old drawing comes back. */
export async function dropOtherFingerprint(db: Kysely<Schema>, config: CameraConfig): Promise<void> {
  await db
    .deleteFrom('view_fingerprints')
    .where('camera_id', '=', config.id)
    .where('drawing', '<>', drawingOf(config))
    .execute();
}
