import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Inspection, type InspectionCode } from '../contract/inspection.ts';
import { OUT_OF_MEMORY } from './sandbox/findings.ts';
import type { InspectionRequest } from './sandbox/request.ts';
import { keepStderr, residentBytes, spawnApart } from './spawn-apart.ts';
import { UNREAD } from './unread.ts';

const MAIN = fileURLToPath(new URL('./sandbox/main.ts', import.meta.url));
const WATCH_EVERY_MS = 100;
const STARTS_WITHIN_MS = 60_000;
const MIB = 2 ** 20;

const Answer = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ id: z.number().int(), inspection: Inspection }),
]);

/** What an inspection may take. */
export interface SandboxLimits {
  memoryBytes: number;
  /** For one inspection, with its samples. */
  withinMs: number;
  mostBytes: number;
  mostUnfoldedBytes: number;
}

export const SANDBOX_LIMITS: SandboxLimits = {
  memoryBytes: 3 * 1024 * MIB,
  withinMs: 180_000,
  mostBytes: 1024 * MIB,
  mostUnfoldedBytes: 1536 * MIB,
};

/**
 * Opens uploads in a process of its own, one at a time, with the limits of {@link spawnApart}. Beside those its resident
 * memory is watched where /proc tells it, and it is killed when the time is over.
 */
export class Sandbox {
  readonly #limits: SandboxLimits;
  #child: ChildProcess | null = null;
  #ready: Promise<void> | null = null;
  #lastId = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** How often its process ended on its own or was killed for a limit. */
  deaths = 0;

  constructor(limits: SandboxLimits = SANDBOX_LIMITS) {
    this.#limits = limits;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What came of opening the upload. The death of the process is an answer too: a refusal that says how it died. */
  inspect(request: Omit<InspectionRequest, 'id' | 'mostBytes' | 'mostUnfoldedBytes'>): Promise<Inspection> {
    const { mostBytes, mostUnfoldedBytes } = this.#limits;
    const turn = this.#queue.then(() => {
      if (this.#closed) throw new Error('the sandbox is closed');
      return this.#inspectOnce({ ...request, id: ++this.#lastId, mostBytes, mostUnfoldedBytes });
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  close(): void {
    this.#closed = true;
    this.#child?.kill('SIGKILL');
  }

  /** A process that has opened other uploads may die of one of those: then this one is opened again in a new one. */
  async #inspectOnce(request: InspectionRequest): Promise<Inspection> {
    const isUsed = this.#child !== null;
    const inspection = await this.#inspect(request);
    if (!isUsed || this.#closed || inspection.findings[0]?.code !== 'sandbox-crash') return inspection;
    for (const made of ['package', 'prepared']) await rm(join(request.folder, made), { recursive: true, force: true });
    return this.#inspect(request);
  }

  async #inspect(request: InspectionRequest): Promise<Inspection> {
    const child = this.#child ?? this.#start();
    const said = keepStderr(child);
    let refusedFor: InspectionCode | null = null;
    const kill = (code: InspectionCode) => {
      refusedFor ??= code;
      child.kill('SIGKILL');
    };
    return new Promise((resolve) => {
      const end = (inspection: Inspection) => {
        clearTimeout(impatience);
        clearInterval(watch);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        said.stop();
        resolve(inspection);
      };
      const onMessage = (raw: unknown) => {
        const answer = Answer.safeParse(raw);
        if (!answer.success) kill('sandbox-crash');
        else if ('id' in answer.data && answer.data.id === request.id) end(answer.data.inspection);
      };
      const onExit = (code: number | null, signal: string | null) => {
        const cause = refusedFor ?? (OUT_OF_MEMORY.test(said.text()) ? 'sandbox-memory' : 'sandbox-crash');
        end(died(cause, `${signal ?? `exit code ${code}`} ${said.text()}`.trim(), this.#limits));
      };
      const onError = (cause: Error) => {
        if (this.#child === child) this.#child = null;
        end(died('sandbox-crash', cause.message, this.#limits));
      };
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      let impatience = setTimeout(() => kill('sandbox-time'), STARTS_WITHIN_MS);
      const watch = setInterval(async () => {
        if ((await residentBytes(child.pid)) > this.#limits.memoryBytes) kill('sandbox-memory');
      }, WATCH_EVERY_MS);
      void this.#ready?.then(() => {
        clearTimeout(impatience);
        impatience = setTimeout(() => kill('sandbox-time'), this.#limits.withinMs);
        if (child.connected) child.send(request, () => undefined);
      });
    });
  }

  #start(): ChildProcess {
    const { memoryBytes, mostUnfoldedBytes } = this.#limits;
    const child = spawnApart(MAIN, { memoryBytes, fileBytes: 2 * mostUnfoldedBytes });
    this.#child = child;
    this.#ready = new Promise((resolve) => {
      child.once('message', () => resolve());
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = null;
      this.deaths++;
    });
    return child;
  }
}

function died(code: InspectionCode, how: string, limits: SandboxLimits): Inspection {
  const expected = {
    'sandbox-memory': `at most ${Math.round(limits.memoryBytes / MIB)} MiB`,
    'sandbox-time': `at most ${limits.withinMs} ms`,
  }[code as string];
  const got = how.slice(-1000);
  const finding = { code, severity: 'refusal' as const, what: 'the inspection', got };
  return { ...UNREAD, findings: [{ ...finding, expected: expected ?? 'to come to an end' }] };
}
