import type { Clip } from '../files/clip.ts';
import { NAL_SYNTAX, nextNal } from '../nal-units/nal-unit.ts';

/** Largest RTP payload: what fits an Ethernet frame, as cameras send it. */
const PAYLOAD_LIMIT_BYTES = 1400;
const INTERLEAVED_BYTES = 4;
const RTP_HEADER_BYTES = 12;
/** What precedes a packet's payload on the wire. */
export const PACKET_HEAD_BYTES = INTERLEAVED_BYTES + RTP_HEADER_BYTES;

/** An access unit's packets as one run of bytes, complete but for channel, sequence, timestamp and source. */
export interface PacketRun {
  bytes: Buffer;
  /** Where each packet begins; one more entry at the end. */
  offsets: Uint32Array;
}

const PAYLOAD_TYPE = 96;
const runs = new WeakMap<Clip, PacketRun[]>();

/** The packets of every unit of a clip (RFC 6184, RFC 7798), made once per clip. */
export function packetise(clip: Clip): PacketRun[] {
  let known = runs.get(clip);
  if (known === undefined) {
    known = clip.units.map((unit) => unitPackets(clip.codec, unit.data));
    runs.set(clip, known);
  }
  return known;
}

/** The payload type that the packets carry. */
export const CLIP_PAYLOAD_TYPE = PAYLOAD_TYPE;

/** NAL units of an Annex B buffer, without start codes and without the zeros between them. */
export function nalUnits(data: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  for (let start = nextNal(data, 0); start >= 0; ) {
    const next = nextNal(data, start);
    let end = next < 0 ? data.length : next - 3;
    while (end > start && data[end - 1] === 0) end--;
    if (end > start) nals.push(data.subarray(start, end));
    start = next;
  }
  return nals;
}

function unitPackets(codec: Clip['codec'], data: Buffer): PacketRun {
  const payloads = nalUnits(data).flatMap((nal) => payloadsOf(codec, nal));
  const offsets = new Uint32Array(payloads.length + 1);
  let total = 0;
  payloads.forEach((parts, i) => {
    offsets[i] = total;
    total += PACKET_HEAD_BYTES + parts.reduce((sum, part) => sum + part.length, 0);
  });
  offsets[payloads.length] = total;
  const bytes = Buffer.alloc(total);
  payloads.forEach((parts, i) => {
    let at = offsets[i]!;
    bytes[at] = 0x24;
    bytes.writeUInt16BE(offsets[i + 1]! - at - INTERLEAVED_BYTES, at + 2);
    bytes[at + 4] = 0x80;
    bytes[at + 5] = PAYLOAD_TYPE | (i === payloads.length - 1 ? 0x80 : 0);
    at += PACKET_HEAD_BYTES;
    for (const part of parts) at += part.copy(bytes, at);
  });
  return { bytes, offsets };
}

function payloadsOf(codec: Clip['codec'], nal: Buffer): Buffer[][] {
  if (nal.length <= PAYLOAD_LIMIT_BYTES) return [[nal]];
  const { headerBytes, typeOf } = NAL_SYNTAX[codec];
  const type = typeOf(nal[0]!);
  const payloads: Buffer[][] = [];
  for (let from = headerBytes; from < nal.length; from += PAYLOAD_LIMIT_BYTES) {
    const to = Math.min(nal.length, from + PAYLOAD_LIMIT_BYTES);
    const flags = (from === headerBytes ? 0x80 : 0) | (to === nal.length ? 0x40 : 0);
    const head =
      codec === 'h264'
        ? Buffer.from([(nal[0]! & 0xe0) | 28, flags | type])
        : Buffer.from([(nal[0]! & 0x81) | (49 << 1), nal[1]!, flags | type]);
    payloads.push([head, nal.subarray(from, to)]);
  }
  return payloads;
}
