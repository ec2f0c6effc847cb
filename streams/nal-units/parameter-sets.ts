import { createHash } from 'node:crypto';
import type { VideoCodec } from '../access-unit.ts';
import { NAL_SYNTAX, type NalSyntax, START_CODE } from './nal-unit.ts';

/** The VPS, SPS and PPS that a stream has shown so far; a later set replaces the one of the same type and id. */
export class ParameterSets {
  readonly #syntax: NalSyntax;
  readonly #sets = new Map<number, Buffer>();
  #id = '';
  #annexB: Buffer = Buffer.alloc(0);

  /** @param known sets from elsewhere, for example from an SDP; NAL units without start codes */
  constructor(codec: VideoCodec, known: readonly Buffer[] = []) {
    this.#syntax = NAL_SYNTAX[codec];
    for (const nal of known) this.learn(nal);
  }

  /** Takes a parameter set's NAL unit (no start code; copied when new). Cheap when it is known already. */
  learn(nal: Buffer): void {
    if (nal.length <= this.#syntax.headerBytes) return;
    const type = this.#syntax.typeOf(nal[0]!);
    const key = type * 1024 + setId(this.#syntax.codec, type, nal);
    if (this.#sets.get(key)?.equals(nal)) return;
    this.#sets.set(key, Buffer.from(nal));
    const ordered = [...this.#sets].sort(([a], [b]) => a - b);
    this.#annexB = Buffer.concat(ordered.flatMap(([, set]) => [START_CODE, set]));
    this.#id = `${this.#syntax.codec}-${createHash('sha1').update(this.#annexB).digest('hex').slice(0, 20)}`;
  }

  /** Names these very sets: equal bytes have equal ids; empty when none is known. */
  get id(): string {
    return this.#id;
  }

  /** All sets with start codes, to be put before a key unit that brings none. */
  get annexB(): Buffer {
    return this.#annexB;
  }

  /** Whether at least one set of every type that the codec needs is known. */
  get complete(): boolean {
    return this.#syntax.parameterSetTypes.every((type) => {
      for (const key of this.#sets.keys()) if (Math.floor(key / 1024) === type) return true;
      return false;
    });
  }
}

/** A set's own id where it stands near the front of the NAL unit; 0 for the H.265 VPS and SPS, of which streams have one. */
function setId(codec: VideoCodec, type: number, nal: Buffer): number {
  if (codec === 'h264') return expGolomb(nal, type === 7 ? 4 : 1);
  return type === 34 ? expGolomb(nal, 2) : 0;
}

/** The unsigned Exp-Golomb number that begins at a byte (ITU-T H.264, 9.1); at most 255, which no valid id passes. */
function expGolomb(data: Buffer, fromByte: number): number {
  let bit = fromByte * 8;
  const bitAt = (at: number) => ((data[at >> 3] ?? 0xff) >> (7 - (at & 7))) & 1;
  let zeros = 0;
  while (zeros < 8 && bitAt(bit) === 0) {
    zeros++;
    bit++;
  }
  let value = 0;
  for (let i = 0; i <= zeros; i++) value = value * 2 + bitAt(bit + i);
  return Math.min(255, value - 1);
}
