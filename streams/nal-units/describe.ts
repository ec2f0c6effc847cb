import type { AccessUnit } from '../access-unit.ts';
import { NAL_SYNTAX, nextNal } from './nal-unit.ts';
import type { ParameterSets } from './parameter-sets.ts';

/**
 * Makes an access unit of a whole Annex B buffer that came without loss (from a file, from a program): finds out
 * whether it is a key, learns its parameter sets, and puts the known ones before a key that brings none.
 * Null when the buffer holds no picture.
 */
export function describeUnit(
  codec: AccessUnit['codec'],
  data: Buffer,
  sets: ParameterSets,
  capturedAtMs: number,
): AccessUnit | null {
  const syntax = NAL_SYNTAX[codec];
  const seen = new Set<number>();
  for (let nal = nextNal(data, 0); nal >= 0 && nal < data.length; ) {
    const type = syntax.typeOf(data[nal]!);
    const role = syntax.roles[type];
    if (role === 'slice' || role === 'key-slice') {
      const key = role === 'key-slice';
      const bare = key && seen.size < syntax.parameterSetTypes.length;
      const parts = bare ? [sets.annexB, data] : [data];
      return {
        codec,
        parts,
        bytes: data.length + (bare ? sets.annexB.length : 0),
        key,
        whole: !key || sets.complete,
        capturedAtMs,
        parameterSets: sets.id,
      };
    }
    const next = nextNal(data, nal);
    if (role === 'parameter-set') {
      sets.learn(withoutTrailingZeros(data.subarray(nal, next < 0 ? data.length : next - 3)));
      seen.add(type);
    }
    nal = next;
  }
  return null;
}

function withoutTrailingZeros(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
}
