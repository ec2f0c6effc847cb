import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** An id is written with blanks to this length, so that it covers whatever was there. */
export const MARK_BYTES = 64;
const NOBODY = Buffer.alloc(MARK_BYTES, ' ');

/**
 * Which version is being asked just now, in a file that outlives the process: two writes of 64 bytes a picture, some
 * microseconds. Without a file nothing is noted.
 */
export class InferenceMark {
  readonly #fd: number | null;

  constructor(file: string | undefined) {
    if (file === undefined) this.#fd = null;
    else {
      mkdirSync(dirname(file), { recursive: true });
      this.#fd = openSync(file, 'w');
      this.leave();
    }
  }

  /** @param mark made by {@link markOf} */
  enter(mark: Buffer): void {
    if (this.#fd !== null) writeSync(this.#fd, mark, 0, MARK_BYTES, 0);
  }

  leave(): void {
    if (this.#fd !== null) writeSync(this.#fd, NOBODY, 0, MARK_BYTES, 0);
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
  }
}

export function markOf(versionId: string): Buffer {
  return Buffer.from(versionId.padEnd(MARK_BYTES).slice(0, MARK_BYTES), 'latin1');
}
