import type { VideoCodec } from '../access-unit.ts';
import { NAL_SYNTAX } from '../nal-units/nal-unit.ts';

/** More than any picture has; a stream without delimiters must not fill the memory. */
const UNIT_LIMIT_BYTES = 32 * 1024 * 1024;

/**
 * Parts an Annex B byte stream at its access unit delimiters. Chunks may end anywhere; a unit is complete when the
 * next one's delimiter has come.
 */
export class UnitSplitter {
  readonly #delimiter: Buffer;
  readonly #onUnit: (unit: Buffer) => void;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #started = false;

  constructor(codec: VideoCodec, onUnit: (unit: Buffer) => void) {
    this.#delimiter = NAL_SYNTAX[codec].delimiter;
    this.#onUnit = onUnit;
  }

  /** @throws RangeError when a unit grows beyond any picture's size */
  push(chunk: Buffer): void {
    const delimiter = this.#delimiter;
    const last = this.#pieces.at(-1);
    let data = chunk;
    if (last !== undefined && endsInsideDelimiter(last, delimiter)) {
      this.#pieces.pop();
      this.#bytes -= last.length;
      data = Buffer.concat([last, chunk]);
    }
    let from = 0;
    for (let at = data.indexOf(delimiter); at >= 0; at = data.indexOf(delimiter, at + delimiter.length)) {
      // The fourth zero of a start code belongs to it; it may be the last byte of an earlier piece, where it is harmless.
      const cut = at > from && data[at - 1] === 0 ? at - 1 : at;
      if (cut > from) this.#add(data.subarray(from, cut));
      this.#emit();
      this.#started = true;
      from = cut;
    }
    if (from < data.length) this.#add(data.subarray(from));
  }

  #add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > UNIT_LIMIT_BYTES)
      throw new RangeError(
        `got ${this.#bytes} bytes without a delimiter, expected a picture of at most ${UNIT_LIMIT_BYTES}`,
      );
  }

  #emit(): void {
    const pieces = this.#pieces;
    if (this.#started && pieces.length > 0) this.#onUnit(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
    this.#pieces = [];
    this.#bytes = 0;
  }
}

/** Whether the end may be a delimiter's begin. Such an end is carried over to the next chunk. */
function endsInsideDelimiter(piece: Buffer, delimiter: Buffer): boolean {
  for (let length = 1; length < delimiter.length; length++) {
    if (piece.length >= length && piece.subarray(-length).equals(delimiter.subarray(0, length))) return true;
  }
  return false;
}
