import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { decodeTime } from 'ulid';
import type { EvidencePicture } from '../contract/observation.ts';

/** A picture that is safe on disk; `path` is relative to the evidence folder. */
export interface FiledPicture {
  picture: EvidencePicture;
  path: string;
}

/** The folder of an alert's pictures, relative to the evidence folder: yyyy/mm/dd/<alert id>, by the UTC day in its id. */
function evidenceFolder(alertId: string): string {
  const [year, month, day] = new Date(decodeTime(alertId)).toISOString().slice(0, 10).split('-');
  return path.join(year!, month!, day!, alertId);
}

/**
 * Writes a picture so that it is whole or not there, and is still there after a power cut. The latest one gets a name
 * of its own each time: whoever still reads the one before gets the picture that its boxes belong to.
 */
export async function writePicture(
  evidenceDir: string,
  alertId: string,
  picture: EvidencePicture,
): Promise<FiledPicture> {
  const folder = evidenceFolder(alertId);
  const suffix = picture.moment === 'latest' ? `-${Math.floor(picture.capturedAtMs)}` : '';
  const relative = path.join(folder, `${picture.moment}${suffix}.jpg`);
  const target = path.join(evidenceDir, relative);
  await makeFolder(evidenceDir, folder);
  const file = await open(`${target}.part`, 'w');
  try {
    await file.writeFile(picture.jpeg);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${target}.part`, target);
  await syncFolder(path.dirname(target));
  return { picture, path: relative };
}

/** Removes pictures that no row names. */
export async function removePictures(evidenceDir: string, paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((relative) => rm(path.join(evidenceDir, relative), { force: true })));
}

/** Removes all pictures of an alert that was not raised after all. */
export async function removeFolder(evidenceDir: string, alertId: string): Promise<void> {
  await rm(path.join(evidenceDir, evidenceFolder(alertId)), { recursive: true, force: true });
}

async function makeFolder(evidenceDir: string, folder: string): Promise<void> {
  const first = await mkdir(path.join(evidenceDir, folder), { recursive: true });
  if (first === undefined) return;
  const stop = path.dirname(first);
  for (let made = path.join(evidenceDir, folder); made.length > stop.length; made = path.dirname(made)) {
    await syncFolder(path.dirname(made));
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
