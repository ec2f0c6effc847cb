import { writeBox } from './box-format.ts';
import { type DecoderFamily, sigmoid } from './decoder.ts';
import { addFinished, validRows } from './end-to-end.ts';

/**
 * Finished rows in tensors of their own: boxes (1,N,4), scores (1,N) and classes (1,N), and how many of them are valid
 * where `count` says so. Without `scores`, a fifth number of each box is its score.
 */
export const endToEndParts: DecoderFamily = {
  roles: ({ names }) => [
    'boxes',
    'classes',
    ...(names.scores === undefined ? [] : (['scores'] as const)),
    ...(names.count === undefined ? [] : (['count'] as const)),
  ],

  classCount: () => null,

  refuses(output, shapes) {
    if (!['none', 'sigmoid'].includes(output.scoreActivation)) {
      return `scoreActivation ${output.scoreActivation}; this family knows none, sigmoid`;
    }
    const numbers = output.names.scores === undefined ? 5 : 4;
    const stated = shapes.boxes?.at(-1) ?? null;
    if (stated !== null && stated !== numbers) return `boxes of [${shapes.boxes}]; expected ${numbers} numbers a box`;
    const rows = shapes.boxes?.at(-2) ?? null;
    for (const role of ['scores', 'classes'] as const) {
      const of = shapes[role]?.at(-1) ?? null;
      if (rows !== null && of !== null && of !== rows)
        return `${rows} boxes and ${of} ${role}; expected as many of each`;
    }
    return null;
  },

  open({ output, floors }) {
    const numbers = output.names.scores === undefined ? 5 : 4;
    const logits = output.scoreActivation === 'sigmoid';
    return (tensors, into) => {
      const boxes = tensors.boxes!.values;
      const classes = tensors.classes!.values;
      const scores = tensors.scores?.values ?? boxes;
      const stated = boxes.length / numbers;
      if (classes.length !== stated || scores.length !== (numbers === 5 ? boxes.length : stated)) {
        const dims = `boxes [${tensors.boxes!.dims}], classes [${tensors.classes!.dims}], scores [${tensors.scores?.dims ?? 'none'}]`;
        throw new Error(`got ${dims}; expected as many of each`);
      }
      const rowCount = validRows(stated, tensors.count?.values);
      into.clear();
      for (let row = 0; row < rowCount; row++) {
        const score = scores[numbers === 5 ? 5 * row + 4 : row]!;
        addFinished(into, logits ? sigmoid(score) : score, row, classes[row]!, output.classOffset, floors);
      }
      into.order();
      for (let i = 0; i < into.count; i++) {
        const from = into.rows[i]! * numbers;
        const [a, b, c, d] = [boxes[from]!, boxes[from + 1]!, boxes[from + 2]!, boxes[from + 3]!];
        writeBox(into.boxesXyxy, 4 * i, output.boxFormat, a, b, c, d);
      }
    };
  },
};
