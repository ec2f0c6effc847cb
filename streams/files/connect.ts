import { fileURLToPath } from 'node:url';
import { nowMs } from '../clock.ts';
import { describeUnit } from '../nal-units/describe.ts';
import { ParameterSets } from '../nal-units/parameter-sets.ts';
import type { StreamOptions } from '../stream.ts';
import type { Connect, Connection, Progress } from '../watch.ts';
import { playableFile } from './playable.ts';
import { type FileUnit, UnitReader } from './unit-reader.ts';

/** Opens `file://`: the file is played in real time and begun anew at its end, for as long as it is open. */
export function connectFile(url: string, options: StreamOptions): Connect {
  return (progress) => new FilePlayer(url, options, progress);
}

/** A camera's state is read by many who need not know where its file lies; a path may hold spaces. */
function withoutPath(message: string, url: string): string {
  const encoded = url.slice('file://'.length);
  const named = message.replaceAll(encoded, 'the file');
  try {
    return named.replaceAll(decodeURIComponent(encoded), 'the file');
  } catch {
    return named;
  }
}

/** A player that fell this far behind (the machine slept) goes on from now instead of hurrying after. */
const GIVE_UP_LATE_MS = 2000;
const TICKS_PER_MS = 90;
const TICKS_WRAP = 2 ** 32;

class FilePlayer implements Connection {
  readonly #progress: Progress;
  #reader: UnitReader | null = null;
  #sets = new ParameterSets('h264');
  #timer: NodeJS.Timeout | null = null;
  #startedAtMs = 0;
  #pending: FileUnit | null = null;
  #lastDecodeAtMs = 0;
  /** From a unit that was not wanted to the next key. */
  #broken = false;
  #closed = false;

  constructor(url: string, options: StreamOptions, progress: Progress) {
    this.#progress = progress;
    this.#open(url, options.cacheDir).catch((error: Error) =>
      progress.ended('file-unreadable', withoutPath(error.message, url)),
    );
  }

  close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#reader?.close();
    this.#reader = null;
    return Promise.resolve();
  }

  async #open(url: string, cacheDir: string | undefined): Promise<void> {
    const file = await playableFile(fileURLToPath(url), cacheDir, () => this.#progress.working());
    if (this.#closed) return;
    this.#reader = new UnitReader(file);
    this.#sets = new ParameterSets(this.#reader.codec);
    this.#startedAtMs = nowMs();
    this.#play();
  }

  #play(): void {
    const reader = this.#reader;
    if (reader === null) return;
    for (;;) {
      this.#pending ??= reader.next() ?? this.#again(reader);
      if (this.#pending === null) {
        this.#progress.ended('file-unreadable', 'the file holds no picture');
        return;
      }
      const dueInMs = this.#startedAtMs + this.#pending.decodeAtMs - nowMs();
      if (dueInMs > 0) {
        this.#timer = setTimeout(() => this.#play(), dueInMs);
        return;
      }
      if (dueInMs < -GIVE_UP_LATE_MS) this.#startedAtMs -= dueInMs;
      this.#emit(reader, this.#pending);
      this.#pending = null;
      if (this.#closed) return;
    }
  }

  #again(reader: UnitReader): FileUnit | null {
    this.#startedAtMs += this.#lastDecodeAtMs + reader.frameMs;
    this.#lastDecodeAtMs = 0;
    reader.rewind();
    return reader.next();
  }

  #emit(reader: UnitReader, { data, decodeAtMs, showAtMs }: FileUnit): void {
    this.#lastDecodeAtMs = decodeAtMs;
    this.#progress.counters.bytes += data.length;
    const unit = describeUnit(reader.codec, data, this.#sets, nowMs());
    if (unit === null) return;
    unit.shownAtTicks = Math.round((this.#startedAtMs + showAtMs) * TICKS_PER_MS) % TICKS_WRAP;
    if (unit.key) this.#broken = false;
    else if (this.#progress.keyUnitsOnly) {
      this.#broken = true;
      this.#progress.skippedUnit();
      return;
    }
    this.#progress.unit(this.#broken ? { ...unit, whole: false } : unit);
  }
}
