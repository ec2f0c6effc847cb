import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const TSX = import.meta.resolve('tsx');
const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path));
const KEPT_STDERR = 4000;
/** What a runtime needs to find the libraries of a graphics card. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH'];

/** What a process may take that opens what was uploaded. */
export interface ProcessLimits {
  /** Private memory, the runtime's own included. */
  memoryBytes: number;
  /** The largest file that it may write. */
  fileBytes: number;
}

/**
 * Starts a file of ours in a process with limits (`prlimit`, where there is one: on Linux; a limit of the address space is
 * of no use, node reserves tens of gigabytes), an almost empty environment, a lower priority and no core dump.
 */
export function spawnLimited(main: string, { memoryBytes, fileBytes }: ProcessLimits): ChildProcess {
  const node = [process.execPath, '--import', TSX, main];
  const limits = [`--data=${memoryBytes}`, `--fsize=${fileBytes}`, '--core=0'];
  const [command, ...args] = PRLIMIT ? [PRLIMIT, ...limits, ...node] : node;
  const passed = PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  const child = spawn(command!, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: { ...Object.fromEntries(passed), ORT_DISABLE_TELEMETRY: '1' },
  });
  child.on('error', () => undefined);
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has already ended, which its exit tells.
  }
  return child;
}

/** The end of what a process says before it dies; read all the time, so that it is never held up by it. */
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
