import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessUnit } from '#streams/access-unit.ts';
import type { Gap, KeptUnit } from './cut.ts';

/** A file is begun with the first key after so long: what is too old goes file by file. */
const FILE_MS = 8_000;
/** Pictures are written together: this often, or when they are so many. */
const WRITE_EVERY_MS = 1_000;
const WRITE_BYTES = 1024 * 1024;
/** A disk that is so far behind is given no more. */
const MOST_UNWRITTEN_BYTES = 8 * 1024 * 1024;

interface Part {
  path: string;
  handle: FileHandle | null;
  units: KeptUnit[];
  bytes: number;
}

/**
 * The newest coded pictures of one camera, on disk. Each is written once, from the buffer that it came in, and together with
 * its neighbours; what is known of it stays in memory. A key comes first, and what follows it follows without a gap.
 */
export class Ring {
  /** Why pictures could not be written; null: they could. */
  failure: Error | null = null;
  readonly #folder: string;
  readonly #name: string;
  readonly #onBytes: (change: number) => void;
  #parts: Part[] = [];
  #count = 0;
  #unwritten: Buffer[] = [];
  #unwrittenBytes = 0;
  #waitingBytes = 0;
  #lastWriteAtMs = 0;
  #writing: Promise<void> = Promise.resolve();
  #goesOn = false;
  #everyFrame = false;
  #brokenSinceMs: number | null = null;
  #gaps: Gap[] = [];

  /** @param onBytes told how many bytes more, or less, it holds */
  constructor(folder: string, name: string, onBytes: (change: number) => void) {
    this.#folder = folder;
    this.#name = name;
    this.#onBytes = onBytes;
  }

  get units(): KeptUnit[] {
    return this.#parts.flatMap((part) => part.units);
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** Of the oldest picture; null: there is none. */
  get oldestAtMs(): number | null {
    return this.#parts[0]?.units[0]?.capturedAtMs ?? null;
  }

  /** Takes the next picture of the stream. @param everyFrame false: keys alone are wanted */
  push(unit: AccessUnit, everyFrame: boolean): void {
    if (unit.key && unit.whole) this.#goesOn = this.#keep(unit, this.#goesOn && this.#everyFrame);
    else if (unit.key) this.#break();
    else if (!everyFrame) this.#goesOn = this.#everyFrame = false;
    else if (this.#goesOn && unit.whole) {
      if (!this.#everyFrame) this.#parts.at(-1)!.units.at(-1)!.everyFrame = true;
      this.#everyFrame = this.#goesOn = this.#keep(unit, true);
    } else if (this.#everyFrame) this.#break();
    else this.#goesOn = false;
  }

  /** The stream is gone. */
  interrupt(): void {
    if (this.#parts.length > 0) this.#break();
  }

  /** Lets go of the files whose pictures are all older. */
  dropBefore(ms: number): void {
    while (this.#parts.length > 1 && this.#parts[1]!.units[0]!.capturedAtMs < ms) this.dropOldest();
    this.#gaps = this.#gaps.filter((gap) => gap.toMs >= ms);
  }

  /** Lets go of the oldest file. @returns its bytes */
  dropOldest(): number {
    const part = this.#parts.shift();
    if (!part) return 0;
    if (this.#parts.length === 0) this.#goesOn = this.#everyFrame = false;
    this.#onBytes(-part.bytes);
    this.#flush();
    this.#then(async () => {
      await part.handle?.close();
      await rm(part.path, { force: true });
    });
    return part.bytes;
  }

  /** Lets go of all. */
  async clear(): Promise<void> {
    while (this.#parts.length > 0) this.dropOldest();
    this.#gaps = [];
    this.#brokenSinceMs = null;
    await this.#writing;
  }

  /** Copies the bytes of the pictures from one place to another, both of `units` at this moment, into a file of its own. */
  async copy(first: number, last: number, target: string): Promise<void> {
    this.#flush();
    const ranges: { part: Part; from: number; bytes: number }[] = [];
    let place = 0;
    for (const part of this.#parts) {
      let at = 0;
      const range = { part, from: -1, bytes: 0 };
      for (const unit of part.units) {
        if (place >= first && place <= last) {
          if (range.from < 0) range.from = at;
          range.bytes += unit.bytes;
        }
        at += unit.bytes;
        place++;
      }
      if (range.bytes > 0) ranges.push(range);
    }
    let failure: unknown = null;
    await this.#then(async () => {
      try {
        await copyRanges(ranges, target);
      } catch (error) {
        failure = error;
      }
    });
    if (failure ?? this.failure) throw failure ?? this.failure;
  }

  #keep(unit: AccessUnit, everyFrame: boolean): boolean {
    const { bytes, key, capturedAtMs, codec, parameterSets } = unit;
    if (this.#waitingBytes + this.#unwrittenBytes > MOST_UNWRITTEN_BYTES) {
      this.#break();
      return false;
    }
    if (this.#brokenSinceMs !== null) {
      this.#gaps.push({ fromMs: this.#brokenSinceMs, toMs: capturedAtMs });
      this.#brokenSinceMs = null;
    }
    let part = this.#parts.at(-1);
    if (!part || (key && capturedAtMs - part.units[0]!.capturedAtMs >= FILE_MS)) {
      this.#flush();
      part = { path: join(this.#folder, `${this.#name}-${this.#count++}`), handle: null, units: [], bytes: 0 };
      this.#parts.push(part);
    }
    const { shownAtTicks = null } = unit;
    part.units.push({ bytes, key, capturedAtMs, shownAtTicks, codec, parameterSets, everyFrame });
    part.bytes += bytes;
    for (const buffer of unit.parts) this.#unwritten.push(buffer);
    this.#unwrittenBytes += bytes;
    if (this.#unwrittenBytes >= WRITE_BYTES || capturedAtMs - this.#lastWriteAtMs >= WRITE_EVERY_MS) {
      this.#lastWriteAtMs = capturedAtMs;
      this.#flush();
    }
    // Where all are too much, this may let go of the very file.
    this.#onBytes(bytes);
    return this.#parts.length > 0;
  }

  #break(): void {
    this.#goesOn = this.#everyFrame = false;
    this.#brokenSinceMs ??= this.#parts.at(-1)?.units.at(-1)?.capturedAtMs ?? null;
  }

  /** What was not written yet belongs to the newest file. */
  #flush(): void {
    const buffers = this.#unwritten;
    const part = this.#parts.at(-1);
    if (buffers.length === 0) return;
    const bytes = this.#unwrittenBytes;
    this.#unwritten = [];
    this.#unwrittenBytes = 0;
    if (!part) return;
    this.#waitingBytes += bytes;
    this.#then(async () => {
      try {
        part.handle ??= await open(part.path, 'w+');
        const { bytesWritten } = await part.handle.writev(buffers);
        if (bytesWritten < bytes) throw new Error(`got ${bytesWritten} of ${bytes} bytes written, expected all`);
      } finally {
        this.#waitingBytes -= bytes;
      }
    });
  }

  #then(act: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(act).catch((error) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
    });
    return this.#writing;
  }
}

async function copyRanges(
  ranges: readonly { part: Part; from: number; bytes: number }[],
  target: string,
): Promise<void> {
  const out = await open(target, 'w');
  try {
    for (const { part, from, bytes } of ranges) {
      const chunk = Buffer.allocUnsafe(Math.min(bytes, WRITE_BYTES));
      for (let done = 0; done < bytes; ) {
        const wanted = Math.min(chunk.length, bytes - done);
        const { bytesRead } = await part.handle!.read(chunk, 0, wanted, from + done);
        if (bytesRead === 0) throw new Error(`got the end of ${part.path}, expected ${bytes - done} bytes more`);
        await out.write(chunk, 0, bytesRead);
        done += bytesRead;
      }
    }
  } finally {
    await out.close();
  }
}
