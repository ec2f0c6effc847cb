import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEMO_MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const STOP_WITHIN_MS = 2000;

export interface DemoCamera {
  /** Where its RTSP stream is. */
  url: string;
  close(): Promise<void>;
}

/**
 * Starts the demo's RTSP server on the clip in `<dataDir>/demo`, on `preferredPort` if that is free.
 * @throws Error with the reason when the process ends before it serves
 */
export function startDemoCamera(dataDir: string, preferredPort: number): Promise<DemoCamera> {
  const child = fork(DEMO_MAIN, [join(dataDir, 'demo'), String(preferredPort)], {
    execArgv: ['--import', TSX],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ url: urlOf(message), close: () => stop(child) }));
    child.once('exit', (code) => reject(new Error(`the demo camera ended (exit code ${code}): ${said.trim()}`)));
  });
}

function urlOf(message: unknown): string {
  if (typeof message === 'object' && message && 'url' in message && typeof message.url === 'string') return message.url;
  throw new Error(`the demo camera said ${JSON.stringify(message)}, expected {url}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.disconnect();
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(impatience);
}
