import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const SPAWN_APART = new URL('./spawn-apart.ts', import.meta.url).href;

/** What /proc says of a process; a zombie is no more. */
function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}

test.skipIf(!existsSync('/usr/bin/setpriv'))(
  'one that is busy for ever ends with the process that started it',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chengnao-busy-'));
    const busy = join(folder, 'busy.mjs');
    writeFileSync(busy, 'for (;;);');
    const script = `import { spawnApart } from '${SPAWN_APART}';
    const child = spawnApart(${JSON.stringify(busy)}, { memoryBytes: 2 ** 31, fileBytes: 2 ** 20 });
    console.log(child.pid);
    setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, [
      '--import',
      import.meta.resolve('tsx'),
      '--input-type=module',
      '-e',
      script,
    ]);
    onTestFinished(() => {
      parent.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    });
    const [told] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(told);
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    });
    // Not while it is still the program that arranges for it.
    await expect.poll(() => basename(readlinkSync(`/proc/${pid}/exe`)), { timeout: 10_000 }).toBe('node');
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  },
);
