import { sayClock, sayDay } from '../words/say.ts';

/** What a snapshot shows, and of when. */
export interface Snapshot {
  cameraName: string;
  capturedAtMs: number;
  timeZone: string;
}

/** Saves the picture that a canvas shows as a PNG; camera and time stand below it and in the file's name. */
export async function saveSnapshot(shown: HTMLCanvasElement, of: Snapshot): Promise<void> {
  const picture = drawSnapshot(shown, of);
  const png = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (!png) throw new Error('the picture could not be written as PNG');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(png);
  link.download = snapshotName(of);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** "东风中路-7_2026-11-25_14-03-21.png"; what no file system takes is left out of the camera's name. */
export function snapshotName({ cameraName, capturedAtMs, timeZone }: Snapshot): string {
  const name = cameraName.replace(/[^\p{L}\p{N}._-]+/gu, '-');
  return `${name}_${sayDay(capturedAtMs, timeZone)}_${sayClock(capturedAtMs, timeZone).replaceAll(':', '-')}.png`;
}

function drawSnapshot(shown: HTMLCanvasElement, { cameraName, capturedAtMs, timeZone }: Snapshot): HTMLCanvasElement {
  const { width, height } = shown;
  const textPx = Math.max(14, Math.round(height / 30));
  const lineHeightPx = Math.round(textPx * 1.8);
  const picture = document.createElement('canvas');
  picture.width = width;
  picture.height = height + lineHeightPx;
  const pen = picture.getContext('2d');
  if (!pen) throw new Error('this browser cannot draw a picture');
  pen.fillStyle = '#0b1117';
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(shown, 0, 0);
  pen.fillStyle = '#e6edf4';
  pen.font = `${textPx}px ${getComputedStyle(document.body).fontFamily}`;
  pen.textBaseline = 'middle';
  const at = `${sayDay(capturedAtMs, timeZone)} ${sayClock(capturedAtMs, timeZone)}`;
  pen.fillText(`${cameraName}  ${at}`, textPx / 2, height + lineHeightPx / 2, width - textPx);
  return picture;
}
