import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageClip } from './package-clip.ts';

test('without the ffmpeg program there is no clip, and that is why', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'chengnao-no-ffmpeg-'));
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    const file = join(scratch, 'cut');
    writeFileSync(file, Buffer.alloc(10));
    const unit = { bytes: 10, key: true, capturedAtMs: 5, shownAtTicks: 0, codec: 'h264' as const };
    const cut = { file, units: [unit], everyFrameFromMs: null, cutShort: false, gaps: [] };
    await expect(packageClip(cut, join(scratch, 'clip.mp4'))).rejects.toMatchObject({ code: 'program-missing' });
  } finally {
    process.env.PATH = path;
    rmSync(scratch, { recursive: true, force: true });
  }
});
