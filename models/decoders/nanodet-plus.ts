import type { ManifestOutput } from '../manifest.ts';
import { activate, type Decode, type DecoderFamily, floorsBeforeActivation } from './decoder.ts';
import { meanBin } from './distance-bins.ts';
import { gridOf, gridRows } from './grid.ts';

const STRIDES_PX = [8, 16, 32, 64];
const REG_MAX = 7;
const ACTIVATIONS = ['none', 'sigmoid'];

const stridesOf = (output: ManifestOutput) => output.strides ?? STRIDES_PX;
const sideColumns = (output: ManifestOutput) => 4 * ((output.regMax ?? REG_MAX) + 1);

/**
 * The raw head of NanoDet-Plus: one tensor (1, N, classes + 4·(regMax+1)), its levels one after the other. Each side's
 * distance is the mean of a distribution over bins 0..regMax (DFL, Li et al. 2020, arXiv 2006.04388), measured in strides
 * from the grid point (x·stride, y·stride), which has no half-cell offset.
 */
export const nanodetPlus: DecoderFamily = {
  roles: () => ['raw'],

  classCount(output, shapes) {
    const columns = shapes.raw?.at(-1) ?? null;
    return columns === null ? null : columns - sideColumns(output);
  },

  refuses(output, shapes, widthPx, heightPx) {
    if (!ACTIVATIONS.includes(output.scoreActivation)) {
      return `scoreActivation ${output.scoreActivation}; this family knows ${ACTIVATIONS.join(', ')}`;
    }
    if (output.objectness) return 'objectness: true; this family has class scores only';
    if (output.boxUnit !== 'input-px') return `boxUnit ${output.boxUnit}; this family decodes to input-px`;
    const { raw } = shapes;
    if (raw && raw.length !== 3) return `an output of shape [${raw}]; expected [1, N, columns]`;
    const [stated, rows] = [raw?.[1] ?? null, gridRows(stridesOf(output), widthPx, heightPx)];
    if (stated !== null && stated !== rows) {
      return `${stated} rows; expected ${rows} for ${widthPx}×${heightPx} px at strides ${stridesOf(output).join(', ')}`;
    }
    return null;
  },

  open({ output, floors, inputWidthPx, inputHeightPx }): Decode {
    const classCount = floors.length;
    const bins = (output.regMax ?? REG_MAX) + 1;
    const rowLength = classCount + 4 * bins;
    const bars = floorsBeforeActivation(output, floors);
    const { rowCount, pointsXPx, pointsYPx, stridesPx } = gridOf(stridesOf(output), inputWidthPx, inputHeightPx, 0);
    return (tensors, into) => {
      const raw = tensors.raw!.values;
      if (raw.length !== rowCount * rowLength) {
        throw new Error(`got an output of shape [${tensors.raw!.dims}]; expected [1, ${rowCount}, ${rowLength}]`);
      }
      into.collect(raw, rowCount, rowLength, 0, bars);
      activate(output, into);
      const out = into.boxesXyxy;
      const rows = into.rows;
      for (let i = 0; i < into.count; i++) {
        const r = rows[i]!;
        const from = r * rowLength + classCount;
        const stride = stridesPx[r]!;
        const x = pointsXPx[r]!;
        const y = pointsYPx[r]!;
        out[4 * i] = x - stride * meanBin(raw, from, bins);
        out[4 * i + 1] = y - stride * meanBin(raw, from + bins, bins);
        out[4 * i + 2] = x + stride * meanBin(raw, from + 2 * bins, bins);
        out[4 * i + 3] = y + stride * meanBin(raw, from + 3 * bins, bins);
      }
    };
  },
};
