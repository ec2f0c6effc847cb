import type { ManifestOutput } from '../manifest.ts';
import { writeBox } from './box-format.ts';
import { activate, type Decode, type DecoderFamily, floorsBeforeActivation } from './decoder.ts';
import { collectColumns, collectSoftmax } from './score-columns.ts';

const ACTIVATIONS = ['none', 'sigmoid', 'softmax'];

/** Class columns that no label is for. */
const surplusColumns = (output: ManifestOutput) => output.classOffset + Number(output.noObjectLast);

/**
 * Two tensors: boxes (1,N,4) and class scores (1,N,classes), or (1,classes,N) where they are arranged in columns, both
 * computed in the graph. Rows are independent; overlaps are left to NMS.
 */
export const boxesScores: DecoderFamily = {
  roles: () => ['boxes', 'scores'],

  classCount(output, shapes) {
    const columns = shapes.scores?.at(output.arrangement === 'rows' ? -1 : -2) ?? null;
    return columns === null ? null : columns - surplusColumns(output);
  },

  refuses(output, shapes) {
    if (!ACTIVATIONS.includes(output.scoreActivation)) {
      return `scoreActivation ${output.scoreActivation}; this family knows ${ACTIVATIONS.join(', ')}`;
    }
    if (output.scoreActivation === 'softmax' && output.arrangement === 'columns') {
      return 'softmax over scores in columns; this family applies it to rows';
    }
    if (output.objectness) return 'objectness: true; this family has class scores only';
    const { boxes, scores } = shapes;
    if (boxes && (boxes.length !== 3 || (boxes[2] ?? 4) !== 4)) return `boxes of shape [${boxes}]; expected [1, N, 4]`;
    if (scores && scores.length !== 3) return `scores of shape [${scores}]; expected [1, N, classes]`;
    const scoreRowsAt = output.arrangement === 'rows' ? 1 : 2;
    const [boxRows, scoreRows] = [boxes?.[1] ?? null, scores?.[scoreRowsAt] ?? null];
    if (boxRows !== null && scoreRows !== null && boxRows !== scoreRows) {
      return `${boxRows} boxes and ${scoreRows} rows of scores; expected as many of each`;
    }
    return null;
  },

  open({ output, floors }): Decode {
    const bars = floorsBeforeActivation(output, floors);
    const rowLength = floors.length + surplusColumns(output);
    const { boxFormat, classOffset } = output;
    const softmax = output.scoreActivation === 'softmax';
    const inRows = output.arrangement === 'rows';
    return (tensors, into) => {
      const boxes = tensors.boxes!.values;
      const scores = tensors.scores!.values;
      const rowCount = scores.length / rowLength;
      if (!Number.isInteger(rowCount) || boxes.length !== 4 * rowCount) {
        throw new Error(
          `got boxes [${tensors.boxes!.dims}] and scores [${tensors.scores!.dims}]; expected [1, N, 4] and [1, N, ${rowLength}]`,
        );
      }
      if (softmax) collectSoftmax(into, scores, rowCount, rowLength, classOffset, floors);
      else {
        if (inRows) into.collect(scores, rowCount, rowLength, classOffset, bars);
        else collectColumns(into, scores, rowCount, classOffset, bars);
        activate(output, into);
      }
      const out = into.boxesXyxy;
      const rows = into.rows;
      for (let i = 0; i < into.count; i++) {
        const from = 4 * rows[i]!;
        const to = 4 * i;
        writeBox(out, to, boxFormat, boxes[from]!, boxes[from + 1]!, boxes[from + 2]!, boxes[from + 3]!);
      }
    };
  },
};
