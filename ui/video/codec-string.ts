/** The NAL unit types of sequence parameter sets. */
const SPS_OF_H264 = 7;
const SPS_OF_H265 = 33;

/**
 * The name that WebCodecs and media types know a key picture's coding by (RFC 6381; ISO/IEC 14496-15, annex E): its profile
 * and level out of the sequence parameter set. null when there is none in it.
 * @param annexB a key with its parameter sets
 */
export function codecString(codec: 'h264' | 'h265', annexB: Uint8Array): string | null {
  const sps = findSps(codec, annexB);
  if (!sps) return null;
  if (codec === 'h264') return sps.length < 4 ? null : `avc1.${[...sps.subarray(1, 4)].map(hex).join('')}`;
  // Two bytes of header, one of ids, then profile_tier_level (ITU-T H.265, 7.3.3).
  const ptl = withoutEmulation(sps.subarray(3, 24));
  if (ptl.length < 12) return null;
  const [head = 0, level = 0] = [ptl[0], ptl[11]];
  const space = ['', 'A', 'B', 'C'][head >> 6];
  const tier = (head & 0x20) !== 0 ? 'H' : 'L';
  const compatible = reversedBits(new DataView(ptl.buffer, ptl.byteOffset).getUint32(1));
  const constraints = [...ptl.subarray(5, 11)];
  while (constraints.at(-1) === 0) constraints.pop();
  const rest = constraints.map((byte) => `.${byte.toString(16).toUpperCase()}`).join('');
  return `hvc1.${space}${head & 0x1f}.${compatible.toString(16).toUpperCase()}.${tier}${level}${rest}`;
}

/** The first SPS, from its NAL header on; what follows it is not cut off. */
function findSps(codec: 'h264' | 'h265', annexB: Uint8Array): Uint8Array | null {
  for (let at = 0; at + 3 < annexB.length; at++) {
    if (annexB[at] !== 0 || annexB[at + 1] !== 0 || annexB[at + 2] !== 1) continue;
    const header = annexB[at + 3] ?? 0;
    const isSps = codec === 'h264' ? (header & 0x1f) === SPS_OF_H264 : ((header >> 1) & 0x3f) === SPS_OF_H265;
    if (isSps) return annexB.subarray(at + 3);
    at += 2;
  }
  return null;
}

/** Takes out the 3 of each 0 0 3, which only keeps start codes out of the data. */
function withoutEmulation(data: Uint8Array): Uint8Array {
  const kept: number[] = [];
  let zeros = 0;
  for (const byte of data) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    kept.push(byte);
  }
  return Uint8Array.from(kept);
}

function reversedBits(word: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) if ((word & (1 << bit)) !== 0) reversed |= 1 << (31 - bit);
  return reversed >>> 0;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
