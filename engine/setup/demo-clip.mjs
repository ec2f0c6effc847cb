import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { step } from './progress.mjs';
import { isProgram, run } from './run.mjs';

const PACKAGE = 'opencv-doc';
const INSIDE = './usr/share/doc/opencv-doc/examples/data/vtest.avi';
const SHA256 = '45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf';

/** @param {string} dataDir */
export const demoClipFile = (dataDir) => join(dataDir, 'demo', 'vtest.avi');

/**
 * Puts vtest.avi into the data folder: taken out of Debian's opencv-doc without installing it, checked by SHA-256.
 * @param {string} dataDir
 * @returns {Promise<string | null>} why it could not be had; null when it is there
 */
export async function fetchDemoClip(dataDir) {
  const file = demoClipFile(dataDir);
  if (existsSync(file) && sha256(file) === SHA256) return null;
  for (const program of ['apt-get', 'dpkg-deb', 'tar'])
    if (!(await isProgram(program))) return `this machine has no ${program}, and the clip comes in a Debian package`;
  const folder = mkdtempSync(join(tmpdir(), 'chengnao-clip-'));
  try {
    return await step(`downloading the demo clip (Debian's ${PACKAGE}, 96 MB)`, async () => {
      // The download runs as the user _apt where there is one.
      chmodSync(folder, 0o777);
      let download = await run('apt-get', ['download', PACKAGE], { cwd: folder });
      if (download.code !== 0) {
        await run('apt-get', ['update']);
        download = await run('apt-get', ['download', PACKAGE], { cwd: folder });
      }
      const deb = readdirSync(folder).find((name) => name.endsWith('.deb'));
      if (!deb) return `apt-get download ${PACKAGE} failed: ${download.output.trim().split('\n').at(-1)}`;
      const unpack = await run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" | tar -x "$2"', 'sh', deb, INSIDE], {
        cwd: folder,
      });
      const clip = join(folder, INSIDE);
      if (!existsSync(clip)) return `${deb} holds no vtest.avi: ${unpack.output.trim()}`;
      const got = sha256(clip);
      if (got !== SHA256) return `vtest.avi of ${deb} has SHA-256 ${got}, expected ${SHA256}`;
      mkdirSync(join(dataDir, 'demo'), { recursive: true });
      const part = `${file}.${process.pid}.part`;
      await run('cp', [clip, part]);
      renameSync(part, file);
      return null;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
