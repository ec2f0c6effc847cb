import type { ManifestOutput } from '../manifest.ts';
import { activate, type DecoderFamily, floorsBeforeActivation, type OutputRole } from './decoder.ts';
import { meanBin } from './distance-bins.ts';
import { gridOf, gridRows } from './grid.ts';

const STRIDES_PX = [8, 16, 32, 64];
const REG_MAX = 7;
const headRole = (i: number): OutputRole => `head-${i}`;
const stridesOf = (output: ManifestOutput) => output.strides ?? STRIDES_PX;

/**
 * PicoDet without its post-processing: for each stride class scores (1, cells, classes), then in the same order for each
 * stride the distributions of the four distances (1, cells, 4·(regMax+1)), whose means are strides from the centre of the
 * cell.
 */
export const picodetHeads: DecoderFamily = {
  roles: ({ names }) => (names.heads ?? []).map((_, i) => headRole(i)),

  classCount: (_output, shapes) => shapes[headRole(0)]?.at(-1) ?? null,

  refuses(output, shapes, widthPx, heightPx) {
    if (!['none', 'sigmoid'].includes(output.scoreActivation)) {
      return `scoreActivation ${output.scoreActivation}; this family knows none, sigmoid`;
    }
    if (output.boxUnit !== 'input-px') return `boxUnit ${output.boxUnit}; this family decodes to input-px`;
    const strides = stridesOf(output);
    const heads = output.names.heads ?? [];
    if (heads.length !== 2 * strides.length) {
      return `${heads.length} heads; expected ${2 * strides.length}: scores, then distances, of ${strides.length} strides`;
    }
    for (const [i, stride] of strides.entries()) {
      const rows = gridRows([stride], widthPx, heightPx);
      const scores = shapes[headRole(i)];
      const sides = shapes[headRole(i + strides.length)];
      const numbers = 4 * ((output.regMax ?? REG_MAX) + 1);
      if (scores && (scores.at(-2) ?? rows) !== rows) return `scores of [${scores}]; expected ${rows} rows`;
      if (sides && ((sides.at(-2) ?? rows) !== rows || (sides.at(-1) ?? numbers) !== numbers)) {
        return `distances of [${sides}]; expected [1, ${rows}, ${numbers}]`;
      }
    }
    return null;
  },

  open({ output, floors, inputWidthPx, inputHeightPx }) {
    const bars = floorsBeforeActivation(output, floors);
    const bins = (output.regMax ?? REG_MAX) + 1;
    let firstRow = 0;
    const strides = stridesOf(output);
    const levels = strides.map((stride, i) => {
      const grid = gridOf([stride], inputWidthPx, inputHeightPx, 0.5);
      const level = { scores: headRole(i), sides: headRole(i + strides.length), stride, grid, firstRow };
      firstRow += grid.rowCount;
      return level;
    });
    const classCount = floors.length;
    return (tensors, into) => {
      into.clear();
      for (const level of levels) {
        const { values, dims } = tensors[level.scores]!;
        const sides = tensors[level.sides]!;
        const { rowCount } = level.grid;
        if (values.length !== rowCount * classCount || sides.values.length !== rowCount * 4 * bins) {
          throw new Error(
            `got scores [${dims}] and distances [${sides.dims}]; expected [1, ${rowCount}, ${classCount}] and [1, ${rowCount}, ${4 * bins}]`,
          );
        }
        for (let row = 0, at = 0; row < rowCount; row++) {
          for (let k = 0; k < classCount; k++, at++) {
            if (values[at]! >= bars[k]!) into.add(values[at]!, level.firstRow + row, k);
          }
        }
      }
      into.order();
      activate(output, into);
      for (let i = 0; i < into.count; i++) {
        const level = levels.findLast(({ firstRow }) => firstRow <= into.rows[i]!)!;
        const row = into.rows[i]! - level.firstRow;
        const sides = tensors[level.sides]!.values;
        const from = row * 4 * bins;
        const x = level.grid.pointsXPx[row]!;
        const y = level.grid.pointsYPx[row]!;
        into.boxesXyxy[4 * i] = x - level.stride * meanBin(sides, from, bins);
        into.boxesXyxy[4 * i + 1] = y - level.stride * meanBin(sides, from + bins, bins);
        into.boxesXyxy[4 * i + 2] = x + level.stride * meanBin(sides, from + 2 * bins, bins);
        into.boxesXyxy[4 * i + 3] = y + level.stride * meanBin(sides, from + 3 * bins, bins);
      }
    };
  },
};
