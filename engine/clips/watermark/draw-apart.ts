import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Watermark } from './draw.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const WITHIN_MS = 30_000;

/** Has a watermark drawn in a process of its own. @returns a PNG */
export function drawApart(watermark: Watermark): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = fork(MAIN, [], {
      execArgv: ['--import', TSX],
      serialization: 'advanced',
      timeout: WITHIN_MS,
      killSignal: 'SIGKILL',
    });
    child.once('message', (png: Uint8Array) => resolve(Buffer.from(png)));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the watermark was not drawn: ${signal ?? `exit code ${code}`}`)),
    );
    child.send(watermark);
  });
}
