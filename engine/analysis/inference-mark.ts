import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** An id is written with blanks to this length, so that it covers whatever was there. */
export const MARK_BYTES = 64;
const NOBODY = Buffer.alloc(MARK_BYTES, ' ');

/**
 * Which version is being asked just now, in a file that outlives the process: two writes of 64 bytes a picture, some
 * microseconds. Without a file nothing is noted, and where it cannot be written that is told once and nothing more is noted:
 * analysis goes on.
 */
export class InferenceMark {
  readonly #onTrouble: (error: unknown) => void;
  #fd: number | null = null;

  constructor(file: string | undefined, onTrouble: (error: unknown) => void) {
    this.#onTrouble = onTrouble;
    if (file === undefined) return;
    try {
      mkdirSync(dirname(file), { recursive: true });
      this.#fd = openSync(file, 'w');
    } catch (error) {
      onTrouble(error);
    }
    this.leave();
  }

  /** @param mark made by {@link markOf} */
  enter(mark: Buffer): void {
    this.#write(mark);
  }

  leave(): void {
    this.#write(NOBODY);
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #write(bytes: Buffer): void {
    if (this.#fd === null) return;
    try {
      writeSync(this.#fd, bytes, 0, MARK_BYTES, 0);
    } catch (error) {
      this.#giveUp(this.#fd);
      this.#onTrouble(error);
    }
  }

  /** What stands in the file is not true any more: it is emptied, if that can be done. */
  #giveUp(fd: number): void {
    this.#fd = null;
    try {
      ftruncateSync(fd);
      closeSync(fd);
    } catch {
      // As unwritable as before.
    }
  }
}

export function markOf(versionId: string): Buffer {
  return Buffer.from(versionId.padEnd(MARK_BYTES).slice(0, MARK_BYTES), 'latin1');
}
