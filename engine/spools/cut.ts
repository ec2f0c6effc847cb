import type { VideoCodec } from '#streams/access-unit.ts';

/** A coded picture that is kept, and what is known of it; its bytes are on disk. */
export interface KeptUnit {
  bytes: number;
  key: boolean;
  capturedAtMs: number;
  shownAtTicks: number | null;
  codec: VideoCodec;
  parameterSets: string;
  /** It was kept with the frames between the keys. */
  everyFrame: boolean;
}

/** Pictures between two moments are missing: the stream was gone, or damaged. */
export interface Gap {
  fromMs: number;
  toMs: number;
}

/** Of the kept pictures those that make up a clip, by their places; they have one codec and one size. */
interface Chosen {
  first: number;
  last: number;
  /** From this picture on to the clip's end there is every frame; null: keys alone. */
  everyFrameFromMs: number | null;
  /** The stream became another before the onset, or after it: the clip is shorter for that. */
  cutShort: boolean;
}

/**
 * Chooses the pictures around an onset: from the first key that is young enough, or the one from which all follows, up to the
 * end.
 * @returns null when nothing was kept then
 */
export function choose(units: readonly KeptUnit[], onsetMs: number, beforeMs: number, afterMs: number): Chosen | null {
  const from = units.findIndex((unit) => unit.key && unit.capturedAtMs >= onsetMs - beforeMs);
  if (from < 0) return null;
  let to = units.length - 1;
  while (to > from && units[to]!.capturedAtMs > onsetMs + afterMs) to--;
  if (units[from]!.capturedAtMs > onsetMs + afterMs) return null;
  let pivot = from;
  while (pivot < to && units[pivot + 1]!.capturedAtMs <= onsetMs) pivot++;
  const isAlike = (unit: KeptUnit) =>
    unit.codec === units[pivot]!.codec && unit.parameterSets === units[pivot]!.parameterSets;
  let first = pivot;
  while (first > from && isAlike(units[first - 1]!)) first--;
  let last = pivot;
  while (last < to && isAlike(units[last + 1]!)) last++;
  if (!units[first]!.key) return null;
  return {
    first,
    last,
    everyFrameFromMs: everyFrameFrom(units, first, pivot, last),
    cutShort: first > from || last < to,
  };
}

/** The begin of the run of frames that the onset is in, or of the next one. */
function everyFrameFrom(units: readonly KeptUnit[], first: number, pivot: number, last: number): number | null {
  let i = pivot;
  while (i <= last && !units[i]!.everyFrame) i++;
  if (i > last) return null;
  while (i > first && units[i - 1]!.everyFrame) i--;
  return units[i]!.capturedAtMs;
}
