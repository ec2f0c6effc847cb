import { activate, type Decode, type DecoderFamily, floorsBeforeActivation } from './decoder.ts';

const ACTIVATIONS = ['none', 'sigmoid'];

/**
 * Two tensors: boxes (1,N,4) and class scores (1,N,classes), both computed in the graph. Rows are independent; overlaps
 * are left to NMS.
 */
export const boxesScores: DecoderFamily = {
  roles: ['boxes', 'scores'],

  classCount(output, shapes) {
    const columns = shapes.scores?.at(-1) ?? null;
    return columns === null ? null : columns - output.classOffset;
  },

  refuses(output, shapes) {
    if (!ACTIVATIONS.includes(output.scoreActivation)) {
      return `scoreActivation ${output.scoreActivation}; this family knows ${ACTIVATIONS.join(', ')}`;
    }
    if (output.objectness) return 'objectness: true; this family has class scores only';
    const { boxes, scores } = shapes;
    if (boxes && (boxes.length !== 3 || (boxes[2] ?? 4) !== 4)) return `boxes of shape [${boxes}]; expected [1, N, 4]`;
    if (scores && scores.length !== 3) return `scores of shape [${scores}]; expected [1, N, classes]`;
    const [boxRows, scoreRows] = [boxes?.[1] ?? null, scores?.[1] ?? null];
    if (boxRows !== null && scoreRows !== null && boxRows !== scoreRows) {
      return `${boxRows} boxes and ${scoreRows} rows of scores; expected as many of each`;
    }
    return null;
  },

  open({ output, floors }): Decode {
    const bars = floorsBeforeActivation(output, floors);
    const rowLength = floors.length + output.classOffset;
    const { boxFormat, classOffset } = output;
    return (tensors, into) => {
      const boxes = tensors.boxes!.values;
      const scores = tensors.scores!.values;
      const rowCount = scores.length / rowLength;
      if (!Number.isInteger(rowCount) || boxes.length !== 4 * rowCount) {
        throw new Error(
          `got boxes [${tensors.boxes!.dims}] and scores [${tensors.scores!.dims}]; expected [1, N, 4] and [1, N, ${rowLength}]`,
        );
      }
      into.collect(scores, rowCount, rowLength, classOffset, bars);
      activate(output, into);
      const out = into.boxesXyxy;
      const rows = into.rows;
      for (let i = 0; i < into.count; i++) {
        const from = 4 * rows[i]!;
        const a = boxes[from]!;
        const b = boxes[from + 1]!;
        const c = boxes[from + 2]!;
        const d = boxes[from + 3]!;
        const to = 4 * i;
        if (boxFormat === 'xyxy') {
          out[to] = a;
          out[to + 1] = b;
          out[to + 2] = c;
          out[to + 3] = d;
        } else if (boxFormat === 'yxyx') {
          out[to] = b;
          out[to + 1] = a;
          out[to + 2] = d;
          out[to + 3] = c;
        } else {
          const left = boxFormat === 'cxcywh' ? a - c / 2 : a;
          const top = boxFormat === 'cxcywh' ? b - d / 2 : b;
          out[to] = left;
          out[to + 1] = top;
          out[to + 2] = left + c;
          out[to + 3] = top + d;
        }
      }
    };
  },
};
