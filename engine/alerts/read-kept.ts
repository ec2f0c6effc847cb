import type { Kysely } from 'kysely';
import type { PictureMoment } from '../contract/observation.ts';
import type { Schema } from '../store/schema.ts';
import type { KeptAlert } from './kept-alert.ts';

/**
 * The camera's ended alerts that are over for good: their case is closed, or the camera was deleted since. What appears
 * at their place is another problem, however soon.
 */
export function overIds(db: Kysely<Schema>, cameraId: string) {
  return db
    .selectFrom('alerts as over')
    .leftJoin('cases', 'cases.id', 'over.case_id')
    .select('over.id')
    .where('over.camera_id', '=', cameraId)
    .where('over.presence', '=', 'ended')
    .where((of) =>
      of.or([
        of('cases.state', '=', 'closed'),
        of.exists(
          of
            .selectFrom('camera_revisions as deletion')
            .select('deletion.revision')
            .whereRef('deletion.camera_id', '=', 'over.camera_id')
            .where('deletion.body', 'is', null)
            .whereRef('deletion.at', '>=', 'over.raised_at'),
        ),
      ]),
    );
}

/** A camera's alerts that stand or ended a moment ago, from the database. */
export async function readKept(
  db: Kysely<Schema>,
  cameraId: string,
  nowMs: number,
  rejoinMs: number,
): Promise<KeptAlert[]> {
  const rows = await db
    .selectFrom('alerts')
    .select([
      'id',
      'rule',
      'algorithm',
      'class_group',
      'view_id',
      'presence',
      'ended_at',
      'last_seen_at',
      'boxes',
      'confidence',
    ])
    .where('camera_id', '=', cameraId)
    .where((of) =>
      of.or([
        of('presence', '=', 'standing'),
        of.and([
          of('presence', '=', 'ended'),
          of('ended_at', '>=', new Date(nowMs - rejoinMs)),
          of('id', 'not in', overIds(db, cameraId)),
        ]),
      ]),
    )
    .orderBy('id')
    .execute();
  const ids = rows.map((row) => row.id);
  const pictures =
    ids.length === 0
      ? []
      : await db
          .selectFrom('alert_pictures')
          .select(['alert_id', 'moment', 'captured_at', 'path'])
          .where('alert_id', 'in', ids)
          .execute();
  return rows.map((row) => {
    const own = new Map<PictureMoment, { capturedAtMs: number; path: string }>();
    for (const { alert_id, moment, captured_at, path } of pictures) {
      if (alert_id === row.id) own.set(moment, { capturedAtMs: captured_at.getTime(), path });
    }
    return {
      id: row.id,
      algorithm: row.algorithm ?? row.rule,
      classGroup: row.class_group,
      viewId: row.view_id,
      presence: row.presence,
      endedAtMs: row.ended_at?.getTime() ?? null,
      heldUntilMs: (row.ended_at?.getTime() ?? 0) + rejoinMs,
      lastSeenAtMs: row.last_seen_at.getTime(),
      boxes: row.boxes,
      confidence: row.confidence,
      absentMs: 0,
      absentFrames: 0,
      writtenAtMs: nowMs,
      toldAtMs: nowMs,
      dirty: false,
      pictures: own,
    };
  });
}
