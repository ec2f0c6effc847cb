import path from 'node:path';
import type { Kysely, Selectable } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { AlertClip } from '../contract/alert-clip.ts';
import type { Schema } from '../store/schema.ts';

type ClipRow = Selectable<Schema['alert_clips']>;

/** A row of alert_clips as jsonb: its times are text. */
export type ClipText = { [K in keyof ClipRow]: ClipRow[K] extends Date | null ? string | null : ClipRow[K] };

/** Where the alert's clip lies on disk; null when there is none that the account may see. A `Store` fits. */
export async function readClipPath(
  { db, evidenceDir }: { db: Kysely<Schema>; evidenceDir: string },
  account: Account,
  alertId: string,
): Promise<string | null> {
  const row = await db
    .selectFrom('alert_clips')
    .innerJoin('alerts', 'alerts.id', 'alert_clips.alert_id')
    .select('alert_clips.path')
    .where('alert_id', '=', alertId)
    .where('state', '=', 'ready')
    .where(visibleTo(account, 'alerts'))
    .executeTakeFirst();
  return row?.path ? path.join(evidenceDir, row.path) : null;
}

/** What is told of an alert's clip; where it lies is not. */
export function clipOnWire(row: ClipText): AlertClip {
  if (row.state === 'awaited') return { state: 'awaited' };
  if (row.state === 'missing') return { state: 'missing', reason: row.reason ?? 'not-packaged' };
  const at = (text: string | null) => new Date(text ?? row.at ?? 0).toISOString();
  return {
    state: 'ready',
    from: at(row.began_at),
    to: at(row.ended_at),
    everyFrameFrom: row.every_frame_from === null ? null : at(row.every_frame_from),
    gaps: row.gaps ?? [],
    cutShort: row.cut_short ?? false,
    codec: row.codec ?? 'h264',
    widthPx: row.width_px ?? 0,
    heightPx: row.height_px ?? 0,
    bytes: row.bytes ?? 0,
    url: `/api/alerts/${row.alert_id}/clip.mp4`,
  };
}
