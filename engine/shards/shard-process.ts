import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ExecutionProvider } from '#config/execution-provider.ts';
import { keepStderr } from '../algorithms/spawn-apart.ts';
import { MARK_BYTES } from '../analysis/inference-mark.ts';
import {
  type BarredVersion,
  FromShard,
  type ModelFigures,
  type ModelInPlay,
  type ShardSettings,
  type ToShard,
  type ViewedCamera,
  type WatchedCameraConfig,
} from '../analysis/messages.ts';
import type { Health } from '../contract/health.ts';

const SHARD_MAIN = fileURLToPath(new URL('../analysis/main.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
/**
 * How Node runs a shard; the benches start theirs in the same way. The memory reducer takes a calm shard for an idle one and
 * collects its whole heap again and again: some 5 % of its CPU time for 30 MiB. And the buffers of pictures have V8 look through a
 * heap of 23 MiB once a second or two, though they are not in it: until it has grown fourfold there is nothing to be had; of
 * still scenes that is another 5 %, for 25 MiB. What is young is little: in 2 MiB it is looked through more often, in no more time.
 */
export const SHARD_FLAGS: readonly string[] = [
  '--no-memory-reducer',
  '--heap-growing-percent=300',
  '--max-semi-space-size=2',
];
/**
 * One heap for all threads of a shard: keys are taken by one and freed by another, and heaps of their own fall into pieces. With
 * the young 2 MiB above, 64 cameras are 90 MiB less. (The C library of Linux; others pass it over.)
 */
export const SHARD_ENV: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
/** A shard that says nothing for this long hangs in native code. */
const SILENT_AFTER_MS = 15_000;
const STOP_WITHIN_MS = 3000;
/** A shard that dies sooner than this after its start is started again with growing pauses. */
const SHORT_LIFE_MS = 10_000;
const LONGEST_PAUSE_MS = 30_000;

export interface ShardListener {
  onMessage(shard: ShardProcess, message: FromShard): void;
  /** It said what cannot be read: said once in its life, and passed over. */
  onUnreadable(shard: ShardProcess, problem: string): void;
  /** It is started again after this. */
  onExit(shard: ShardProcess, death: ShardDeath): void;
}

export interface ShardDeath {
  how: string;
  /** The version that it was asking as it died; null: none. */
  asking: string | null;
  /** The end of what it wrote. */
  log: string;
}

/**
 * One shard as its parent sees it: a child process that is started again whenever it ends, with the cameras it had.
 * A native crash in decoder or inference takes the child and nobody else.
 */
export class ShardProcess {
  settings: ShardSettings;
  readonly cameras = new Map<string, WatchedCameraConfig>();
  /** Those that somebody looks at, by id; they need not be among the cameras. */
  readonly viewed = new Map<string, ViewedCamera>();
  state: 'starting' | 'running' | 'down' = 'starting';
  restarts = 0;
  startedAtMs = 0;
  /** Where its model runs; null until it says so. */
  provider: ExecutionProvider | null = null;
  /** The second models of its rules; none until it has opened them. */
  verifiers: Health['shards'][number]['verifiers'] = [];
  cpuMs = 0;
  rssBytes = 0;
  models: ModelFigures[] = [];
  /** What it keeps for clips. */
  spool: Extract<FromShard, { kind: 'figures' }>['spool'];

  #listener: ShardListener;
  #child: ChildProcess | null = null;
  #heardAtMs = 0;
  #shortLives = 0;
  #pause: NodeJS.Timeout | null = null;
  #silence: NodeJS.Timeout;
  #closed = false;

  constructor(settings: ShardSettings, listener: ShardListener) {
    this.settings = settings;
    this.#listener = listener;
    this.#silence = setInterval(() => {
      if (this.#child && performance.now() - this.#heardAtMs > SILENT_AFTER_MS) this.#child.kill('SIGKILL');
    }, 1000);
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  watch(cameras: WatchedCameraConfig[]): void {
    for (const camera of cameras) this.cameras.set(camera.id, camera);
    this.tell({ kind: 'watch', cameras });
  }

  unwatch(cameraIds: string[]): void {
    for (const id of cameraIds) this.cameras.delete(id);
    this.tell({ kind: 'unwatch', cameraIds });
  }

  /** These versions are in play from now on, and those barred, also after it is started again. */
  play(models: ModelInPlay[], barred: BarredVersion[]): void {
    this.settings = { ...this.settings, models, barred };
    this.tell({ kind: 'models', models, barred });
  }

  view(camera: ViewedCamera): void {
    this.viewed.set(camera.cameraId, camera);
    this.tell({ kind: 'view', cameras: [camera] });
  }

  unview(cameraId: string): void {
    this.viewed.delete(cameraId);
    this.tell({ kind: 'unview', cameraIds: [cameraId] });
  }

  /** False when the shard is not there to hear it. */
  tell(message: ToShard): boolean {
    return this.#child?.connected ? this.#child.send(message) : false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#silence);
    if (this.#pause) clearTimeout(this.#pause);
    const child = this.#child;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.tell({ kind: 'stop' });
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(impatience);
  }

  #start(): void {
    this.state = 'starting';
    this.startedAtMs = this.#heardAtMs = performance.now();
    const child = fork(SHARD_MAIN, [], {
      execArgv: ['--import', TSX, ...SHARD_FLAGS],
      env: { ...process.env, ...SHARD_ENV },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    this.#child = child;
    const said = keepStderr(child);
    child.stderr?.pipe(process.stderr, { end: false });
    let saidUnreadable = false;
    child.on('message', (raw) => {
      this.#heardAtMs = performance.now();
      const heard = FromShard.safeParse(raw);
      if (!heard.success) {
        if (!saidUnreadable) this.#listener.onUnreadable(this, heard.error.message.slice(0, 500));
        saidUnreadable = true;
        return;
      }
      const message = heard.data;
      if (message.kind === 'running') {
        this.state = 'running';
        this.provider = message.provider;
        this.verifiers = message.verifiers;
      }
      if (message.kind === 'figures') {
        this.cpuMs = message.cpuMs;
        this.rssBytes = message.rssBytes;
        this.models = message.models;
        this.spool = message.spool;
      }
      this.#listener.onMessage(this, message);
    });
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => this.#ended(signal ?? `exit code ${code}`, said.text()));
    this.tell({ kind: 'start', settings: this.settings });
    if (this.cameras.size > 0) this.tell({ kind: 'watch', cameras: [...this.cameras.values()] });
    if (this.viewed.size > 0) this.tell({ kind: 'view', cameras: [...this.viewed.values()] });
  }

  #ended(how: string, log: string): void {
    this.#child = null;
    this.state = 'down';
    if (this.#closed) return;
    this.restarts++;
    const livedMs = performance.now() - this.startedAtMs;
    this.#shortLives = livedMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
    const pauseMs = this.#shortLives < 2 ? 0 : Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.#shortLives);
    this.models = [];
    this.#listener.onExit(this, { how, asking: askedLast(this.settings.markFile), log });
    this.#pause = setTimeout(() => this.#start(), pauseMs);
  }
}

/** The version whose name stands in the mark: it was being asked. The mark is removed, so that it is named but once. */
function askedLast(markFile: string | undefined): string | null {
  if (markFile === undefined) return null;
  try {
    const asked = readFileSync(markFile, 'latin1').slice(0, MARK_BYTES).trim();
    rmSync(markFile, { force: true });
    return asked || null;
  } catch {
    return null;
  }
}
