import { AV_PIX_FMT_GRAY8, AV_PIX_FMT_RGB24, type AVPixelFormat } from 'node-av/constants';
import type { Frame as Picture } from 'node-av/lib';
import type { PicturePart } from './crops.ts';
import type { Scalers } from './scalers.ts';

/** A picture, or a part of one, to be written at any size. */
export interface Viewed {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Writes the picture's brightness, stretched to width × height, one byte a pixel, packed. */
  writeGray(out: Buffer, widthPx: number, heightPx: number): void;
  /** Writes the picture stretched to width × height as RGB24, packed, or at an offset with a row stride (letterboxes). */
  writeRgb(out: Buffer, widthPx: number, heightPx: number, target?: WriteTarget): void;
}

/** A decoded picture, borrowed until the next decode of the same decoder: take from it what is needed at once. */
export interface Frame extends Viewed {
  /** The arrival of the access unit that it was decoded from, epoch milliseconds of the monotonic clock. */
  readonly capturedAtMs: number;
  /** A part of the picture, borrowed as long as the picture; no pixel is copied. @throws RangeError when it is none */
  crop(part: PicturePart): Viewed;
  /** A copy of the whole picture as RGB24, packed, that outlives the loan: for encoding a JPEG. */
  copyRgb(): Buffer;
}

interface WriteTarget {
  offsetBytes: number;
  strideBytes: number;
}

/** The one frame that a decoder lends out again and again. */
export class DecodedFrame implements Frame {
  widthPx = 0;
  heightPx = 0;
  capturedAtMs = 0;
  readonly #picture: Picture;
  readonly #scalers: Scalers;

  constructor(picture: Picture, scalers: Scalers) {
    this.#picture = picture;
    this.#scalers = scalers;
  }

  /** Takes up the picture that was just decoded. */
  lend(capturedAtMs: number): this {
    this.widthPx = this.#picture.width;
    this.heightPx = this.#picture.height;
    this.capturedAtMs = capturedAtMs;
    return this;
  }

  writeGray(out: Buffer, widthPx: number, heightPx: number): void {
    this.#writeGray(null, out, widthPx, heightPx);
  }

  writeRgb(out: Buffer, widthPx: number, heightPx: number, target?: WriteTarget): void {
    this.#writeRgb(null, out, widthPx, heightPx, target);
  }

  crop(part: PicturePart): Viewed {
    return {
      widthPx: part.widthPx,
      heightPx: part.heightPx,
      writeGray: (out, widthPx, heightPx) => this.#writeGray(part, out, widthPx, heightPx),
      writeRgb: (out, widthPx, heightPx, target) => this.#writeRgb(part, out, widthPx, heightPx, target),
    };
  }

  copyRgb(): Buffer {
    const out = Buffer.allocUnsafe(this.widthPx * this.heightPx * 3);
    this.writeRgb(out, this.widthPx, this.heightPx);
    return out;
  }

  #writeGray(part: PicturePart | null, out: Buffer, widthPx: number, heightPx: number): void {
    this.#write(part, out, widthPx, heightPx, AV_PIX_FMT_GRAY8, 0, widthPx, widthPx);
  }

  #writeRgb(part: PicturePart | null, out: Buffer, widthPx: number, heightPx: number, target?: WriteTarget): void {
    const rowBytes = widthPx * 3;
    const { offsetBytes = 0, strideBytes = rowBytes } = target ?? {};
    this.#write(part, out, widthPx, heightPx, AV_PIX_FMT_RGB24, offsetBytes, strideBytes, rowBytes);
  }

  #write(
    part: PicturePart | null,
    out: Buffer,
    widthPx: number,
    heightPx: number,
    format: AVPixelFormat,
    offsetBytes: number,
    strideBytes: number,
    rowBytes: number,
  ): void {
    const neededBytes = offsetBytes + strideBytes * (heightPx - 1) + rowBytes;
    if (strideBytes < rowBytes || out.length < neededBytes)
      throw new RangeError(
        `got a buffer of ${out.length} bytes with rows of ${strideBytes}, expected at least ${neededBytes} bytes with rows of ${rowBytes}`,
      );
    if (this.#picture.width === 0)
      throw new Error('got a frame that was given back, expected one of the latest decode');
    const scaled = this.#scalers.scale(this.#picture, widthPx, heightPx, format, part);
    if (scaled.strideBytes === rowBytes && strideBytes === rowBytes) {
      scaled.bytes.copy(out, offsetBytes, 0, rowBytes * heightPx);
      return;
    }
    for (let row = 0; row < heightPx; row++) {
      const from = row * scaled.strideBytes;
      scaled.bytes.copy(out, offsetBytes + row * strideBytes, from, from + rowBytes);
    }
  }
}
