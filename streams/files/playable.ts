import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transcodeToH264 } from '../transcode.ts';
import { FileError, UnitReader } from './unit-reader.ts';

const underWay = new Map<string, Promise<string>>();

/**
 * The file itself when its video is H.264 or H.265, else a copy transcoded into H.264 with a key each second, made
 * once and kept in `cacheDir` under a name that changes with the file.
 * @param working called now and then while it takes its time
 * @throws FileError
 */
export async function playableFile(file: string, cacheDir?: string, working?: () => void): Promise<string> {
  const reader = tryOpen(file);
  if (reader !== null) {
    reader.close();
    return file;
  }
  const { mtimeMs, size } = await stat(file);
  const folder = cacheDir ?? join(tmpdir(), 'chengnao-clips');
  await mkdir(folder, { recursive: true });
  const name = createHash('sha256').update(`${file}\n${mtimeMs}\n${size}`).digest('hex').slice(0, 32);
  const target = join(folder, `${name}.mp4`);
  if (existsSync(target)) return target;
  const alive = working === undefined ? null : setInterval(working, 1000);
  try {
    let transcoding = underWay.get(target);
    if (transcoding === undefined) {
      transcoding = transcodeToH264(file, target).then(() => target);
      underWay.set(target, transcoding);
    }
    return await transcoding;
  } finally {
    underWay.delete(target);
    if (alive !== null) clearInterval(alive);
  }
}

function tryOpen(file: string): UnitReader | null {
  try {
    return new UnitReader(file);
  } catch (error) {
    if (error instanceof FileError && error.code === 'not-annex-b') return null;
    throw error;
  }
}
