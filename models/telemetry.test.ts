import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openDetector } from './detector.ts';
import { readPackage } from './package.ts';

test('the runtime’s telemetry does not start: it would leave its log in the temporary folder', async () => {
  const log = join(tmpdir(), `mat-debug-${process.pid}.log`);
  rmSync(log, { force: true });
  const detector = await openDetector(await readPackage(fileURLToPath(new URL('./street', import.meta.url))));
  await detector.close();
  expect(existsSync(log)).toBe(false);
});
