import type { ManifestOutput } from '../manifest.ts';
import { type DecoderFamily, type OutputRole, sigmoid } from './decoder.ts';

const STRIDES_PX = [8, 16, 32];
/** Those that YOLOv5 begins its training with on COCO at 640 px. */
const ANCHORS_PX: [number, number][][] = [
  [
    [10, 13],
    [16, 30],
    [33, 23],
  ],
  [
    [30, 61],
    [62, 45],
    [59, 119],
  ],
  [
    [116, 90],
    [156, 198],
    [373, 326],
  ],
];
const headRole = (i: number): OutputRole => `head-${i}`;
const stridesOf = (output: ManifestOutput) => output.strides ?? STRIDES_PX;
const anchorsOf = (output: ManifestOutput) => output.anchors ?? ANCHORS_PX;

/**
 * The raw heads of YOLOv5 and YOLOv7, one tensor (1, anchors, h, w, 5 + classes) a stride: centre (2σ − 0.5 + cell) · stride,
 * size (2σ)² · anchor, score objectness · class. `scoreActivation` none: the graph has applied σ to every number.
 */
export const yolov5Heads: DecoderFamily = {
  roles: ({ names }) => (names.heads ?? []).map((_, i) => headRole(i)),

  classCount(_output, shapes) {
    const numbers = shapes[headRole(0)]?.at(-1) ?? null;
    return numbers === null ? null : numbers - 5;
  },

  refuses(output, shapes, widthPx, heightPx) {
    if (!['none', 'sigmoid'].includes(output.scoreActivation)) {
      return `scoreActivation ${output.scoreActivation}; this family knows none, sigmoid`;
    }
    if (output.boxUnit !== 'input-px') return `boxUnit ${output.boxUnit}; this family decodes to input-px`;
    const strides = stridesOf(output);
    const anchors = anchorsOf(output);
    const heads = output.names.heads ?? [];
    if (heads.length !== strides.length || anchors.length !== strides.length) {
      return `${heads.length} heads, ${strides.length} strides and ${anchors.length} rows of anchors; expected as many of each`;
    }
    for (const [i, stride] of strides.entries()) {
      const wanted = [1, anchors[i]!.length, Math.ceil(heightPx / stride), Math.ceil(widthPx / stride)];
      const shape = shapes[headRole(i)];
      if (shape && (shape.length !== 5 || wanted.some((dim, axis) => (shape[axis] ?? dim) !== dim))) {
        return `a head of shape [${shape}]; expected [${wanted}, 5 + classes] at stride ${stride}`;
      }
    }
    return null;
  },

  open({ output, floors, inputWidthPx, inputHeightPx }) {
    const numbers = 5 + floors.length;
    const logits = output.scoreActivation === 'sigmoid';
    const activated = (value: number) => (logits ? sigmoid(value) : value);
    const least = floors.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const anchors = anchorsOf(output);
    let firstRow = 0;
    const levels = stridesOf(output).map((stride, i) => {
      const columns = Math.ceil(inputWidthPx / stride);
      const cells = columns * Math.ceil(inputHeightPx / stride);
      const level = { role: headRole(i), stride, columns, cells, anchors: anchors[i]!, firstRow };
      firstRow += cells * anchors[i]!.length;
      return level;
    });
    return (tensors, into) => {
      into.clear();
      for (const level of levels) {
        const { values, dims } = tensors[level.role]!;
        const rowCount = level.cells * level.anchors.length;
        if (values.length !== rowCount * numbers) {
          throw new Error(`got a head of [${dims}]; expected ${rowCount} rows of ${numbers} numbers`);
        }
        for (let row = 0; row < rowCount; row++) {
          const objectness = activated(values[row * numbers + 4]!);
          if (!(objectness >= least)) continue;
          for (let k = 0; k < floors.length; k++) {
            const score = objectness * activated(values[row * numbers + 5 + k]!);
            if (score >= floors[k]!) into.add(score, level.firstRow + row, k);
          }
        }
      }
      into.order();
      for (let i = 0; i < into.count; i++) {
        const level = levels.findLast(({ firstRow }) => firstRow <= into.rows[i]!)!;
        const row = into.rows[i]! - level.firstRow;
        const values = tensors[level.role]!.values;
        const cell = row % level.cells;
        const [anchorWidth, anchorHeight] = level.anchors[Math.floor(row / level.cells)]!;
        const from = row * numbers;
        const x = (2 * activated(values[from]!) - 0.5 + (cell % level.columns)) * level.stride;
        const y = (2 * activated(values[from + 1]!) - 0.5 + Math.floor(cell / level.columns)) * level.stride;
        const halfWidth = ((2 * activated(values[from + 2]!)) ** 2 * anchorWidth) / 2;
        const halfHeight = ((2 * activated(values[from + 3]!)) ** 2 * anchorHeight) / 2;
        into.boxesXyxy[4 * i] = x - halfWidth;
        into.boxesXyxy[4 * i + 1] = y - halfHeight;
        into.boxesXyxy[4 * i + 2] = x + halfWidth;
        into.boxesXyxy[4 * i + 3] = y + halfHeight;
      }
    };
  },
};
