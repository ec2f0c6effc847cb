import { createFile, DataStream, type ISOFile } from 'mp4box';
import { sizeOfSps } from './sps-size.ts';

/** Ticks of a second in what is written. */
export const TICKS_PER_SECOND = 90_000;

/** NAL unit types of H.264 (ITU-T H.264, table 7-1). */
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
const LENGTH_BYTES = 4;

/**
 * Writes coded pictures of H.264 as fragments of an MP4 file (ISO/IEC 14496-12), one for each picture, as a media source
 * takes them: a picture need not wait for the next.
 */
export class Fragments {
  #file: ISOFile | null = null;
  #trackId = 0;
  #parameterSets = '';

  /**
   * @param annexB a key with its parameter sets
   * @returns the begin of the file, to be given before the key; null when it goes on as it was
   */
  begin(annexB: Uint8Array): ArrayBuffer | null {
    const nals = splitNals(annexB);
    const sps = nals.find((nal) => typeOf(nal) === SPS);
    const pps = nals.find((nal) => typeOf(nal) === PPS);
    if (!sps || !pps) return null;
    const parameterSets = `${sps} ${pps}`;
    if (parameterSets === this.#parameterSets) return null;
    this.#parameterSets = parameterSets;
    const file = createFile();
    // By another size than the picture's own the player would stretch it.
    const { widthPx, heightPx } = sizeOfSps(sps);
    this.#trackId = file.addTrack({
      type: 'avc1',
      width: widthPx,
      height: heightPx,
      timescale: TICKS_PER_SECOND,
      avcDecoderConfigRecord: configurationOf(sps, pps),
    });
    // Ticks are told as they are given, not from the first of this file on.
    file.getTrackById(this.#trackId).first_dts = 0;
    this.#file = file;
    return takeBoxes(file);
  }

  /** @returns null before the first `begin` */
  add(annexB: Uint8Array, picture: { key: boolean; ticks: number; durationTicks: number }): ArrayBuffer | null {
    const file = this.#file;
    if (!file) return null;
    const sample = file.addSample(this.#trackId, withLengths(annexB), {
      dts: picture.ticks,
      cts: picture.ticks,
      duration: picture.durationTicks,
      is_sync: picture.key,
    });
    // What was written need not be kept.
    if (sample) file.getTrackById(this.#trackId).samples = [];
    return takeBoxes(file);
  }
}

/** The boxes that were made since the last time, as bytes. */
function takeBoxes(file: ISOFile): ArrayBuffer {
  const stream = new DataStream();
  stream.endianness = 1;
  for (const box of file.boxes) box.write(stream);
  file.boxes = [];
  return stream.buffer.slice(0, stream.byteLength);
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
function configurationOf(sps: Uint8Array, pps: Uint8Array): ArrayBuffer {
  const bytes = [1, sps[1]!, sps[2]!, sps[3]!, 0xfc | (LENGTH_BYTES - 1)];
  bytes.push(0xe0 | 1, sps.length >> 8, sps.length & 255, ...sps);
  bytes.push(1, pps.length >> 8, pps.length & 255, ...pps);
  return Uint8Array.from(bytes).buffer;
}

/** The picture's NAL units with their lengths before them; parameter sets stand at the begin of the file. */
function withLengths(annexB: Uint8Array): Uint8Array<ArrayBuffer> {
  const nals = splitNals(annexB).filter((nal) => ![SPS, PPS, DELIMITER].includes(typeOf(nal)));
  const bytes = new Uint8Array(nals.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const nal of nals) {
    view.setUint32(at, nal.length);
    bytes.set(nal, at + LENGTH_BYTES);
    at += LENGTH_BYTES + nal.length;
  }
  return bytes;
}

const typeOf = (nal: Uint8Array): number => nal[0]! & 0x1f;

/** The NAL units between the start codes of three or four bytes. */
export function splitNals(annexB: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let at = 0; at + 2 < annexB.length; at++) {
    if (annexB[at] === 0 && annexB[at + 1] === 0 && annexB[at + 2] === 1) {
      starts.push(at + 3);
      at += 2;
    }
  }
  return starts.flatMap((start, i) => {
    const next = starts[i + 1];
    let end = next === undefined ? annexB.length : next - 3;
    // The first zero of a start code of four bytes, and zeros that fill up.
    while (end > start && annexB[end - 1] === 0) end--;
    return end > start ? [annexB.subarray(start, end)] : [];
  });
}
