import type { ManifestOutput } from '../manifest.ts';
import { encloseTurned, writeBox } from './box-format.ts';
import { type DecoderFamily, type DecoderRequest, sigmoid } from './decoder.ts';
import { describeRow, extraNumbers, type RowParts } from './shapes.ts';

type Column = NonNullable<ManifestOutput['columns']>[number];

function widthOf(column: Column, output: ManifestOutput): number {
  if (column === 'box') return 4;
  if (column === 'coefficients') return output.maskCoefficients;
  if (column === 'keypoints') return output.keypoints ? output.keypoints.count * output.keypoints.numbers : 0;
  return 1;
}

/** Where each column begins. */
function partsOf(output: ManifestOutput): RowParts & Partial<Record<Column, number>> & { box: number } {
  const at: Partial<Record<Column, number>> = {};
  let numbers = 0;
  for (const column of output.columns ?? []) {
    at[column] = numbers;
    numbers += widthOf(column, output);
  }
  return { ...at, numbers, box: at.box ?? 0 };
}

const STATED = ['box', 'score', 'class'] as const;

/**
 * Finished rows: the graph has suppressed overlaps itself. What stands where is stated by `columns`, since two orders of
 * score and class are in use. A row of another picture of the batch, of class -1 or under its floor is none; a negative
 * picture ends the list. Fewer rows may be valid than there are: `count` says how many.
 */
export const endToEnd: DecoderFamily = {
  roles: ({ names, maskCoefficients }) => [
    'raw',
    ...(names.count === undefined ? [] : (['count'] as const)),
    ...(maskCoefficients > 0 ? (['masks'] as const) : []),
  ],

  classCount: () => null,

  refuses(output, shapes) {
    const { columns } = output;
    if (!columns) return 'no columns; this family reads what the manifest states in output.columns';
    const twice = columns.find((column, i) => columns.indexOf(column) !== i);
    if (twice !== undefined) return `the column ${twice} twice`;
    const missing = STATED.find((column) => !columns.includes(column));
    if (missing !== undefined) return `columns without ${missing}`;
    if (output.arrangement !== 'rows') return 'arrangement columns; this family reads rows';
    if (!['none', 'sigmoid'].includes(output.scoreActivation)) {
      return `scoreActivation ${output.scoreActivation}; this family knows none, sigmoid`;
    }
    const { numbers } = partsOf(output);
    const extra = columns.reduce(
      (sum, column) => sum + (['batch', ...STATED].includes(column) ? 0 : widthOf(column, output)),
      0,
    );
    if (extra !== extraNumbers(output)) return 'columns that do not agree with maskCoefficients, keypoints and angle';
    const stated = shapes.raw?.at(-1) ?? null;
    return stated !== null && stated !== numbers
      ? `${stated} numbers a row in [${shapes.raw}]; expected ${numbers}: ${columns.join(', ')}`
      : null;
  },

  open({ output, floors }) {
    const parts = partsOf(output);
    const { numbers } = parts;
    const logits = output.scoreActivation === 'sigmoid';
    return (tensors, into) => {
      const { values, dims } = tensors.raw!;
      const stated = values.length / numbers;
      if (values.length > 0 && (dims.at(-1) !== numbers || !Number.isInteger(stated))) {
        throw new Error(`got rows of [${dims}]; expected ${numbers} numbers a row`);
      }
      const rowCount = validRows(stated, tensors.count?.values);
      into.clear();
      for (let row = 0; row < rowCount; row++) {
        const from = row * numbers;
        const batch = parts.batch === undefined ? 0 : values[from + parts.batch]!;
        if (batch < 0) break;
        if (batch > 0) continue;
        const score = logits ? sigmoid(values[from + parts.score!]!) : values[from + parts.score!]!;
        addFinished(into, score, row, values[from + parts.class!]!, output.classOffset, floors);
      }
      into.order();
      for (let i = 0; i < into.count; i++) {
        const from = into.rows[i]! * numbers + parts.box;
        const [a, b, c, d] = [values[from]!, values[from + 1]!, values[from + 2]!, values[from + 3]!];
        writeBox(into.boxesXyxy, 4 * i, output.boxFormat, a, b, c, d);
        if (output.angle) {
          encloseTurned(into.boxesXyxy, 4 * i, values[into.rows[i]! * numbers + parts.angle!]!);
        }
      }
    };
  },

  describe: (request: DecoderRequest) => describeRow(request, partsOf(request.output)),
};

/** How many of the rows are valid, where another output says so. */
export function validRows(stated: number, count: Float32Array | undefined): number {
  if (!count || count.length === 0) return stated;
  return Math.max(0, Math.min(stated, Math.round(count[0]!)));
}

/** Adds a finished row, whose class is a number; throws for a class that no label is for. */
export function addFinished(
  into: { add(score: number, row: number, classId: number): void },
  score: number,
  row: number,
  statedClass: number,
  classOffset: number,
  floors: Float32Array,
): void {
  const classId = Math.round(statedClass) - classOffset;
  if (!(classId >= 0) || !(score > 0)) return;
  if (classId >= floors.length) {
    throw new Error(
      `got class ${Math.round(statedClass)} with ${floors.length} labels; expected ${classOffset} to ${floors.length - 1 + classOffset}`,
    );
  }
  if (score >= floors[classId]!) into.add(score, row, classId);
}
