/**
 * A coded picture on the video socket: 16 bytes, big endian, then the picture in Annex B, a key with its parameter sets
 * before it (so a decoder needs no description).
 *
 * | byte | what |
 * |---|---|
 * | 0 | 1, the version of this layout |
 * | 1 | bit 0: key, decodable without an earlier picture; bit 1: whole, and so is all that it refers to. One that is not whole brings no picture: nothing can be shown before the next key |
 * | 2 | 1: H.264, 2: H.265 |
 * | 3 | 0 |
 * | 4–7 | channel, as told by `opened`; unsigned |
 * | 8–15 | capturedAtMs, epoch milliseconds of the server's clock; float64 |
 */
export interface VideoUnit {
  channel: number;
  key: boolean;
  whole: boolean;
  codec: 'h264' | 'h265';
  capturedAtMs: number;
  /** Annex B; empty when it is not whole. */
  data: Uint8Array;
}

export const VIDEO_HEADER_BYTES = 16;
const VERSION = 1;
const KEY = 1;
const WHOLE = 2;

/** Writes the header into the first bytes of `into`. */
export function writeVideoHeader(into: Uint8Array, unit: Omit<VideoUnit, 'data'>): void {
  const view = new DataView(into.buffer, into.byteOffset, VIDEO_HEADER_BYTES);
  view.setUint8(0, VERSION);
  view.setUint8(1, (unit.key ? KEY : 0) | (unit.whole ? WHOLE : 0));
  view.setUint8(2, unit.codec === 'h264' ? 1 : 2);
  view.setUint8(3, 0);
  view.setUint32(4, unit.channel);
  view.setFloat64(8, unit.capturedAtMs);
}

/** Reads a message; `data` is a view of it. Null for one of another layout or codec. */
export function readVideoUnit(message: Uint8Array): VideoUnit | null {
  if (message.byteLength < VIDEO_HEADER_BYTES) return null;
  const view = new DataView(message.buffer, message.byteOffset, VIDEO_HEADER_BYTES);
  const codec = view.getUint8(2);
  if (view.getUint8(0) !== VERSION || (codec !== 1 && codec !== 2)) return null;
  const flags = view.getUint8(1);
  return {
    channel: view.getUint32(4),
    key: (flags & KEY) !== 0,
    whole: (flags & WHOLE) !== 0,
    codec: codec === 1 ? 'h264' : 'h265',
    capturedAtMs: view.getFloat64(8),
    data: message.subarray(VIDEO_HEADER_BYTES),
  };
}
