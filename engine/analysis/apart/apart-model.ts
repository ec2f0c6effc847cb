import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ExecutionProvider } from '#config/execution-provider.ts';
import type { Detector } from '#models/detector.ts';
import { keepStderr, spawnApart } from '../../algorithms/spawn-apart.ts';
import { ApartDetector } from './apart-detector.ts';
import { FromApart, type ToApart } from './messages.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const LIMITS = { memoryBytes: 3 * 2 ** 30, fileBytes: 2 ** 26 };
/** Who does not open or answer in this time hangs in native code. */
const OPENS_WITHIN_MS = 60_000;
const ANSWERS_WITHIN_MS = 2000;
/** The frame loop waits no longer; then another version looks, until this one has answered. */
const PATIENCE_MS = 600;
const LOOKED_AFTER_EVERY_MS = 250;
/** It is started again at once, then with growing pauses while it dies soon after its start. */
const SHORT_LIFE_MS = 10_000;
const LONGEST_PAUSE_MS = 30_000;

interface ApartOptions {
  folder: string;
  executionProvider?: ExecutionProvider | undefined;
  /** It gives way to others. */
  isAside?: boolean;
  longestPauseMs?: number;
}

/** How a process of a model ended, with the end of what it wrote. */
export interface ModelDeath {
  how: string;
  log: string;
}

/**
 * A version of a model in a process of its own: whatever it does there, only its own detections are lost. It is started
 * again whenever it ends, until it is closed.
 */
export class ApartModel {
  deaths = 0;
  looks = 0;
  lookMs = 0;
  readonly #o: ApartOptions;
  readonly #onDeath: (death: ModelDeath) => void;
  #child: ChildProcess | null = null;
  #detector: ApartDetector | null = null;
  #startedAtMs = 0;
  #oldestAskedAtMs: number | null = null;
  #shortLives = 0;
  #killedFor: string | null = null;
  #pause: NodeJS.Timeout | null = null;
  readonly #watch: NodeJS.Timeout;
  #lookedAfterAtMs = performance.now();
  #closed = false;

  constructor(options: ApartOptions, onDeath: (death: ModelDeath) => void) {
    this.#o = options;
    this.#onDeath = onDeath;
    this.#watch = setInterval(() => this.#lookAfter(), LOOKED_AFTER_EVERY_MS);
    this.#start();
  }

  /** null: it is not open, down for a moment, or late. */
  get detector(): Detector | null {
    return this.#detector?.isLate ? null : this.#detector;
  }

  /** More are under way than it can soon answer. */
  get isBehind(): boolean {
    return this.#detector?.isBehind === true;
  }

  get rssBytes(): number {
    return this.#detector?.rssBytes ?? 0;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    if (this.#pause) clearTimeout(this.#pause);
    const detector = this.#detector;
    this.#detector = null;
    await detector?.close();
    const child = this.#child;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await gone;
  }

  #start(): void {
    this.#startedAtMs = performance.now();
    this.#killedFor = null;
    const { folder, executionProvider, isAside = false } = this.#o;
    const { PRIORITY_NORMAL, PRIORITY_BELOW_NORMAL } = constants.priority;
    const child = spawnApart(MAIN, { ...LIMITS, priority: isAside ? PRIORITY_BELOW_NORMAL : PRIORITY_NORMAL });
    this.#child = child;
    const said = keepStderr(child);
    child.on('message', (raw) => this.#hear(child, raw));
    // After the last of its output was read.
    child.once('close', (code, signal) => this.#ended(signal ?? `exit code ${code}`, said.text()));
    child.once('error', (error) => {
      if (child.pid === undefined) this.#ended(error.message, '');
    });
    this.#tell(child, { kind: 'open', folder, ...(executionProvider && { executionProvider }) });
  }

  #tell(child: ChildProcess, message: ToApart): void {
    if (message.kind === 'look') this.#oldestAskedAtMs ??= performance.now();
    if (child.connected) child.send(message, () => undefined);
  }

  #hear(child: ChildProcess, raw: unknown): void {
    const message = FromApart.safeParse(raw);
    if (!message.success) {
      this.#kill('an answer that cannot be read');
      return;
    }
    if (message.data.kind === 'opened') {
      this.#detector = new ApartDetector(message.data, this, this.#o.isAside ? null : PATIENCE_MS, (sent) =>
        this.#tell(child, sent),
      );
      return;
    }
    const detector = this.#detector;
    if (detector && !detector.take(message.data)) this.#kill('a class that is none');
    this.#oldestAskedAtMs = detector && detector.waiting > 0 ? performance.now() : null;
  }

  #lookAfter(): void {
    const nowMs = performance.now();
    const lateMs = nowMs - this.#lookedAfterAtMs - LOOKED_AFTER_EVERY_MS;
    this.#lookedAfterAtMs = nowMs;
    if (!this.#child) return;
    // This process stood still itself: what came meanwhile is read first, and nobody is blamed for that time.
    if (lateMs > LOOKED_AFTER_EVERY_MS) {
      this.#startedAtMs += lateMs;
      if (this.#oldestAskedAtMs !== null) this.#oldestAskedAtMs += lateMs;
      return;
    }
    if (!this.#detector && nowMs - this.#startedAtMs > OPENS_WITHIN_MS) this.#kill('it did not open in time');
    const asked = this.#oldestAskedAtMs;
    if (asked !== null && nowMs - asked > ANSWERS_WITHIN_MS) this.#kill(`no answer in ${ANSWERS_WITHIN_MS} ms`);
  }

  #kill(why: string): void {
    this.#killedFor ??= why;
    this.#child?.kill('SIGKILL');
  }

  #ended(signal: string, log: string): void {
    const how = this.#killedFor ? `${this.#killedFor} (${signal})` : signal;
    this.#child = null;
    this.#oldestAskedAtMs = null;
    this.#detector?.end(new Error(`the process of the model ended: ${how}`));
    this.#detector = null;
    if (this.#closed) return;
    this.deaths++;
    const livedMs = performance.now() - this.#startedAtMs;
    this.#shortLives = livedMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
    const pauseMs =
      this.#shortLives < 2 ? 0 : Math.min(this.#o.longestPauseMs ?? LONGEST_PAUSE_MS, 250 * 2 ** this.#shortLives);
    this.#onDeath({ how, log });
    if (!this.#closed) this.#pause = setTimeout(() => this.#start(), pauseMs);
  }
}
