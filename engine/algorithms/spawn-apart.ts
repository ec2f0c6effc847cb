import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';

const TSX = import.meta.resolve('tsx');
const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path));
/** Older ones do not know how to end what they start with who started it. */
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find(
  (path) => existsSync(path) && spawnSync(path, ['--pdeathsig', 'KILL', 'true']).status === 0,
);
const PAGE_BYTES = 4096;
const KEPT_STDERR = 4000;

/** What a process may take: private memory, the size of a file that it writes, and its priority: below normal. */
interface ProcessLimits {
  memoryBytes: number;
  fileBytes: number;
  priority?: number;
}

/**
 * Starts a program of this project for work with what others made. It has an empty environment, a lower priority, and
 * limits: of private memory, the runtime's own included (RLIMIT_DATA, where there is `prlimit`: on Linux; a limit of the
 * address space is of no use, node reserves tens of gigabytes), of the size of a file that it writes, and no core dump. Where there
 * is `setpriv` it ends with the process that started it, also while it is busy and hears nothing.
 * It is not kept from the network or from files that its user may read.
 */
export function spawnApart(main: string, limited: ProcessLimits): ChildProcess {
  const { memoryBytes, fileBytes, priority = constants.priority.PRIORITY_BELOW_NORMAL } = limited;
  const node = [process.execPath, '--import', TSX, main];
  const limits = [`--data=${memoryBytes}`, `--fsize=${fileBytes}`, '--core=0'];
  const limitedNode = PRLIMIT ? [PRLIMIT, ...limits, ...node] : node;
  const [command, ...args] = SETPRIV ? [SETPRIV, '--pdeathsig', 'KILL', ...limitedNode] : limitedNode;
  const child = spawn(command!, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: { PATH: process.env.PATH ?? '', ORT_DISABLE_TELEMETRY: '1' },
  });
  child.on('error', () => undefined);
  try {
    if (child.pid !== undefined) setPriority(child.pid, priority);
  } catch {
    // It has already ended, which its exit tells.
  }
  return child;
}

/** What the process says before it dies; read all the time, so that it is never held up by it. */
export function keepStderr(child: ChildProcess) {
  let text = '';
  const onData = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-KEPT_STDERR);
  };
  child.stderr?.on('data', onData);
  return {
    text: () => text.trim(),
    stop: () => {
      child.stderr?.off('data', onData);
      child.stderr?.resume();
    },
  };
}

/** 0 where /proc does not tell it. */
export async function residentBytes(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'latin1').catch(() => '');
  return Number(text.split(' ')[1] ?? 0) * PAGE_BYTES;
}
