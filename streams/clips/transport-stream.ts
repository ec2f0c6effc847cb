import type { VideoCodec } from '../access-unit.ts';
import type { PictureTime } from './picture-times.ts';

const PACKET_BYTES = 188;
const PMT_PID = 0x1000;
const VIDEO_PID = 0x100;
/** ISO/IEC 13818-1, table 2-34. */
const STREAM_TYPES: Record<VideoCodec, number> = { h264: 0x1b, h265: 0x24 };
const PES_HEADER_BYTES = 19;
/** Times in it are positive, though a first picture may be decoded before the clip's begin. */
const ORIGIN_TICKS = 10 * 90_000;

/**
 * Writes coded pictures with their times as an MPEG transport stream (ISO/IEC 13818-1): the plainest form of Annex B with
 * times that ffmpeg reads. One video, one picture to a PES packet.
 */
export class TransportStream {
  readonly #codec: VideoCodec;
  #counter = 0;

  constructor(codec: VideoCodec) {
    this.#codec = codec;
  }

  /** What stands before the first picture: which stream is in it. */
  begin(): Buffer {
    const pat = section(0x00, 1, [0x00, 0x01, 0xe0 | (PMT_PID >> 8), PMT_PID & 0xff]);
    const pmt = section(0x02, 1, [
      ...[0xe0 | (VIDEO_PID >> 8), VIDEO_PID & 0xff, 0xf0, 0x00],
      ...[STREAM_TYPES[this.#codec], 0xe0 | (VIDEO_PID >> 8), VIDEO_PID & 0xff, 0xf0, 0x00],
    ]);
    return Buffer.concat([tablePacket(0, pat), tablePacket(PMT_PID, pmt)]);
  }

  /** @param data the picture's Annex B */
  picture(data: Buffer, { decodeAtTicks, showAtTicks }: PictureTime, key: boolean): Buffer {
    const pes = Buffer.concat([pesHeader(showAtTicks + ORIGIN_TICKS, decodeAtTicks + ORIGIN_TICKS), data]);
    const firstRoom = PACKET_BYTES - 4 - 8;
    const packets = 1 + Math.max(0, Math.ceil((pes.length - firstRoom) / (PACKET_BYTES - 4)));
    const out = Buffer.alloc(packets * PACKET_BYTES, 0xff);
    let from = 0;
    for (let at = 0; at < out.length; at += PACKET_BYTES) {
      const isFirst = at === 0;
      const room = isFirst ? firstRoom : PACKET_BYTES - 4;
      const taken = Math.min(room, pes.length - from);
      const adaptationBytes = PACKET_BYTES - 4 - taken;
      out[at] = 0x47;
      out.writeUInt16BE((isFirst ? 0x4000 : 0) | VIDEO_PID, at + 1);
      out[at + 3] = (adaptationBytes > 0 ? 0x30 : 0x10) | this.#counter;
      this.#counter = (this.#counter + 1) & 0x0f;
      if (adaptationBytes > 0) {
        out[at + 4] = adaptationBytes - 1;
        if (adaptationBytes > 1) out[at + 5] = isFirst ? (key ? 0x50 : 0x10) : 0;
        if (isFirst) writeClock(out, at + 6, Math.max(0, decodeAtTicks + ORIGIN_TICKS));
      }
      pes.copy(out, at + 4 + adaptationBytes, from, from + taken);
      from += taken;
    }
    return out;
  }
}

function pesHeader(showAt: number, decodeAt: number): Buffer {
  const header = Buffer.alloc(PES_HEADER_BYTES);
  header.set([0, 0, 1, 0xe0, 0, 0, 0x84, 0xc0, 10]);
  writeTime(header, 9, 0x30, showAt);
  writeTime(header, 14, 0x10, decodeAt);
  return header;
}

/** 33 bits in five bytes, with a marker bit after each part. */
function writeTime(out: Buffer, at: number, prefix: number, ticks: number): void {
  out[at] = prefix | (Math.floor(ticks / 2 ** 29) & 0x0e) | 1;
  out.writeUInt16BE((Math.floor(ticks / 2 ** 14) & 0xfffe) | 1, at + 1);
  out.writeUInt16BE(((ticks % 2 ** 15) << 1) | 1, at + 3);
}

/** The programme's clock: 33 bits of 90 kHz, and an extension of 27 MHz that is nought. */
function writeClock(out: Buffer, at: number, ticks: number): void {
  out.writeUInt32BE(Math.floor(ticks / 2) >>> 0, at);
  out.writeUInt16BE(((ticks & 1) << 15) | 0x7e00, at + 4);
}

function section(tableId: number, id: number, body: number[]): Buffer {
  const length = 5 + body.length + 4;
  const head = [tableId, 0xb0 | (length >> 8), length & 0xff, id >> 8, id & 0xff, 0xc1, 0, 0];
  const bytes = Buffer.from([...head, ...body, 0, 0, 0, 0]);
  bytes.writeUInt32BE(checksum(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

function tablePacket(pid: number, table: Buffer): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES, 0xff);
  packet.set([0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10, 0]);
  table.copy(packet, 5);
  return packet;
}

/** CRC-32 as of ISO/IEC 13818-1, annex A: not the one of zip. */
function checksum(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
