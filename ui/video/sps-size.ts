/** Profiles whose parameter sets say how colours are sampled (ITU-T H.264, 7.3.2.1.1). */
const WITH_CHROMA: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/**
 * Width and height of the pictures of a sequence parameter set of H.264, what is cropped off left out
 * (ITU-T H.264, 7.3.2.1.1 and 7.4.2.1.1).
 * @param sps the NAL unit, its header first
 */
export function sizeOfSps(sps: Uint8Array): { widthPx: number; heightPx: number } {
  const bits = new Bits(withoutEmulation(sps.subarray(1)));
  const profile = bits.read(8);
  bits.read(16);
  bits.ue();
  let chroma = 1;
  if (WITH_CHROMA.has(profile)) {
    chroma = bits.ue();
    if (chroma === 3) bits.read(1);
    bits.ue();
    bits.ue();
    bits.read(1);
    const lists = bits.read(1) * (chroma === 3 ? 12 : 8);
    for (let i = 0; i < lists; i++) {
      if (bits.read(1)) skipScalingList(bits, i < 6 ? 16 : 64);
    }
  }
  bits.ue();
  const orderType = bits.ue();
  if (orderType === 0) bits.ue();
  else if (orderType === 1) {
    bits.read(1);
    bits.ue();
    bits.ue();
    for (let left = bits.ue(); left > 0; left--) bits.ue();
  }
  bits.ue();
  bits.read(1);
  const widthInMacroblocks = bits.ue() + 1;
  const heightInMapUnits = bits.ue() + 1;
  const framesOnly = bits.read(1);
  if (!framesOnly) bits.read(1);
  bits.read(1);
  const [left, right, top, bottom] = bits.read(1) ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const fields = 2 - framesOnly;
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
  const cropY = (chroma === 1 ? 2 : 1) * fields;
  return {
    widthPx: widthInMacroblocks * 16 - cropX * (left + right),
    heightPx: heightInMapUnits * 16 * fields - cropY * (top + bottom),
  };
}

function skipScalingList(bits: Bits, size: number): void {
  let [last, next] = [8, 8];
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

/** Without the bytes that keep a start code from appearing in it. */
function withoutEmulation(nal: Uint8Array): Uint8Array {
  return nal.filter((byte, at) => !(byte === 3 && at >= 2 && nal[at - 1] === 0 && nal[at - 2] === 0));
}

class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Beyond the end there are zeros. */
  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++)
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    return value;
  }

  /** Exponential Golomb code (9.1). */
  ue(): number {
    let zeros = 0;
    while (this.read(1) === 0) if (++zeros > 31) return 0;
    return 2 ** zeros - 1 + this.read(zeros);
  }

  se(): number {
    const code = this.ue();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}
