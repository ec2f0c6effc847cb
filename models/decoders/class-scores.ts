import { activate, type DecoderFamily, floorsBeforeActivation } from './decoder.ts';
import { collectSoftmax } from './score-columns.ts';

/** One tensor (1, classes): what the picture as a whole shows. Its box is that of the whole input. */
export const classScores: DecoderFamily = {
  finds: 'classes',
  roles: () => ['scores'],

  classCount(output, shapes) {
    const { scores } = shapes;
    const columns = scores?.length === 4 ? scores[1] : scores?.at(-1);
    return columns === null || columns === undefined
      ? null
      : columns - output.classOffset - Number(output.noObjectLast);
  },

  refuses(_output, { scores }) {
    const flat = !scores || scores.length === 2 || (scores.length === 4 && scores[2] === 1 && scores[3] === 1);
    return flat ? null : `scores of [${scores}]; expected [1, classes]`;
  },

  open({ output, floors, inputWidthPx, inputHeightPx }) {
    const bars = floorsBeforeActivation(output, floors);
    const rowLength = floors.length + output.classOffset + Number(output.noObjectLast);
    const [width, height] = output.boxUnit === 'normalised' ? [1, 1] : [inputWidthPx, inputHeightPx];
    return (tensors, into) => {
      const { values, dims } = tensors.scores!;
      if (values.length !== rowLength) throw new Error(`got scores of [${dims}]; expected [1, ${rowLength}]`);
      if (output.scoreActivation === 'softmax') collectSoftmax(into, values, 1, rowLength, output.classOffset, floors);
      else {
        into.collect(values, 1, rowLength, output.classOffset, bars);
        activate(output, into);
      }
      for (let i = 0; i < into.count; i++) into.boxesXyxy.set([0, 0, width, height], 4 * i);
    };
  },
};
