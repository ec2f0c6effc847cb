import { setImmediate as turn } from 'node:timers/promises';
import type { VideoCodec } from '../access-unit.ts';
import { describeUnit } from '../nal-units/describe.ts';
import { ParameterSets } from '../nal-units/parameter-sets.ts';
import { playableFile } from './playable.ts';
import { type FileUnit, UnitReader } from './unit-reader.ts';

/** A short video in memory, ready to be played any number of times at once. */
export interface Clip {
  codec: VideoCodec;
  widthPx: number;
  heightPx: number;
  units: FileUnit[];
  /** From one begin to the next when it is looped. */
  periodMs: number;
  /** All VPS, SPS and PPS of its first key, Annex B. */
  parameterSets: Buffer;
}

const UNITS_PER_TURN = 100;

/**
 * Reads a whole file; one that is neither H.264 nor H.265 is transcoded first.
 * @throws FileError, also for a file without a key unit
 */
export async function readClip(file: string, options: { cacheDir?: string } = {}): Promise<Clip> {
  const reader = new UnitReader(await playableFile(file, options.cacheDir));
  try {
    const units: FileUnit[] = [];
    for (let unit = reader.next(); unit !== null; unit = reader.next()) {
      units.push(unit);
      if (units.length % UNITS_PER_TURN === 0) await turn();
    }
    const sets = new ParameterSets(reader.codec);
    const first = units.findIndex((unit) => describeUnit(reader.codec, unit.data, sets, 0)?.key);
    const last = units.at(-1);
    if (first < 0 || last === undefined) throw new RangeError(`got ${file} without a key unit, expected at least one`);
    return {
      codec: reader.codec,
      widthPx: reader.widthPx,
      heightPx: reader.heightPx,
      units: units.slice(first),
      periodMs: last.decodeAtMs - units[first]!.decodeAtMs + reader.frameMs,
      parameterSets: sets.annexB,
    };
  } finally {
    reader.close();
  }
}
