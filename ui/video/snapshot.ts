import type { NewSnapshot } from '#engine/contract/media-download.ts';
import { request } from '../live/ask.ts';
import { sayClock, sayDay } from '../words/say.ts';

/** The mark is drawn anew for each. */
const MARKED_WITHIN_MS = 30_000;

/** What a snapshot shows, and of when. */
export interface Snapshot {
  cameraId: string;
  cameraName: string;
  capturedAtMs: number;
  timeZone: string;
}

/**
 * Saves the picture that a canvas shows as a PNG. The server records who saves what first, and answers with the mark that
 * lies over the picture: the account, the time and the camera. Without it there is no file.
 * @throws Refused, also when the server cannot be reached
 */
export async function saveSnapshot(shown: HTMLCanvasElement, of: Snapshot): Promise<void> {
  // While the server is asked the video goes on: what is saved is what was seen when the button was pressed.
  const { width: widthPx, height: heightPx } = shown;
  const picture = document.createElement('canvas');
  picture.width = widthPx;
  picture.height = heightPx;
  const pen = picture.getContext('2d');
  if (!pen) throw new Error('this browser cannot draw a picture');
  pen.drawImage(shown, 0, 0);
  const wanted: NewSnapshot = { capturedAt: new Date(of.capturedAtMs).toISOString(), widthPx, heightPx };
  const answer = await request(
    `/api/cameras/${encodeURIComponent(of.cameraId)}/snapshots`,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wanted) },
    MARKED_WITHIN_MS,
  );
  const mark = await createImageBitmap(await answer.blob());
  pen.drawImage(mark, 0, 0, widthPx, heightPx);
  mark.close();
  const png = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (!png) throw new Error('the picture could not be written as PNG');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(png);
  link.download = snapshotName(of);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** "东风中路-7_2026-11-25_14-03-21.png"; what no file system takes is left out of the camera's name. */
export function snapshotName({ cameraName, capturedAtMs, timeZone }: Omit<Snapshot, 'cameraId'>): string {
  const name = cameraName.replace(/[^\p{L}\p{N}._-]+/gu, '-');
  return `${name}_${sayDay(capturedAtMs, timeZone)}_${sayClock(capturedAtMs, timeZone).replaceAll(':', '-')}.png`;
}
