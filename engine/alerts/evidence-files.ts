import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
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
  await place(evidenceDir, relative, (part) => writeFile(part, picture.jpeg));
  return { picture, path: relative };
}

/** Where an alert's clip lies, relative to the evidence folder. */
export function clipPath(alertId: string): string {
  return path.join(evidenceFolder(alertId), 'clip.mp4');
}

/** Has a file written under a name of its own, and gives it its name when it is whole and safe on disk. */
export async function place(
  evidenceDir: string,
  relative: string,
  write: (part: string) => Promise<void>,
): Promise<void> {
  const target = path.join(evidenceDir, relative);
  await makeFolder(evidenceDir, path.dirname(relative));
  const part = partOf(target);
  try {
    await write(part);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const file = await open(part, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, target);
  await syncFolder(path.dirname(target));
}

/** Removes a file that no row names, whole or not. */
export async function removePlaced(evidenceDir: string, relative: string): Promise<void> {
  const target = path.join(evidenceDir, relative);
  await Promise.all([rm(target, { force: true }), rm(partOf(target), { force: true })]);
}

const partOf = (target: string): string => `${target}.part`;

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
