import { type Kysely, type Selectable, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { MediaDownload, NewMediaDownload } from '../contract/media-download.ts';
import type { Schema } from '../store/schema.ts';

interface DownloadsAsked {
  alertId?: string | undefined;
  cameraId?: string | undefined;
  before?: number | undefined;
  limit: number;
}

type DownloadRow = Selectable<Schema['media_downloads']>;

/** Notes that an account is given a copy, with the scope of the alert that it is of. */
export async function recordDownload(
  db: Kysely<Schema>,
  account: Account,
  alertId: string,
  { what, moment }: NewMediaDownload,
  fromAddress: string,
): Promise<void> {
  const { id, username, displayName } = account;
  await sql`
    insert into media_downloads (account_id, username, display_name, from_address, what, moment,
      alert_id, camera_id, camera_name, division, department)
    select ${id}, ${username}, ${displayName}, ${fromAddress}, ${what}, ${what === 'picture' ? moment : null}::text,
      alerts.id, alerts.camera_id, alerts.camera_name, alerts.division, alerts.department
    from alerts where alerts.id = ${alertId}`.execute(db);
}

/** Notes that an account saves a picture of a camera's live video, with the scope of the camera. */
export async function recordSnapshot(
  db: Kysely<Schema>,
  account: Account,
  cameraId: string,
  capturedAt: Date,
  fromAddress: string,
): Promise<void> {
  const { id, username, displayName } = account;
  await sql`
    insert into media_downloads (account_id, username, display_name, from_address, what,
      camera_id, captured_at, camera_name, division, department)
    select ${id}, ${username}, ${displayName}, ${fromAddress}, 'snapshot',
      cameras.id, ${capturedAt}, cameras.name, cameras.division, cameras.department
    from cameras where cameras.id = ${cameraId}`.execute(db);
}

/** Newest first, at most `limit` older than `before`; of one alert, of one camera, or of all that the account may see. */
export async function listDownloads(
  db: Kysely<Schema>,
  account: Account,
  { alertId, cameraId, before, limit }: DownloadsAsked,
): Promise<MediaDownload[]> {
  const rows = await db
    .selectFrom('media_downloads')
    .selectAll()
    .where(visibleTo(account, 'media_downloads'))
    .$if(alertId !== undefined, (query) => query.where('alert_id', '=', alertId!))
    .$if(cameraId !== undefined, (query) => query.where('camera_id', '=', cameraId!))
    .$if(before !== undefined, (query) => query.where('n', '<', before!))
    .orderBy('n', 'desc')
    .limit(limit)
    .execute();
  return rows.map(onWire);
}

function onWire(row: DownloadRow): MediaDownload {
  const { n, at, username, what, moment } = row;
  return {
    n,
    at: at.toISOString(),
    username,
    displayName: row.display_name,
    fromAddress: row.from_address,
    what,
    moment,
    alertId: row.alert_id,
    cameraId: row.camera_id,
    capturedAt: row.captured_at?.toISOString() ?? null,
    cameraName: row.camera_name,
  };
}
