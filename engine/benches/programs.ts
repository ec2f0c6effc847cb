import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TSX = import.meta.resolve('tsx');
/** Of the kernel's clock, in which /proc counts CPU time: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Starts a program of this project; `file` is relative to this folder. */
export function startProgram(
  file: string,
  args: readonly string[],
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return fork(here(file), args, {
    execArgv: ['--import', TSX, ...flags],
    env: { ...process.env, ...env },
    serialization: 'advanced',
  });
}

/** Cameras in a process of their own, and their addresses. */
export async function startCameras(clip: string, count: number): Promise<{ urls: string[]; stop(): void }> {
  const child = startProgram('./cameras.ts', [clip, String(count)]);
  const urls = await new Promise<string[]>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { urls: string[] }).urls));
    child.once('exit', (code) => reject(new Error(`the cameras ended with exit code ${code}, expected addresses`)));
  });
  return { urls, stop: () => child.disconnect() };
}

/** What one thread needs for decode and inference alone, CPU milliseconds; see limit.ts. */
export interface Limit {
  decodeKeyMs: number;
  /** Of any frame of the clip; only when it was asked for. */
  decodeFrameMs?: number;
  inferenceMs: number;
}

export function measureLimit(clip: string, model: string, everyFrame: boolean): Limit {
  const args = ['--import', TSX, here('./limit.ts'), clip, model, '3', ...(everyFrame ? ['every-frame'] : [])];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`the limit program failed: ${stderr}`);
  }
}

/** The CPU time of a running process so far, its threads included, milliseconds. Linux alone. */
export function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** The memory of a running process that no other shares, MiB. Linux alone. */
export function memoryMiBOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
