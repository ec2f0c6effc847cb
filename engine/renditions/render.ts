import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readVideoUnit, VIDEO_HEADER_BYTES, type VideoUnit, writeVideoHeader } from '../contract/video-unit.ts';
import { FromRendition, type ToRendition } from './messages.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
/** With more units than this before it the process is too slow: it goes on at the next key that finds it free. */
const MOST_WAITING = 40;

export interface RenditionListener {
  /** @param message the picture as the page gets it, header and all */
  onUnit(message: Uint8Array, unit: VideoUnit): void;
  /** The process is gone, and not by `close`. */
  onEnd(how: string): void;
}

export interface RenditionOrder {
  channel: number;
  mostWidthPx: number;
  mostHeightPx: number;
}

/** One camera in H.264, as its parent sees it: a process of its own, so that decoder and encoder take nobody along. */
export class RenditionProcess {
  readonly #child: ChildProcess;
  readonly #listener: RenditionListener;
  readonly #channel: number;
  #waiting = 0;
  #awaitsKey = true;
  #closed = false;

  constructor(order: RenditionOrder, listener: RenditionListener) {
    this.#listener = listener;
    this.#channel = order.channel;
    const child = fork(MAIN, [], {
      execArgv: ['--import', TSX],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (raw) => {
      this.#waiting--;
      for (const message of FromRendition.parse(raw).messages) {
        const unit = readVideoUnit(message);
        if (unit && !this.#closed) this.#listener.onUnit(message, unit);
      }
    });
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      if (!this.#closed) this.#listener.onEnd(signal ?? `exit code ${code}`);
      this.#closed = true;
    });
    this.#tell({ kind: 'start', ...order });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Takes the camera's next picture as it came from its shard. */
  push(message: Uint8Array, { key, whole, capturedAtMs }: VideoUnit): void {
    if (this.#awaitsKey && !(key && whole)) return;
    if (this.#waiting > MOST_WAITING) {
      if (!this.#awaitsKey) this.#breakOff(capturedAtMs);
      return;
    }
    this.#awaitsKey = !whole;
    this.#waiting++;
    this.#tell({ kind: 'unit', message });
  }

  close(): void {
    this.#closed = true;
    this.#child.kill('SIGKILL');
  }

  /** Viewers are told that nothing comes before the next key. */
  #breakOff(capturedAtMs: number): void {
    this.#awaitsKey = true;
    const message = new Uint8Array(VIDEO_HEADER_BYTES);
    writeVideoHeader(message, { channel: this.#channel, key: false, whole: false, codec: 'h264', capturedAtMs });
    this.#listener.onUnit(message, readVideoUnit(message)!);
  }

  #tell(message: ToRendition): void {
    if (this.#child.connected) this.#child.send(message);
  }
}
