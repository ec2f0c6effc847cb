import type { ManifestOutput } from '../manifest.ts';
import { encloseTurned, writeBox } from './box-format.ts';
import type { Candidates } from './candidates.ts';
import { activate, type DecoderFamily, type DecoderRequest, floorsBeforeActivation } from './decoder.ts';
import { gridOf, gridRows } from './grid.ts';
import { collectColumns, collectProducts } from './score-columns.ts';
import { describeRow, extraNumbers, type RowParts } from './shapes.ts';

const ACTIVATIONS = ['none', 'sigmoid'];
const STRIDES_PX = [8, 16, 32];

const headColumns = (output: ManifestOutput) => 4 + Number(output.objectness) + output.classOffset;

/** Which dimension of the tensor holds the numbers of a box. */
const numbersAxis = (output: ManifestOutput) => (output.arrangement === 'rows' ? -1 : -2);

/**
 * One tensor with a row (or a column) for each place that was looked at: four numbers of a box, objectness where there is
 * one, the class scores, then what belongs to masks, keypoints or a turned box. Overlaps are left to NMS.
 */
export const dense: DecoderFamily = {
  roles: (output) => (output.maskCoefficients > 0 ? ['raw', 'masks'] : ['raw']),

  classCount(output, shapes) {
    const numbers = shapes.raw?.at(numbersAxis(output)) ?? null;
    return numbers === null ? null : numbers - headColumns(output) - extraNumbers(output);
  },

  refuses(output, shapes) {
    if (!ACTIVATIONS.includes(output.scoreActivation)) {
      return `scoreActivation ${output.scoreActivation}; this family knows ${ACTIVATIONS.join(', ')}`;
    }
    const { raw, masks } = shapes;
    if (raw && raw.length !== 3) return `an output of shape [${raw}]; expected three dimensions`;
    const numbers = raw?.at(numbersAxis(output)) ?? null;
    const least = headColumns(output) + extraNumbers(output) + 1;
    if (numbers !== null && numbers < least) {
      return `${numbers} numbers a box in [${raw}], arranged in ${output.arrangement}; expected ${least} or more`;
    }
    if (output.angle && !['cxcywh', 'xywh'].includes(output.boxFormat)) {
      return `angle with boxFormat ${output.boxFormat}; expected cxcywh or xywh`;
    }
    if (masks && (masks.length !== 4 || (masks[1] ?? output.maskCoefficients) !== output.maskCoefficients)) {
      return `prototypes of shape [${masks}]; expected [1, ${output.maskCoefficients}, h, w]`;
    }
    return null;
  },

  open: (request) => openDense(request, null),
  describe: (request) => describeRow(request, layoutOf(request)),
};

/**
 * YOLOX whose grid is not decoded in the graph: centres are offsets in strides from the corner of their cell, sizes are
 * logarithms of strides. One row for each cell, level by level.
 */
export const yoloxGrid: DecoderFamily = {
  roles: () => ['raw'],
  classCount: dense.classCount,

  refuses(output, shapes, widthPx, heightPx) {
    if (output.boxUnit !== 'input-px') return `boxUnit ${output.boxUnit}; this family decodes to input-px`;
    if (extraNumbers(output) > 0) return 'numbers after the class scores; this family has none';
    const strides = output.strides ?? STRIDES_PX;
    const stated = shapes.raw?.at(output.arrangement === 'rows' ? -2 : -1) ?? null;
    const rows = gridRows(strides, widthPx, heightPx);
    if (stated !== null && stated !== rows) {
      return `${stated} rows; expected ${rows} for ${widthPx}×${heightPx} px at strides ${strides.join(', ')}`;
    }
    return dense.refuses(output, shapes, widthPx, heightPx);
  },

  open(request) {
    const { output, inputWidthPx, inputHeightPx } = request;
    const grid = gridOf(output.strides ?? STRIDES_PX, inputWidthPx, inputHeightPx, 0);
    return openDense({ ...request, output: { ...output, boxFormat: 'cxcywh' } }, grid);
  },
};

function layoutOf({ output, floors }: DecoderRequest): RowParts {
  const numbers = headColumns(output) + floors.length + extraNumbers(output);
  const first = headColumns(output) + floors.length;
  const keypoints = output.keypoints ? output.keypoints.count * output.keypoints.numbers : 0;
  return {
    numbers,
    box: 0,
    coefficients: first,
    keypoints: first + output.maskCoefficients,
    angle: first + output.maskCoefficients + keypoints,
  };
}

function openDense(request: DecoderRequest, grid: ReturnType<typeof gridOf> | null) {
  const { output, floors } = request;
  const bars = floorsBeforeActivation(output, floors);
  const parts = layoutOf(request);
  const { numbers } = parts;
  const firstClass = headColumns(output);
  const inRows = output.arrangement === 'rows';
  return (tensors: Parameters<ReturnType<DecoderFamily['open']>>[0], into: Candidates) => {
    const { values, dims } = tensors.raw!;
    const rowCount = values.length / numbers;
    const fits = dims.at(numbersAxis(output)) === numbers && Number.isInteger(rowCount);
    if (!fits || (grid !== null && rowCount !== grid.rowCount)) {
      const rows = grid?.rowCount ?? 'N';
      throw new Error(`got [${dims}]; expected [1, ${inRows ? `${rows}, ${numbers}` : `${numbers}, ${rows}`}]`);
    }
    const rowStep = inRows ? numbers : 1;
    const columnStep = inRows ? 1 : rowCount;
    if (output.objectness) collectProducts(into, output, values, rowCount, rowStep, columnStep, 4, firstClass, floors);
    else {
      if (inRows) into.collect(values, rowCount, numbers, firstClass, bars);
      else collectColumns(into, values, rowCount, firstClass, bars);
      activate(output, into);
    }
    const out = into.boxesXyxy;
    for (let i = 0; i < into.count; i++) {
      const row = into.rows[i]!;
      const from = row * rowStep;
      let a = values[from]!;
      let b = values[from + columnStep]!;
      let c = values[from + 2 * columnStep]!;
      let d = values[from + 3 * columnStep]!;
      if (grid !== null) {
        const stride = grid.stridesPx[row]!;
        a = a * stride + grid.pointsXPx[row]!;
        b = b * stride + grid.pointsYPx[row]!;
        c = Math.exp(c) * stride;
        d = Math.exp(d) * stride;
      }
      writeBox(out, 4 * i, output.boxFormat, a, b, c, d);
      if (output.angle) encloseTurned(out, 4 * i, values[from + parts.angle! * columnStep]!);
    }
  };
}
