import type { VideoCodec } from '../access-unit.ts';

/** The four-byte start code of Annex B. */
export const START_CODE = Buffer.from([0, 0, 0, 1]);

/** What a NAL unit is to us: a slice of a picture, a parameter set, or anything else (delimiter, SEI, filler). */
type NalRole = 'slice' | 'key-slice' | 'parameter-set' | 'other';

/** How a codec writes its NAL units: ITU-T H.264 table 7-1, H.265 table 7-1. */
export interface NalSyntax {
  codec: VideoCodec;
  headerBytes: number;
  /** The NAL unit type of the header's first byte. */
  typeOf(firstByte: number): number;
  roles: readonly NalRole[];
  /** Types of the parameter sets, in the order in which a decoder wants them. */
  parameterSetTypes: readonly number[];
  /** First bytes of an access unit delimiter, after the start code's three bytes. */
  delimiter: Buffer;
}

const H264_ROLES = Array.from({ length: 32 }, (_, type): NalRole => {
  if (type === 5) return 'key-slice';
  if (type >= 1 && type <= 4) return 'slice';
  return type === 7 || type === 8 ? 'parameter-set' : 'other';
});

const H265_ROLES = Array.from({ length: 64 }, (_, type): NalRole => {
  if (type >= 16 && type <= 23) return 'key-slice';
  if (type < 32) return 'slice';
  return type <= 34 ? 'parameter-set' : 'other';
});

export const NAL_SYNTAX: Record<VideoCodec, NalSyntax> = {
  h264: {
    codec: 'h264',
    headerBytes: 1,
    typeOf: (firstByte) => firstByte & 0x1f,
    roles: H264_ROLES,
    parameterSetTypes: [7, 8],
    delimiter: Buffer.from([0, 0, 1, 9]),
  },
  h265: {
    codec: 'h265',
    headerBytes: 2,
    typeOf: (firstByte) => (firstByte >> 1) & 0x3f,
    roles: H265_ROLES,
    parameterSetTypes: [32, 33, 34],
    delimiter: Buffer.from([0, 0, 1, 0x46]),
  },
};

/**
 * Whether a slice is the first of its picture, from the byte after its NAL header: H.264 `first_mb_in_slice` = 0 is
 * the single bit 1; H.265 `first_slice_segment_in_pic_flag` is that bit itself.
 */
export function isFirstSlice(byteAfterHeader: number): boolean {
  return (byteAfterHeader & 0x80) !== 0;
}

/**
 * Whether an H.264 picture is a B picture, which is shown before one that came earlier; by its first slice, whose
 * `slice_type` follows `first_mb_in_slice` = 0 and is 1 or 6.
 */
export function isH264BPicture(data: Buffer): boolean {
  for (let nal = nextNal(data, 0); nal >= 0 && nal + 1 < data.length; nal = nextNal(data, nal)) {
    if (NAL_SYNTAX.h264.roles[data[nal]! & 0x1f] !== 'slice') continue;
    const bits = data[nal + 1]!;
    return (bits & 0xf0) === 0xa0 || (bits & 0xfc) === 0x9c;
  }
  return false;
}

/** Offset of the first byte after the next start code at or after `from`, or -1. */
export function nextNal(data: Buffer, from: number): number {
  const at = data.indexOf(THREE_BYTES, from);
  return at < 0 ? -1 : at + 3;
}

const THREE_BYTES = Buffer.from([0, 0, 1]);
